import type { Reader, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { Codec } from './codec.js';

/** One argument of a command, reply, notify or list. `type` is its number, not its place. */
export interface Argument {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Octets in front of an argument's data. */
const ARGUMENT_HEADER = 3;

/** The data of the first argument with this number. */
export function findArgument(args: readonly Argument[], type: number): Uint8Array | undefined {
  return args.find((argument) => argument.type === type)?.data;
}

/**
 * Argument Payload (draft pp-09, 2.3.2.2), as often as told:
 *   data length u16 | argument type u8 | data
 */
export function readArguments(reader: Reader, count: number): readonly Argument[] {
  if (count * ARGUMENT_HEADER > reader.remaining) {
    throw new SilcError('malformed', `${count} arguments in ${reader.remaining} octets`);
  }
  const args: Argument[] = [];
  while (args.length < count) args.push(readArgument(reader));
  return args;
}

export function writeArguments(args: readonly Argument[], writer: Writer): void {
  for (const { type, data } of args) writer.u16(data.length).u8(type).bytes(data);
}

/** Octets that arguments take. */
export function argumentsLength(args: readonly Argument[]): number {
  return args.reduce((sum, { data }) => sum + ARGUMENT_HEADER + data.length, 0);
}

function readArgument(reader: Reader): Argument {
  const length = reader.u16('argument length');
  const type = reader.u8('argument type');
  return { type, data: reader.bytes(length, 'argument') };
}

/** Arguments up to the end, without a count. */
export const argumentList: Codec<readonly Argument[]> = {
  kind: 'argument list',
  decode(reader) {
    const args: Argument[] = [];
    while (reader.remaining > 0) args.push(readArgument(reader));
    return args;
  },
  encode: writeArguments,
};

/**
 * Argument List Payload of invite, ban and public key lists (draft pp-09, 2.3.2.3):
 *   number of arguments u16 | arguments
 */
export const countedArgumentList: Codec<readonly Argument[]> = {
  kind: 'counted argument list',
  decode(reader) {
    return readArguments(reader, reader.u16('argument count'));
  },
  encode(args, writer) {
    writer.u16(args.length);
    writeArguments(args, writer);
  },
};
