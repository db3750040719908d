import { SilcError } from '../errors.js';
import { ArgumentReader, ArgumentWriter } from './arguments.js';
import type { ArgumentsCodec, CommandArgument } from './arguments.js';

/** Decoded Command Payload (draft pp-09, 2.3.13), of a request and of a reply. */
export interface CommandMessage {
  readonly command: number;
  /** Chosen by the client, repeated by the reply. */
  readonly ident: number;
  readonly args: readonly CommandArgument[];
}

/**
 * What a client must not have under way beside it, because a silcd may run them in another order than they came:
 * anything at all that is ordered (it changes the own Client ID, or ends the session), another one that is about the same channel,
 * another one of its kind, or nothing.
 */
export type CommandOrder = 'alone' | 'channel' | 'own-kind' | 'free';

/** A command: number, limits, and the layouts of its request and reply. */
export interface Command<Request, Reply> {
  readonly number: number;
  readonly name: string;
  /** Argument counts that silcd accepts, otherwise status 29 or 30. */
  readonly minArguments: number;
  readonly maxArguments: number;
  readonly order: CommandOrder;
  /** silcd always runs it from a timer, which commands that come later may overtake. */
  readonly strict: boolean;
  /** Answers may be a list. */
  readonly list: boolean;
  readonly request: ArgumentsCodec<Request>;
  readonly reply: ArgumentsCodec<Reply>;
}

/** Place of a reply in a list (first status octet 1, 2, 3), or `single`. */
export type ListPosition = 'single' | 'start' | 'item' | 'end';

export interface ReplyStatus {
  readonly position: ListPosition;
  /** Error number of `status.ts`, 0 when the reply is a success. */
  readonly error: number;
}

/** A reply as it came: a success with its value, or an error with the arguments that say what it is about. */
export type CommandReply<Reply> =
  | { readonly position: ListPosition; readonly error: 0; readonly value: Reply }
  | { readonly position: ListPosition; readonly error: number; readonly args: readonly CommandArgument[] };

const positions = ['single', 'start', 'item', 'end'] as const;

/** The request of a command. @throws SilcError `usage` when the value cannot be encoded. */
export function encodeRequest<Request>(
  command: Command<Request, unknown>,
  ident: number,
  request: Request,
): CommandMessage {
  const out = new ArgumentWriter();
  command.request.encode(request, out);
  return { command: command.number, ident, args: out.finish() };
}

/** The typed request of a received command. @throws SilcError `malformed`. */
export function decodeRequest<Request>(command: Command<Request, unknown>, message: CommandMessage): Request {
  return command.request.decode(new ArgumentReader(message.args));
}

/** Status that the number of arguments deserves: 0, 29 NOT_ENOUGH_PARAMS or 30 TOO_MANY_PARAMS. */
export function argumentCountStatus(
  command: Command<unknown, unknown>,
  message: CommandMessage,
): 0 | 29 | 30 {
  if (message.args.length < command.minArguments) return 29;
  return message.args.length > command.maxArguments ? 30 : 0;
}

/** A successful reply, or one entry of a list. */
export function encodeReply<Reply>(
  command: Command<unknown, Reply>,
  ident: number,
  reply: Reply,
  position: ListPosition = 'single',
): CommandMessage {
  const out = new ArgumentWriter();
  command.reply.encode(reply, out);
  const status = { type: 1, data: encodeStatus({ position, error: 0 }) };
  return { command: command.number, ident, args: [status, ...out.finish()] };
}

/** An error reply. `args` name the object of the error (argument 2 and 3). */
export function encodeErrorReply(
  command: number,
  ident: number,
  error: number,
  args: readonly CommandArgument[] = [],
  position: ListPosition = 'single',
): CommandMessage {
  return { command, ident, args: [{ type: 1, data: encodeStatus({ position, error }) }, ...args] };
}

/** The typed reply. @throws SilcError `malformed` when the status or, in a success, an argument does not follow the layout. */
export function decodeReply<Reply>(
  command: Command<unknown, Reply>,
  message: CommandMessage,
): CommandReply<Reply> {
  const { position, error } = decodeStatus(message);
  if (error !== 0) return { position, error, args: message.args.filter((arg) => arg.type !== 1) };
  return { position, error, value: command.reply.decode(new ArgumentReader(message.args)) };
}

/**
 * Status argument, two octets: `status, error`. The first is 0 (OK), 1 to 3 (list), or the error of a single reply;
 * within a list the second is the error.
 */
export function decodeStatus(message: CommandMessage): ReplyStatus {
  const data = message.args.find((arg) => arg.type === 1)?.data;
  const status = data?.[0];
  const error = data?.[1];
  if (data?.length !== 2 || status === undefined || error === undefined) {
    throw new SilcError('malformed', 'command reply without a status of two octets');
  }
  // Protocol version 1.0 had one number of two octets.
  const [first, second] = status === 0 ? [error, 0] : [status, error];
  const position = positions[first];
  return position === undefined ? { position: 'single', error: first } : { position, error: second };
}

function encodeStatus({ position, error }: ReplyStatus): Uint8Array {
  if (position === 'single') return Uint8Array.of(error, 0);
  return Uint8Array.of(positions.indexOf(position), error);
}
