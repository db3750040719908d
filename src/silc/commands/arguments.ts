import { SilcError } from '../errors.js';
import type { ValueCodec } from './values.js';

/** One argument of a command or reply: its number and its octets. */
export interface CommandArgument {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Typed access to received arguments. Of arguments with the same number the first counts, as in the toolkit. */
export class ArgumentReader {
  readonly #args: readonly CommandArgument[];

  constructor(args: readonly CommandArgument[]) {
    this.#args = args;
  }

  /** A mandatory argument. @throws SilcError `malformed` when it is missing. */
  get<T>(type: number, codec: ValueCodec<T>, field: string): T {
    const data = this.#find(type);
    if (data === undefined) throw new SilcError('malformed', `${field} (argument ${type}) is missing`);
    return codec.decode(data, field);
  }

  /** An optional argument. */
  find<T>(type: number, codec: ValueCodec<T>, field: string): T | undefined {
    const data = this.#find(type);
    return data === undefined ? undefined : codec.decode(data, field);
  }

  /** All arguments with a number of at least `type`, in order (ID lists of WHOIS and IDENTIFY). */
  from<T>(type: number, codec: ValueCodec<T>, field: string): readonly T[] {
    return this.#args
      .filter((arg) => arg.type >= type && arg.data.length > 0)
      .map((arg) => codec.decode(arg.data, field));
  }

  /** Encoders omit empty arguments, so an empty one means the same as none. */
  #find(type: number): Uint8Array | undefined {
    return this.#args.find((arg) => arg.type === type && arg.data.length > 0)?.data;
  }
}

/** Collects arguments to send, in the order of the calls. */
export class ArgumentWriter {
  readonly #args: CommandArgument[] = [];

  /** A mandatory argument. @throws SilcError `usage` when it encodes to nothing. */
  put<T>(type: number, codec: ValueCodec<T>, value: T): this {
    const data = codec.encode(value);
    if (data.length === 0) throw new SilcError('usage', `mandatory argument ${type} is empty`);
    return this.#push(type, data);
  }

  /** An optional argument: left out when undefined or empty, as the toolkit does. */
  maybe<T>(type: number, codec: ValueCodec<T>, value: T | undefined): this {
    if (value === undefined) return this;
    const data = codec.encode(value);
    return data.length === 0 ? this : this.#push(type, data);
  }

  finish(): readonly CommandArgument[] {
    return this.#args;
  }

  #push(type: number, data: Uint8Array): this {
    if (type > 0xff) throw new SilcError('limit', `argument number ${type}: at most 255`);
    this.#args.push({ type, data });
    return this;
  }
}

/** Arguments of a request or of a reply (without the status). */
export interface ArgumentsCodec<T> {
  decode(args: ArgumentReader): T;
  encode(value: T, out: ArgumentWriter): void;
}

/** Requests and replies that have no arguments. */
export type Nothing = Readonly<Record<string, never>>;

export const nothing: ArgumentsCodec<Nothing> = {
  decode: () => ({}),
  encode: () => undefined,
};
