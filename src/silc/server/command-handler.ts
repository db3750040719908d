import type { CommandArgument } from '../commands/arguments.js';
import {
  argumentCountStatus,
  decodeRequest,
  encodeErrorReply,
  encodeReply,
  type Command,
  type CommandMessage,
} from '../commands/command.js';
import { encodeIdPayload, type TypedId } from '../ids.js';
import { SilcError } from '../errors.js';
import { Status } from '../status.js';
import type { ServerClient } from './client.js';
import type { ServerNetwork } from './network.js';

/** A refused command: the status, and the objects that it is about (arguments 2 and 3 of the reply). */
export class Refusal extends Error {
  readonly status: number;
  readonly args: readonly CommandArgument[];

  constructor(status: number, ...about: readonly (TypedId | string | undefined)[]) {
    super(`refused with status ${status}`);
    this.name = 'Refusal';
    this.status = status;
    this.args = about.flatMap((object, i) =>
      object === undefined
        ? []
        : [
            {
              type: 2 + i,
              data: typeof object === 'string' ? new TextEncoder().encode(object) : encodeIdPayload(object),
            },
          ],
    );
  }
}

/** Throws where a rights question was answered with a status. */
export function demand(status: number, ...about: readonly (TypedId | string | undefined)[]): void {
  if (status !== 0) throw new Refusal(status, ...about);
}

/** One item of a reply that is a list: a value, or the error of this item. */
export type ReplyItem<Reply> = { readonly value: Reply } | { readonly refusal: Refusal };

/** What a handler works with. `reply` may be called before notifies that must come after it. */
export interface CommandContext<Reply> {
  readonly network: ServerNetwork;
  readonly client: ServerClient;
  readonly reply: (value: Reply) => void;
  /** Answers with a list in the server's manner: one item alone is a plain reply. */
  readonly replyList: (items: readonly ReplyItem<Reply>[]) => void;
}

export interface CommandHandler {
  readonly strict: boolean;
  run(network: ServerNetwork, client: ServerClient, message: CommandMessage): void;
}

/** Ties a command's layout to what the server does. Malformed arguments and refusals become error replies. */
export function handler<Request, Reply>(
  command: Command<Request, Reply>,
  handle: (request: Request, context: CommandContext<Reply>) => void,
): readonly [number, CommandHandler] {
  const run = (network: ServerNetwork, client: ServerClient, message: CommandMessage): void => {
    const { ident } = message;
    const context: CommandContext<Reply> = {
      network,
      client,
      reply: (value) => client.reply(encodeReply(command, ident, value)),
      replyList: (items) => sendList(client, command, ident, items),
    };
    try {
      demand(argumentCountStatus(command, message));
      handle(decodeRequest(command, message), context);
    } catch (error) {
      client.reply(errorReply(command.number, ident, error));
    }
  };
  return [command.number, { strict: command.serial, run }];
}

function errorReply(command: number, ident: number, error: unknown): CommandMessage {
  if (error instanceof Refusal) return encodeErrorReply(command, ident, error.status, error.args);
  if (error instanceof SilcError && error.code === 'malformed') {
    return encodeErrorReply(command, ident, Status.notEnoughParams);
  }
  if (error instanceof SilcError && error.code === 'limit') {
    return encodeErrorReply(command, ident, Status.resourceLimit);
  }
  throw error;
}

function sendList<Reply>(
  client: ServerClient,
  command: Command<unknown, Reply>,
  ident: number,
  items: readonly ReplyItem<Reply>[],
): void {
  items.forEach((item, i) => {
    const position =
      items.length === 1 ? 'single' : i === 0 ? 'start' : i === items.length - 1 ? 'end' : 'item';
    client.reply(
      'value' in item
        ? encodeReply(command, ident, item.value, position)
        : encodeErrorReply(command.number, ident, item.refusal.status, item.refusal.args, position),
    );
  });
}
