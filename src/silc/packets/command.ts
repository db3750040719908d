import { SilcError } from '../errors.js';
import { argumentsLength, readArguments, writeArguments, type Argument } from './argument-list.js';
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
