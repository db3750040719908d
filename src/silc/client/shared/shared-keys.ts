import { constantTimeEqual, copyOf } from '../../bytes.js';
import type { CipherName, HmacName } from '../../crypto/algorithms.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import { channelKeyCandidates, wipeMessageKey } from '../../messages/index.js';
import type { MessageKey } from '../../messages/index.js';
import type { ChannelKeyRef } from '../api/messages.js';

let generations = 0;

/** A number for each key of a channel, whoever made it. */
export const nextGeneration = (): number => ++generations;

/** A key that the server gave to a channel, and the message keys that members may have made of it. */
export class SharedKey implements ChannelKeyRef {
  readonly generation = nextGeneration();
  readonly cipher: CipherName;
  readonly #key: Uint8Array;
  readonly #onUnheld: (key: SharedKey) => void;
  /** By the channel's HMACs, which sessions may have heard of in another order. */
  readonly #candidates = new Map<string, readonly MessageKey[]>();
  #holders = 0;

  /**
   * @param key is copied
   * @param onUnheld called when nobody holds it any more
   */
  constructor(cipher: CipherName, key: Uint8Array, onUnheld: (key: SharedKey) => void = () => undefined) {
    this.cipher = cipher;
    this.#key = copyOf(key);
    this.#onUnheld = onUnheld;
  }

  get holders(): number {
    return this.#holders;
  }

  is(cipher: string, key: Uint8Array): boolean {
    return this.cipher === cipher && constantTimeEqual(this.#key, key);
  }

  /** Made when a message needs them: most keys of a channel that many join are replaced before. @param former HMACs that the channel had before */
  candidates(backend: CryptoBackend, hmac: HmacName, former: readonly HmacName[]): readonly MessageKey[] {
    const name = `${hmac} ${former.join()}`;
    let candidates = this.#candidates.get(name);
    if (candidates === undefined) {
      candidates = channelKeyCandidates(backend, this.#key, { cipher: this.cipher, hmac }, former);
      this.#candidates.set(name, candidates);
    }
    return candidates;
  }

  hold(): this {
    this.#holders++;
    return this;
  }

  /** It is wiped when nobody holds it any more. */
  release(): void {
    if (--this.#holders > 0) return;
    this.#key.fill(0);
    for (const list of this.#candidates.values()) for (const one of list) wipeMessageKey(one);
    this.#onUnheld(this);
  }
}

/** The keys of one channel, each once however many sessions were given it. */
export class KeyPool {
  /** Newest last. */
  readonly #keys: SharedKey[] = [];
  readonly #forget = (key: SharedKey): void => void this.#keys.splice(this.#keys.indexOf(key), 1);

  /** Different keys. */
  get size(): number {
    return this.#keys.length;
  }

  /** The key of these octets, held once more. Sessions that were given other octets never get the same object. */
  hold(cipher: CipherName, key: Uint8Array): SharedKey {
    for (let i = this.#keys.length - 1; i >= 0; i--) {
      const known = this.#keys[i];
      if (known?.is(cipher, key) === true) return known.hold();
    }
    const made = new SharedKey(cipher, key, this.#forget).hold();
    this.#keys.push(made);
    return made;
  }
}
