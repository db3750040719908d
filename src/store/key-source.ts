import { StoreError } from './errors.js';
import { createKeyFile, readKeyFile, storeKeyOf } from './files.js';

/** Where the key comes from that encrypts the secrets of a store. */
export type StoreKey =
  /** A file: 32 octets, or 64 hex digits. It is made where neither it nor anything that was sealed exists. */
  | { readonly file: string }
  /** A variable of the environment: 64 hex digits. */
  | { readonly variable: string };

/** How texts name it. */
export function nameOfKey(source: StoreKey): string {
  return 'file' in source ? `key file ${source.file}` : `the key in ${source.variable}`;
}

/**
 * @returns the key, undefined where there is none
 * @throws StoreError `key-file` when it cannot be read, or is none
 */
export function readStoreKey(source: StoreKey): Uint8Array | undefined {
  if ('file' in source) return readKeyFile(source.file);
  const text = process.env[source.variable];
  if (text === undefined || text === '') return undefined;
  const key = storeKeyOf(new TextEncoder().encode(text));
  if (key === undefined) throw new StoreError('key-file', `${nameOfKey(source)} must be 64 hex digits`);
  return key;
}

/** @throws StoreError `key-file` where it cannot be made, or is somebody else's to give */
export function createStoreKey(source: StoreKey): Uint8Array {
  if ('file' in source) return createKeyFile(source.file);
  throw new StoreError('key-file', `${nameOfKey(source)} is missing: it must be 64 hex digits`);
}
