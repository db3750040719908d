import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { readPublicKeyFile } from '../../silc/crypto/key-file.js';
import type { SilcPublicKey } from '../../silc/crypto/public-key.js';
import { LineError } from './item.js';

/** Longest file that is read as a whole, in octets. */
const MAX_CONTENT = 4 * 1024 * 1024;

/** @throws what the file system says; LineError where it is no file or too long */
export async function contentOf(file: string): Promise<Uint8Array> {
  // Without waiting for a writer, should it be a pipe.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new LineError(`${file} is not a file`);
    if (stats.size > MAX_CONTENT) throw new LineError(`${file} is longer than ${MAX_CONTENT} octets`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** @throws as {@link contentOf}; SilcError where it is no public key file */
export async function publicKeyOf(file: string): Promise<SilcPublicKey> {
  return readPublicKeyFile(await contentOf(file));
}

/**
 * Writes a file that only its owner reads, as a whole or not at all. The content is made when it is sure that there can be
 * a file.
 */
export async function writeWhole(
  file: string,
  make: () => Uint8Array | string | Promise<Uint8Array | string>,
): Promise<void> {
  const fresh = `${file}.${randomUUID()}`;
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(await make()).finally(() => handle.close());
    await rename(fresh, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await unlink(fresh).catch(() => undefined);
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
