import type { KeyPair } from '../silc/client/types.js';
import type { CryptoBackend } from '../silc/crypto/backend.js';
import { fingerprint } from '../silc/crypto/fingerprint.js';
import { decodeKeyPair, encodeKeyPair, generateKeyPair } from '../silc/crypto/key-pair.js';
import type { Store } from '../store/types.js';
import type { GatewayConfig } from './config-types.js';

/** Key pairs in memory at most; the least recently used one goes first. */
const MAX_CACHED = 10_000;

/** The SILC key pair of each user: made on first use, off the event loop, once even when many ask at the same time. */
export class Identities {
  readonly #cache = new Map<string, Promise<KeyPair>>();
  readonly #store: Store;
  readonly #backend: CryptoBackend;
  readonly #users: GatewayConfig['users'];
  readonly #domain: string;

  constructor(store: Store, backend: CryptoBackend, users: GatewayConfig['users'], domain: string) {
    this.#store = store;
    this.#backend = backend;
    this.#users = users;
    this.#domain = domain;
  }

  /** @param user - canonical bare JID, or a reserved name of the gateway's own. @throws StoreError, SilcError */
  keyPair(user: string): Promise<KeyPair> {
    const cached = this.#cache.get(user);
    const result = cached ?? this.#load(user);
    this.#cache.delete(user);
    this.#cache.set(user, result);
    if (cached === undefined) {
      result.catch(() => this.#cache.delete(user));
      const oldest = this.#cache.keys().next();
      if (this.#cache.size > MAX_CACHED && oldest.done !== true) this.#cache.delete(oldest.value);
    }
    return result;
  }

  /** SHA-1 of the public key as SILC shows it, 40 hex digits lower case. */
  fingerprint(keyPair: KeyPair): string {
    return fingerprint(this.#backend, keyPair.publicKey);
  }

  async #load(user: string): Promise<KeyPair> {
    const stored = await this.#store.identity(user);
    if (stored !== undefined) return decodeKeyPair(stored);
    // Neutral: the identifier is shown to everybody on SILC and must not tell the Jabber address.
    const fresh = await generateKeyPair(this.#backend, {
      bits: this.#users.key_bits,
      identifier: { UN: this.#users.username, HN: this.#domain },
    });
    return decodeKeyPair(await this.#store.addIdentity(user, encodeKeyPair(fresh)));
  }
}
