import { fromHex, toHex } from '../../bytes.js';
import { decodePublicKey } from '../../crypto/public-key.js';
import { SilcError } from '../../errors.js';
import type { DetachedSession } from '../detached-session.js';
import type { WatchTarget } from '../api/presence.js';

/** What is watched, for a detached session. */
export const keptTargets = (targets: readonly WatchTarget[]): DetachedSession['watches'] => ({
  nicknames: targets.flatMap((target) => ('nickname' in target ? [target.nickname] : [])),
  publicKeys: targets.flatMap((target) => ('publicKey' in target ? [toHex(target.publicKey.encoded)] : [])),
});

/** The same, read. Keys that nobody can read are left out. */
export function targetsIn({ nicknames, publicKeys }: DetachedSession['watches']): readonly WatchTarget[] {
  const targets: WatchTarget[] = nicknames.map((nickname) => ({ nickname }));
  for (const encoded of publicKeys) {
    try {
      targets.push({ publicKey: decodePublicKey(fromHex(encoded)) });
    } catch (error) {
      if (!(error instanceof SilcError)) throw error;
    }
  }
  return targets;
}
