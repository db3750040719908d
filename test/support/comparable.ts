import { toHex } from '../../src/silc/bytes.js';

/** A value with its octets as hex and without undefined fields: views, Buffers and arrays of their own compare alike. */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, comparable(inner)]])),
  );
}
