import { concat, copyOf, toHex, utf8, wipe } from '../../bytes.js';
import { ciphers, isCipherName, isHmacName } from '../../crypto/algorithms.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import { SilcError } from '../../errors.js';
import { channelPrivateKey, wipeMessageKey } from '../../messages/index.js';
import type { MessageKey } from '../../messages/index.js';
import type { ChannelPrivateKeyInfo, ChannelPrivateKeyOptions } from '../api/channels.js';
import type { ChannelKeyRef } from '../api/messages.js';
import { nextGeneration } from '../shared/shared-keys.js';

/** Every message under none of them is hashed once for each. */
const MAX_KEYS = 16;

/** Private keys are always 256 bits, whatever the number in a cipher's name. */
const KEY_LENGTH = 32;

/** The same key is the same for every session, also when one of them has wiped it. */
class PrivateKeyRef implements ChannelKeyRef {
  readonly generation = nextGeneration();
  /** A digest of the key: nobody gets at it from outside. */
  readonly #digest: string;

  constructor(backend: CryptoBackend, { cipher, hmac, encryptionKey, hmacKey }: MessageKey) {
    const octets = concat(utf8(`${cipher} ${hmac} `), encryptionKey, hmacKey);
    this.#digest = toHex(backend.hash('sha256', octets));
    wipe(octets);
  }

  isOf(other: ChannelKeyRef): boolean {
    return other instanceof PrivateKeyRef && other.#digest === this.#digest;
  }
}

/** The private keys of one channel, which its members have told each other (mode +k). */
export class ChannelPrivateKeys {
  readonly #keys = new Map<string, MessageKey>();
  readonly #refs = new WeakMap<MessageKey, PrivateKeyRef>();
  #selected: string | undefined;

  get size(): number {
    return this.#keys.size;
  }

  /** @throws SilcError `usage`, `overflow` */
  set(
    backend: CryptoBackend,
    name: string,
    secret: string | Uint8Array,
    options: ChannelPrivateKeyOptions = {},
  ): void {
    const { cipher = 'aes-256-cbc', hmac = 'hmac-sha1-96' } = options;
    if (!isCipherName(cipher) || ciphers[cipher].keyLength !== KEY_LENGTH) {
      throw new SilcError('usage', 'a channel private key needs a cipher with a 256-bit key');
    }
    if (!isHmacName(hmac)) throw new SilcError('usage', 'unknown HMAC of a channel private key');
    if (secret.length === 0) throw new SilcError('usage', 'a channel private key of nothing');
    if (!this.#keys.has(name) && this.#keys.size >= MAX_KEYS) {
      throw new SilcError('overflow', `more than ${MAX_KEYS} private keys of a channel`);
    }
    const octets = typeof secret === 'string' ? utf8(secret) : copyOf(secret);
    try {
      const old = this.#keys.get(name);
      const key = channelPrivateKey(backend, octets, { cipher, hmac });
      this.#keys.set(name, key);
      this.#refs.set(key, new PrivateKeyRef(backend, key));
      if (old !== undefined) wipeMessageKey(old);
    } finally {
      wipe(octets);
    }
    this.#selected ??= name;
  }

  remove(name: string): boolean {
    const key = this.#keys.get(name);
    if (key === undefined) return false;
    wipeMessageKey(key);
    this.#keys.delete(name);
    if (this.#selected === name) [this.#selected] = this.#keys.keys();
    return true;
  }

  /** @throws SilcError `usage` */
  select(name: string): void {
    if (!this.#keys.has(name)) throw new SilcError('usage', 'no channel private key of this name');
    this.#selected = name;
  }

  list(): readonly ChannelPrivateKeyInfo[] {
    return [...this.#keys].map(([name, { cipher, hmac }]) => ({
      name,
      cipher,
      hmac,
      selected: name === this.#selected,
    }));
  }

  /** Keys to open with, the one for sending first. */
  candidates(): readonly MessageKey[] {
    const selected = this.#selected === undefined ? undefined : this.#keys.get(this.#selected);
    const others = [...this.#keys.values()].filter((key) => key !== selected);
    return selected === undefined ? others : [selected, ...others];
  }

  /** What the application knows a key by. */
  refOf(key: MessageKey): ChannelKeyRef {
    const ref = this.#refs.get(key);
    if (ref === undefined) throw new SilcError('usage', 'no private key of this channel');
    return ref;
  }

  /** True when messages under this key can be read. */
  holds(ref: ChannelKeyRef): boolean {
    for (const key of this.#keys.values()) if (this.#refs.get(key)?.isOf(ref) === true) return true;
    return false;
  }

  /** @throws SilcError `unsupported` when there is none */
  sendKey(): MessageKey {
    const [key] = this.candidates();
    if (key === undefined) {
      throw new SilcError(
        'unsupported',
        'the members of this channel use a private key, and none is set here',
      );
    }
    return key;
  }

  /** Wipes everything. */
  close(): void {
    for (const key of this.#keys.values()) wipeMessageKey(key);
    this.#keys.clear();
    this.#selected = undefined;
  }
}
