import {
  decodeDetachedSession,
  encodeDetachedSession,
  type DetachedSession,
} from '../../silc/client/detached-session.js';
import { SilcError } from '../../silc/errors.js';
import { LineError } from './item.js';
import { contentOf, isMissing, writeWhole } from './local-files.js';

/** @throws LineError where it holds no detached session, and what the file system says */
export async function loadSession(file: string): Promise<DetachedSession> {
  const octets = await contentOf(file);
  try {
    return decodeDetachedSession(octets);
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
    throw new LineError(`${file} does not hold a detached session`);
  }
}

/**
 * Keeps a detached session. Its file holds no secrets: the key pair is kept apart from it. Only files of detached sessions
 * are overwritten.
 */
export async function saveSession(file: string, detach: () => Promise<DetachedSession>): Promise<void> {
  await loadSession(file).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  await writeWhole(file, async () => encodeDetachedSession(await detach()));
}
