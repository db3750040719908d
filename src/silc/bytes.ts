import { SilcError } from './errors.js';

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** UTF-8 octets of a string. */
export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** Strict UTF-8 decoding. @throws SilcError `malformed` on invalid sequences. */
export function fromUtf8(bytes: Uint8Array, field = 'text'): string {
  try {
    return utf8Decoder.decode(bytes);
  } catch (cause) {
    throw new SilcError('malformed', `${field} is not valid UTF-8`, { cause });
  }
}

/** One character an octet: ISO 8859-1, so that positions in the text are positions in the octets. */
export function fromLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}

const hexDigits = utf8('0123456789abcdef');
/** Octets of one call: each of their digits is an argument. */
const HEX_CHUNK = 4_096;

/**
 * Lower-case hex text of octets. IDs are such texts and live long: put together digit by digit, each of them would be a
 * chain of ten strings until somebody compares it.
 */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length > HEX_CHUNK) {
    return toHex(bytes.subarray(0, HEX_CHUNK)) + toHex(bytes.subarray(HEX_CHUNK));
  }
  const codes = new Uint8Array(2 * bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i] ?? 0;
    codes[2 * i] = hexDigits[octet >>> 4] ?? 0;
    codes[2 * i + 1] = hexDigits[octet & 15] ?? 0;
  }
  const text: unknown = Reflect.apply(String.fromCharCode, undefined, codes);
  return String(text);
}

/** Octets of a hex text. @throws SilcError `malformed` when it is not pairs of hex digits. */
export function fromHex(hex: string): Uint8Array {
  const out = new Uint8Array(hex.length >>> 1);
  let wrong = hex.length & 1;
  for (let i = 0; i < out.length; i++) {
    const high = hexDigit(hex.charCodeAt(2 * i));
    const low = hexDigit(hex.charCodeAt(2 * i + 1));
    wrong |= (high | low) & 0x10;
    out[i] = (high << 4) | low;
  }
  if (wrong !== 0) throw new SilcError('malformed', 'not a hex string');
  return out;
}

/** The value of a digit; 16 for what is none. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : 0x10;
}

/** A copy in memory of its own. A Buffer is a Uint8Array too, but its `slice` shares memory. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Concatenation into one new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return concatAll(parts);
}

/** The same of a list: a call takes no more than some hundred thousand arguments. */
export function concatAll(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Equality of public octets. Not for secrets: see `constantTimeEqual`. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Equality whose time depends on the length only: for MACs, signatures and secrets. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** Overwrites key material with zeros. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0);
}

/** A minimal unsigned big-endian integer ("mpi"): leading zero octets removed. */
export function stripLeadingZeros(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  return bytes.subarray(start);
}

/**
 * Bounds-checked big-endian reader over octets from outside. Every method names the field it reads, and throws
 * SilcError `malformed` instead of reading beyond the end. Returned arrays are views: copy what is kept. They are never
 * Buffers, so that their `slice` copies.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    const isPlain = bytes.constructor === Uint8Array;
    this.#bytes = isPlain ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  bytes(length: number, field: string): Uint8Array {
    const start = this.#pass(length, field);
    return this.#bytes.subarray(start, start + length);
  }

  u8(field: string): number {
    return this.#unsigned(1, field);
  }

  u16(field: string): number {
    return this.#unsigned(2, field);
  }

  u32(field: string): number {
    return this.#unsigned(4, field);
  }

  u64(field: string): bigint {
    return (BigInt(this.u32(field)) << 32n) | BigInt(this.u32(field));
  }

  /** `length u16 || octets`, refused with `limit` beyond `max`. */
  block16(field: string, max = 0xffff): Uint8Array {
    return this.#block(this.u16(`${field} length`), field, max);
  }

  /** `length u32 || octets`, refused with `limit` beyond `max`. */
  block32(field: string, max: number): Uint8Array {
    return this.#block(this.u32(`${field} length`), field, max);
  }

  /** `length u16 || UTF-8 text`. */
  text16(field: string, max = 0xffff): string {
    return fromUtf8(this.block16(field, max), field);
  }

  /** All octets that are left. */
  rest(): Uint8Array {
    return this.bytes(this.remaining, 'rest');
  }

  /** @throws SilcError `malformed` when octets are left over. */
  end(what: string): void {
    if (this.remaining > 0) throw new SilcError('malformed', `${what}: ${this.remaining} octets too many`);
  }

  /** No view is made for it: a packet has dozens of such fields. */
  #unsigned(width: number, field: string): number {
    let value = 0;
    for (let i = this.#pass(width, field); i < this.#offset; i++) value = value * 256 + (this.#bytes[i] ?? 0);
    return value;
  }

  /** Steps over a field; returns where it begins. */
  #pass(length: number, field: string): number {
    if (length > this.remaining) {
      throw new SilcError('malformed', `${field}: ${length} octets wanted, ${this.remaining} left`);
    }
    const start = this.#offset;
    this.#offset += length;
    return start;
  }

  #block(length: number, field: string, max: number): Uint8Array {
    if (length > max) throw new SilcError('limit', `${field}: ${length} octets, at most ${max} allowed`);
    return this.bytes(length, field);
  }
}

/** Growing big-endian writer, the twin of {@link Reader}. Values that do not fit their field throw `usage`. */
export class Writer {
  #buffer: Uint8Array;
  #length = 0;

  constructor(capacity = 64) {
    this.#buffer = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  bytes(data: Uint8Array): this {
    this.#reserve(data.length);
    this.#buffer.set(data, this.#length);
    this.#length += data.length;
    return this;
  }

  u8(value: number): this {
    return this.#unsigned(value, 1);
  }

  u16(value: number): this {
    return this.#unsigned(value, 2);
  }

  u32(value: number): this {
    return this.#unsigned(value, 4);
  }

  u64(value: bigint): this {
    return this.u32(Number(value >> 32n)).u32(Number(value & 0xffffffffn));
  }

  block16(data: Uint8Array): this {
    return this.u16(data.length).bytes(data);
  }

  block32(data: Uint8Array): this {
    return this.u32(data.length).bytes(data);
  }

  text16(text: string): this {
    return this.block16(utf8(text));
  }

  /** The octets written, as a view of exactly their length. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #unsigned(value: number, width: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 256 ** width) {
      throw new SilcError('usage', `${value} does not fit ${width} octets`);
    }
    this.#reserve(width);
    for (let i = width - 1; i >= 0; i--) {
      this.#buffer[this.#length + i] = value % 256;
      value = Math.floor(value / 256);
    }
    this.#length += width;
    return this;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#length + more, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
