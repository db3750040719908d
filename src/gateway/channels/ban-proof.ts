import { nicknameOfMask } from '../../mapping/ban-mask.js';
import type { AccessEntry, User } from '../../silc/client/types.js';
import { fingerprint } from '../../silc/crypto/fingerprint.js';
import type { CryptoBackend } from '../../silc/crypto/backend.js';
import { matchesMask } from '../../silc/masks.js';

/** So long the news of a kick waits for the answer whether it is a ban. */
export const ASK_MS = 1_000;

/** Somebody who may be banned, as far as known. */
export type Suspect = Partial<Pick<User, 'nickname' | 'server' | 'username' | 'hostname' | 'fingerprint'>>;

/**
 * Whether a ban list is about somebody, by key or by mask.
 * @param lookUp - tells more of the person, where a mask has a part that is not known; undefined where nobody knows it
 */
export async function isBanned(
  backend: CryptoBackend,
  entries: readonly AccessEntry[],
  suspect: Suspect,
  lookUp: () => Promise<Suspect | undefined>,
): Promise<boolean> {
  const fits = (who: Suspect): boolean => entries.some((entry) => isAbout(backend, who, entry));
  if (fits(suspect)) return true;
  const isKnown = suspect.username !== undefined && suspect.hostname !== undefined;
  if (isKnown || !entries.some((entry) => entry.kind === 'mask' && /[!@]/.test(entry.mask))) return false;
  const found = await lookUp();
  return found !== undefined && fits({ ...suspect, ...found });
}

function isAbout(backend: CryptoBackend, who: Suspect, entry: AccessEntry): boolean {
  if (entry.kind === 'key') return fingerprint(backend, entry.key) === who.fingerprint;
  if (entry.kind !== 'mask') return false;
  const { nickname = '', server = '', username = '', hostname = '' } = who;
  return (
    nicknameOfMask(entry.mask) === nickname ||
    matchesMask(entry.mask, { nickname, server, username, hostname })
  );
}
