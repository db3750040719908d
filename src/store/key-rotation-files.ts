import { existsSync, linkSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { reason, StoreError } from './errors.js';
import { createKeyFile, readKeyFile, syncDirectory, unusedName } from './files.js';
import type { StoreKey } from './key-source.js';

/*
 * A key file is rotated in three steps: the new key is written beside it, what is stored is sealed anew in one transaction, the new
 * file takes the place of the old one. A process that ends in between leaves a store that one of the two files opens.
 */

const nextOf = (file: string): string => `${file}.next`;

/** The key of a rotation that was begun. */
export function nextKeyOf(source: StoreKey): Uint8Array | undefined {
  return 'file' in source ? readKeyFile(nextOf(source.file)) : undefined;
}

/** The new key, on disk beside the one that holds. One that an earlier try has left is taken: nothing, or everything, has it. */
export function beginRotation(file: string): Uint8Array {
  return readKeyFile(nextOf(file)) ?? createKeyFile(nextOf(file));
}

/**
 * Everything that is stored has the new key: it takes the place of the old one, which is kept for backups that were made before.
 * @returns where the old key is now, where there was one
 * @throws StoreError `key-file`
 */
export function finishRotation(source: StoreKey, now: Date = new Date()): string | undefined {
  if (!('file' in source)) return undefined;
  const { file } = source;
  try {
    const old = existsSync(file) ? unusedName(`${file}.${stamp(now)}`) : undefined;
    if (old !== undefined) linkSync(file, old);
    renameSync(nextOf(file), file);
    syncDirectory(dirname(file));
    return old;
  } catch (cause) {
    throw new StoreError('key-file', `cannot put the new key in the place of ${file}: ${reason(cause)}`, {
      cause,
    });
  }
}

/** `20261129T180000` */
function stamp(time: Date): string {
  return time.toISOString().replace(/[-:]|\..*/g, '');
}
