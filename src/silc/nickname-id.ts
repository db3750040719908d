import { equalBytes, fromHex, utf8 } from './bytes.js';
import type { CryptoBackend } from './crypto/backend.js';
import type { ClientId } from './ids.js';
import { NICKNAME_HASH_LENGTH, nicknameHash } from './packets/id-layout.js';
import { prepareNickname } from './stringprep/index.js';

/**
 * Whether a Client ID was made of a nickname: it ends with 11 octets of the MD5 of the prepared nickname (draft spec-09,
 * 3.4). @throws SilcError `bad-string` for a nickname that is not legal
 */
export function isIdOfNickname(backend: CryptoBackend, id: ClientId, nickname: string): boolean {
  const hash = nicknameHash(backend, utf8(prepareNickname(nickname)));
  return equalBytes(hash, fromHex(id).slice(-NICKNAME_HASH_LENGTH));
}
