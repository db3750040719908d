import {
  argumentCountStatus,
  decodeRequest,
  encodeErrorReply,
  encodeReply,
  type Command,
  type CommandMessage,
} from '../commands/command.js';
import { SilcError } from '../errors.js';
import { Status } from '../status.js';
import type { ServerClient } from './client.js';
import type { ServerNetwork } from './network.js';
import { demand, Refusal } from './refusal.js';

/** One item of a reply that is a list: a value, or the error of this item. */
export type ReplyItem<Reply> = { readonly value: Reply } | { readonly refusal: Refusal };

/** What a handler works with. `reply` may be called before notifies that must come after it. */
export interface CommandContext<Reply> {
  readonly network: ServerNetwork;
  readonly client: ServerClient;
  readonly reply: (value: Reply) => void;
  /** Answers with a list in the server's manner: one item alone is a plain reply. */
  readonly replyList: (items: readonly ReplyItem<Reply>[]) => void;
  /**
   * The same for a list that has to be waited for, while the client is read on.
   * @throws Refusal where too many such lists of the client are under way; then nothing is made
   */
  readonly replyLater: (make: () => Promise<readonly ReplyItem<Reply>[]>) => void;
}

/** Lists of one client that are waited for, or that it has not taken yet. */
const MAX_LATER = 8;
const later = new WeakMap<ServerClient, number>();

export interface CommandHandler {
  readonly strict: boolean;
  /** A promise where the reply is a list: it resolves when the client took it. */
  run(network: ServerNetwork, client: ServerClient, message: CommandMessage): Promise<void> | undefined;
}

/** Ties a command's layout to what the server does. Malformed arguments and refusals become error replies. */
export function handler<Request, Reply>(
  command: Command<Request, Reply>,
  handle: (request: Request, context: CommandContext<Reply>) => void,
): readonly [number, CommandHandler] {
  const run: CommandHandler['run'] = (network, client, message) => {
    const { ident } = message;
    let listed: Promise<void> | undefined;
    const context: CommandContext<Reply> = {
      network,
      client,
      reply: (value) => void client.reply(encodeReply(command, ident, value)),
      replyList: (items) => {
        listed = sendList(client, command, ident, items);
      },
      replyLater: (make) => {
        const count = later.get(client) ?? 0;
        demand(count < MAX_LATER ? 0 : Status.resourceLimit);
        later.set(client, count + 1);
        void make()
          .then((items) => sendList(client, command, ident, items))
          .catch(() => client.reply(encodeErrorReply(command.number, ident, Status.resourceLimit)))
          .finally(() => later.set(client, (later.get(client) ?? 1) - 1));
      },
    };
    try {
      demand(argumentCountStatus(command, message));
      handle(decodeRequest(command, message), context);
    } catch (error) {
      void client.reply(errorReply(command.number, ident, error));
    }
    return listed;
  };
  return [command.number, { strict: command.strict, run }];
}

function errorReply(command: number, ident: number, error: unknown): CommandMessage {
  if (error instanceof Refusal) return encodeErrorReply(command, ident, error.status, error.args);
  if (!(error instanceof SilcError)) throw error;
  // What remains is a value that has no room in the protocol.
  const status = error.code === 'malformed' ? Status.notEnoughParams : Status.resourceLimit;
  return encodeErrorReply(command, ident, status);
}

/** One item after the other, each when the client took the one before: a long list does not fill its queue. */
async function sendList<Reply>(
  client: ServerClient,
  command: Command<unknown, Reply>,
  ident: number,
  items: readonly ReplyItem<Reply>[],
): Promise<void> {
  for (const [i, item] of items.entries()) {
    const position =
      items.length === 1 ? 'single' : i === 0 ? 'start' : i === items.length - 1 ? 'end' : 'item';
    const reached = await client.reply(
      'value' in item
        ? encodeReply(command, ident, item.value, position)
        : encodeErrorReply(command.number, ident, item.refusal.status, item.refusal.args, position),
    );
    if (!reached) return;
  }
}
