import { SilcError } from '../errors.js';
import { Status } from '../status.js';
import {
  argumentsLength,
  findArgument,
  readArguments,
  writeArguments,
  type Argument,
} from './argument-list.js';
import type { Codec } from './codec.js';

/** A command or a command reply; replies repeat command and identifier. */
export interface CommandPayload {
  readonly command: number;
  /** Matches a reply with its command; 0 is taken for none. */
  readonly ident: number;
  readonly args: readonly Argument[];
}

const HEADER_LENGTH = 6;

/**
 * Command Payload, packets COMMAND and COMMAND_REPLY (draft commands-07, 2.1 and 2.2):
 *   payload length u16 (all of it) | command u8 | number of arguments u8 | identifier u16 |
 *   arguments. Arguments without data are not sent; the others keep their numbers.
 */
export const commandPayload: Codec<CommandPayload> = {
  kind: 'command',
  decode(reader) {
    const whole = reader.remaining;
    if (reader.u16('command length') !== whole) {
      throw new SilcError('malformed', 'command whose length is not that of the payload');
    }
    const command = reader.u8('command');
    if (command === 0) throw new SilcError('malformed', 'command 0');
    const count = reader.u8('argument count');
    const ident = reader.u16('command identifier');
    const args = readArguments(reader, count);
    reader.end('command');
    return { command, ident, args };
  },
  encode({ command, ident, args }, writer) {
    const sent = args.filter(({ data }) => data.length > 0);
    writer.u16(HEADER_LENGTH + argumentsLength(sent));
    writer.u8(command).u8(sent.length).u16(ident);
    writeArguments(sent, writer);
  },
};

/**
 * What argument 1 of a reply says. A single error gives `error` the value of `status`; an error inside a list has a
 * list status and its own `error`.
 */
export interface ReplyStatus {
  readonly status: number;
  /** 0 when the command, or this item of the list, succeeded. */
  readonly error: number;
}

/** Status of a command reply: `status u8 | error u8`. @throws SilcError `malformed` when it is missing. */
export function replyStatus(reply: CommandPayload): ReplyStatus {
  const octets = findArgument(reply.args, 1);
  const [status, error] = octets ?? [];
  if (octets?.length !== 2 || status === undefined || error === undefined) {
    throw new SilcError('malformed', 'command reply without status');
  }
  // Protocol version 1.0 had one field of two octets.
  if (status === 0) return { status: error, error: error >= Status.noSuchNick ? error : 0 };
  return { status, error: status >= Status.noSuchNick ? status : error };
}

/** Argument 1 of a reply. */
export function statusArgument(status: number, error = 0): Argument {
  return { type: 1, data: Uint8Array.of(status, error) };
}
