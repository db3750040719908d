import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';

import { codeOf, reason, StoreError, wrap } from './errors.js';

/** Length of a store key in octets. */
export const STORE_KEY_LENGTH = 32;

/**
 * Makes sure that `path` exists and is for its owner alone, before a database opens it (files beside it take the same mode).
 * An existing file is never opened here: closing a descriptor would drop the POSIX locks that this process holds on it.
 * @returns its real path, the same whatever links lead to it.
 */
export function preparePrivateFile(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
    } catch (cause) {
      if (codeOf(cause) !== 'EEXIST') throw cause;
      chmodSync(path, 0o600);
    }
    return realpathSync(path);
  } catch (cause) {
    throw wrap(cause, `cannot prepare ${path}`);
  }
}

/** A store key as it is written: 32 octets, or 64 hex digits and perhaps the end of a line. Undefined for what is neither. */
export function storeKeyOf(octets: Uint8Array): Uint8Array | undefined {
  if (octets.length === STORE_KEY_LENGTH) return octets;
  if (octets.length > 2 * STORE_KEY_LENGTH + 2) return undefined;
  const [, digits] = /^([0-9a-f]{64})\r?\n?$/i.exec(new TextDecoder('latin1').decode(octets)) ?? [];
  return digits === undefined ? undefined : new Uint8Array(Buffer.from(digits, 'hex'));
}

/**
 * Reads the store key: 32 octets, or 64 hex digits.
 * @returns undefined when the file does not exist.
 * @throws StoreError `key-file` when it cannot be read, has another length, or is open to all users of the machine.
 */
export function readKeyFile(path: string): Uint8Array | undefined {
  let octets: Uint8Array;
  try {
    // Group bits are let through: service managers hand credentials over with an access list that shows there.
    if ((statSync(path).mode & 0o007) !== 0) {
      throw new StoreError('key-file', `key file ${path} is open to everybody: chmod 600 it`);
    }
    octets = new Uint8Array(readFileSync(path));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    if (cause instanceof StoreError) throw cause;
    throw new StoreError('key-file', `cannot read key file ${path}: ${reason(cause)}`, { cause });
  }
  const key = storeKeyOf(octets);
  if (key === undefined) {
    throw new StoreError(
      'key-file',
      `key file ${path} has ${octets.length} octets: ${STORE_KEY_LENGTH} are wanted, or ${2 * STORE_KEY_LENGTH} hex digits`,
    );
  }
  return key;
}

/** Writes a key, a new random one unless it is given, complete and on disk before its name appears, and never over an existing file. */
export function createKeyFile(
  path: string,
  key: Uint8Array = new Uint8Array(randomBytes(STORE_KEY_LENGTH)),
): Uint8Array {
  // A draft that a crash left behind is in nobody's way: process ids repeat, in containers at each start.
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeSync(file, key);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    try {
      linkSync(draft, path);
    } finally {
      unlinkSync(draft);
    }
    syncDirectory(dirname(path));
  } catch (cause) {
    throw new StoreError('key-file', `cannot write key file ${path}: ${reason(cause)}`, { cause });
  }
  return key;
}

/** The name is on disk too, before anything is sealed with the key. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** The name, or where something has it the name with a number behind it. */
export function unusedName(name: string): string {
  let free = name;
  for (let number = 2; existsSync(free); number++) free = `${name}.${number}`;
  return free;
}
