import { toHex, Writer } from '../../bytes.js';
import type { CryptoBackend, RsaPublicNumbers } from '../../crypto/backend.js';
import { verifyMessage } from '../../messages/index.js';
import type { MessageSignature } from '../../messages/index.js';
import { LruMap } from '../../../util/lru-map.js';

const MAX_KEPT = 1_024;

/** Verdicts by digest of key and message; the same for every session, so they are kept for all of them. */
const verdicts = new LruMap<string, boolean>(MAX_KEPT);

/**
 * As `verifyMessage`. A message on a channel reaches every session that is there, and with a large key each verification
 * takes milliseconds: it is done once.
 */
export function verifyMessageOnce(
  backend: CryptoBackend,
  { n, e }: RsaPublicNumbers,
  signature: MessageSignature,
): boolean {
  const question = new Writer(1_024).block32(n).block32(e);
  question.block32(signature.covered).block32(signature.signature);
  const digest = toHex(backend.hash('sha256', question.finish()));
  const known = verdicts.get(digest);
  if (known !== undefined) return known;
  const verdict = verifyMessage(backend, { n, e }, signature);
  verdicts.set(digest, verdict);
  return verdict;
}
