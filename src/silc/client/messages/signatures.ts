import { commands } from '../../commands/index.js';
import { fingerprint } from '../../crypto/fingerprint.js';
import { canonicalPublicKey, decodePublicKey } from '../../crypto/public-key.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import { SilcError } from '../../errors.js';
import { clientId } from '../../ids.js';
import type { ClientId } from '../../ids.js';
import type { MessageSignature } from '../../messages/index.js';
import { decodePayload } from '../../packets/codec.js';
import { publicKeyPayload, PublicKeyType, unsupportedKeyType } from '../../packets/public-key-payload.js';
import type { SessionContext } from '../context.js';
import type { SignatureState } from '../api/messages.js';
import type { SignatureJudge } from '../ports.js';
import { verifyMessageOnce } from './signature-verdicts.js';
import type { UserRecord } from '../people/users.js';
import { monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';
import type { SeatHolder } from '../shared/shared-channel.js';

/** A key that could not be had is not asked for again so soon. */
const NEGATIVE_MS = 60_000;
const MAX_CACHED = 256;

/** True when a fingerprint (40 hex digits) is that of the key, as it came or as the toolkit re-encodes it. */
export function matchesFingerprint(backend: CryptoBackend, key: SilcPublicKey, expected: string): boolean {
  if (fingerprint(backend, key) === expected) return true;
  try {
    return fingerprint(backend, canonicalPublicKey(key)) === expected;
  } catch {
    return false;
  }
}

/** A key out of a Public Key Payload. @throws SilcError `malformed`, `unsupported` */
export function decodeKeyPayload(payload: Uint8Array): SilcPublicKey {
  const { type, data } = decodePayload(publicKeyPayload, payload);
  if (type !== PublicKeyType.silc) throw unsupportedKeyType(type);
  return decodePublicKey(data);
}

/** Judges signatures of messages. A key counts only when its fingerprint is the one that WHOIS tells of the sender. */
export class SignatureChecker implements SignatureJudge {
  readonly #context: SessionContext;
  /** Keys by fingerprint. */
  readonly #keys = new LruMap<string, SilcPublicKey>(MAX_CACHED);
  readonly #fetching = new Map<UserRecord, Promise<void>>();
  readonly #missing = new LruMap<ClientId, number>(MAX_CACHED);

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /**
   * The state now, or a promise of it where the sender's key has to be found first. Never rejects.
   * @param knownBy the session that keeps the sender's record, which may be another one
   */
  check(
    sender: UserRecord,
    signature: MessageSignature,
    knownBy: SeatHolder = this.#context.network,
  ): SignatureState | Promise<SignatureState> {
    const now = this.#judge(sender, signature);
    if (now !== 'unknown-key') return now;
    const { users } = knownBy;
    users.retain(sender);
    return this.#learn(sender, knownBy, signature.publicKey.length === 0).then(
      () => {
        users.release(sender);
        return this.#judge(sender, signature);
      },
      () => {
        users.release(sender);
        return 'unknown-key' as const;
      },
    );
  }

  /** What can be said with what is known. */
  #judge(sender: UserRecord, signature: MessageSignature): SignatureState {
    const { backend } = this.#context;
    const expected = sender.fingerprint;
    if (signature.publicKey.length === 0) {
      const key = expected === undefined ? undefined : this.#keys.get(expected);
      if (key === undefined) return 'unknown-key';
      return verifyMessageOnce(backend, key.numbers, signature) ? 'verified' : 'failed';
    }
    try {
      if (signature.publicKeyType !== PublicKeyType.silc) return 'unknown-key';
      const key = decodePublicKey(signature.publicKey);
      if (!verifyMessageOnce(backend, key.numbers, signature)) return 'failed';
      if (expected === undefined) return 'unknown-key';
      if (!matchesFingerprint(backend, key, expected)) return 'failed';
      // It is sent along once, and the messages after it come without (draft flags-payloads-04, 3.3).
      this.#keys.set(expected, { ...key, encoded: key.encoded.slice() });
      return 'verified';
    } catch {
      return 'failed';
    }
  }

  /** Finds the sender's fingerprint, and the key where it is not embedded. One attempt a sender at a time. */
  #learn(sender: UserRecord, knownBy: SeatHolder, withKey: boolean): Promise<void> {
    const running = this.#fetching.get(sender);
    if (running !== undefined) return running;
    const fetching = this.#fetch(sender, knownBy, withKey).finally(() => this.#fetching.delete(sender));
    this.#fetching.set(sender, fetching);
    return fetching;
  }

  async #fetch(sender: UserRecord, knownBy: SeatHolder, withKey: boolean): Promise<void> {
    const { queue, backend } = this.#context;
    if (sender.fingerprint === undefined) await knownBy.resolve(sender);
    const expected = sender.fingerprint;
    if (!withKey || expected === undefined || this.#keys.has(expected)) return;
    if ((this.#missing.peek(sender.clientId) ?? -Infinity) > monotonicMs()) return;
    const asked = sender.clientId;
    try {
      const reply = await queue.run(commands.getkey, () => ({ id: clientId(sender.clientId) }), {
        priority: 'background',
        timeoutMs: 15_000,
      });
      if (reply.publicKey === undefined) throw new SilcError('unsupported', 'the server has no key');
      const key = decodeKeyPayload(reply.publicKey);
      if (!matchesFingerprint(backend, key, expected)) {
        throw new SilcError('authentication', 'public key with another fingerprint');
      }
      this.#keys.set(expected, key);
    } catch (error) {
      this.#missing.set(asked, monotonicMs() + NEGATIVE_MS);
      throw error;
    }
  }
}
