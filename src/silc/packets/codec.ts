import { Reader, Writer } from '../bytes.js';

/**
 * One payload: decoding and encoding side by side. `decode` takes octets from outside and throws nothing but
 * SilcError; arrays in a decoded value are views of the packet. `encode` throws SilcError `usage` or `limit` for a
 * value that the layout cannot carry.
 */
export interface Codec<T> {
  /** Literal name for messages and tables. */
  readonly kind: string;
  decode(reader: Reader): T;
  encode(value: T, writer: Writer): void;
}

/** Decodes a whole payload. @throws SilcError `malformed` also where octets are left over. */
export function decodePayload<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const value = codec.decode(reader);
  reader.end(codec.kind);
  return value;
}

/** The octets of one payload. */
export function encodePayload<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer();
  codec.encode(value, writer);
  return writer.finish();
}
