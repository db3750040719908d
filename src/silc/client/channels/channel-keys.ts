import { copyOf, equalBytes } from '../../bytes.js';
import { DEFAULT_HMAC, isCipherName, isHmacName } from '../../crypto/algorithms.js';
import type { HmacName } from '../../crypto/algorithms.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import { SilcError } from '../../errors.js';
import { tryOpenMessage } from '../../messages/index.js';
import type { MessageKey, MessageParties, OpenedMessage } from '../../messages/index.js';
import type { ChannelKeyPayload } from '../../packets/channel-key.js';
import { type Clock, monotonicMs } from '../../../util/clock.js';
import { Deferred } from '../../../util/deferred.js';
import { withDeadline } from '../../../util/race.js';
import { KeyPool } from '../shared/shared-keys.js';
import type { SharedKey } from '../shared/shared-keys.js';

/** Others send under the old key until the new one has reached them (libsilcclient keeps it as long). */
const GRACE_MS = 15_000;
/** What AES and Twofish take, in octets. */
const KEY_LENGTHS: readonly number[] = [16, 24, 32];
/** The key of a channel of a resumed session comes soon after the resume. */
const ARRIVAL_MS = 10_000;
/** Keys kept of a channel on which many come and go at once. */
const MAX_KEYS = 32;

/** HMACs that the channel had before: with the present one and the default one at most twelve message keys of a key. */
const MAX_FORMER = 2;

/**
 * Octets that are hashed to find the key of one message, and keys that are tried in any case. A message of 64 KiB under
 * no key at all would otherwise cost as much as hundreds of real ones, and every member can send such messages.
 */
const SEARCH_OCTETS = 2 << 20;
const LEAST_TRIED = 8;

/** One key of the server. There are many of them while many join: what is the same for all sessions stands in the shared key. */
interface Generation {
  readonly shared: SharedKey;
  /** When it is forgotten; infinite for the newest. */
  until: number;
}

/** A message, and what it was opened with. */
export interface OpenedWithKey extends OpenedMessage {
  readonly key: SharedKey;
  readonly messageKey: MessageKey;
}

/**
 * The keys of one channel: the newest, with which is sent, and those that it has replaced lately. The MAC of a message
 * tells which key, which HMAC and which form of it the sender took.
 */
export class ChannelKeys {
  readonly #backend: CryptoBackend;
  readonly #now: Clock;
  #pool = new KeyPool();
  /** Newest last. */
  #generations: Generation[] = [];
  /** The newest key is one that this engine cannot use. */
  #unusable: string | undefined;
  #hmac: HmacName;
  /** Those of earlier times, newest first. */
  #former: readonly HmacName[] = [];
  #lastVerified: MessageKey | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Somebody waits for the first key. */
  #arrival: Deferred | undefined;

  constructor(backend: CryptoBackend, hmac: string | undefined, now: Clock = monotonicMs) {
    this.#backend = backend;
    this.#now = now;
    this.#hmac = hmac !== undefined && isHmacName(hmac) ? hmac : DEFAULT_HMAC;
  }

  /** Keys at hand, old ones included. */
  get size(): number {
    return this.#generations.length;
  }

  /** Wire name of the channel's HMAC. */
  get hmac(): string {
    return this.#hmac;
  }

  /** The newest key is for a cipher that is not known. */
  get unusable(): boolean {
    return this.#unusable !== undefined;
  }

  /** No key has come yet: it is on its way to a session that was resumed. */
  get isAwaited(): boolean {
    return this.#generations.length === 0 && !this.unusable;
  }

  /** Resolves when the first key is there, or will not come. @throws SilcError `timeout` */
  async arrived(): Promise<void> {
    if (!this.isAwaited) return;
    this.#arrival ??= new Deferred();
    const late = (): SilcError => new SilcError('timeout', 'the key of the channel has not come');
    await withDeadline(this.#arrival.promise, ARRIVAL_MS, late);
  }

  /** True when this is the newest key already. */
  isNewest({ cipher, key }: Pick<ChannelKeyPayload, 'cipher' | 'key'>): boolean {
    return this.#newest?.shared.is(cipher, key) === true;
  }

  /** Keys that come from here on are shared with these sessions. */
  shareWith(pool: KeyPool): void {
    this.#pool = pool;
  }

  /** True when messages under this key can be read. */
  holds(key: object): boolean {
    return this.#generation(key) !== undefined;
  }

  /** As `holds`, for a message that another session has opened with this message key. */
  take(key: SharedKey, messageKey: MessageKey): boolean {
    if (this.#generation(key) === undefined) return false;
    this.#lastVerified = messageKey;
    return true;
  }

  #generation(key: object): Generation | undefined {
    const found = this.#generations.findLast(({ shared }) => shared === key);
    if (found === undefined || found.until === Number.POSITIVE_INFINITY) return found;
    return found.until > this.#now() ? found : undefined;
  }

  /** A new key of the server; its octets are copied. */
  add({ cipher, key }: Pick<ChannelKeyPayload, 'cipher' | 'key'>): void {
    // Not always the length in the cipher's name: silcd keeps the one of the first cipher when the cipher changes.
    const usable = isCipherName(cipher) && KEY_LENGTHS.includes(key.length);
    this.#unusable = usable ? undefined : cipher;
    // Those before it have been retired already.
    const before = this.#newest;
    if (before !== undefined) before.until = Math.min(before.until, this.#now() + GRACE_MS);
    if (usable) {
      this.#generations.push({ shared: this.#pool.hold(cipher, key), until: Number.POSITIVE_INFINITY });
    }
    if (this.#generations.length > MAX_KEYS) this.#generations.shift()?.shared.release();
    this.#schedule();
    this.#arrival?.resolve();
  }

  /**
   * The channel has another HMAC. Members may still use the one before; but clients of the toolkit that see the change
   * turn to the new one at once, and keep the digest that they have until the next key. So that is sent from here on.
   */
  setHmac(name: string): void {
    if (!isHmacName(name) || name === this.#hmac) return;
    const present = this.#sending();
    const digest = present && copyOf(present.hmacKey);
    this.#former = [this.#hmac, ...this.#former].filter((former) => former !== name).slice(0, MAX_FORMER);
    this.#hmac = name;
    if (digest === undefined) return;
    this.#lastVerified = this.#newestCandidates().find(
      ({ hmac, hmacKey }) => hmac === name && equalBytes(hmacKey, digest),
    );
    digest.fill(0);
  }

  /** Opens a message under any key at hand; undefined where there is none. @throws SilcError `malformed` */
  open(parties: MessageParties, payload: Uint8Array): OpenedWithKey | undefined {
    this.#expire();
    let left = Math.max(LEAST_TRIED, Math.floor(SEARCH_OCTETS / Math.max(1, payload.length)));
    for (const { shared } of this.#generations.toReversed()) {
      for (const key of this.#candidates(shared)) {
        if (left-- <= 0) return undefined;
        const opened = tryOpenMessage(this.#backend, key, parties, payload);
        if (opened === undefined) continue;
        this.#lastVerified = key;
        return { message: opened.message, macForm: opened.macForm, messageKey: key, key: shared };
      }
    }
    return undefined;
  }

  /** The newest key, with which is sent. @throws as `sendKey` */
  sendRef(): SharedKey {
    this.sendKey();
    const newest = this.#newest;
    if (newest === undefined) throw new SilcError('usage', 'there is no key for this channel');
    return newest.shared;
  }

  /**
   * The key to send with: the newest. With the channel's HMAC where the members were seen to use it, otherwise with the
   * only one that all of them understand.
   * @throws SilcError `usage` when there is no key, `unsupported` when it is for an unknown cipher
   */
  sendKey(): MessageKey {
    if (this.#unusable !== undefined) {
      throw new SilcError('unsupported', 'the channel uses a cipher that is not supported');
    }
    const key = this.#sending();
    if (key === undefined) throw new SilcError('usage', 'there is no key for this channel');
    return key;
  }

  /** Wipes everything. */
  close(): void {
    this.#arrival?.resolve();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { shared } of this.#generations) shared.release();
    this.#generations = [];
    this.#lastVerified = undefined;
  }

  #sending(): MessageKey | undefined {
    const candidates = this.#newestCandidates();
    const last = this.#lastVerified;
    if (last !== undefined && candidates.includes(last)) return last;
    const wanted = last?.hmac === this.#hmac ? this.#hmac : DEFAULT_HMAC;
    return candidates.find(({ hmac }) => hmac === wanted);
  }

  #newestCandidates(): readonly MessageKey[] {
    const newest = this.#newest;
    return newest === undefined ? [] : this.#candidates(newest.shared);
  }

  get #newest(): Generation | undefined {
    return this.#generations.at(-1);
  }

  /** The message keys that members may have made of a key, the usual one first. */
  #candidates(key: SharedKey): readonly MessageKey[] {
    return key.candidates(this.#backend, this.#hmac, this.#former);
  }

  #expire(): void {
    const now = this.#now();
    // The oldest is the first, and the first to expire.
    for (let [oldest] = this.#generations; oldest !== undefined && oldest.until <= now;) {
      this.#generations.shift();
      oldest.shared.release();
      [oldest] = this.#generations;
    }
  }

  /** Old keys are wiped also where no message comes. */
  #schedule(): void {
    // The one that is set is for a key that is not younger.
    if (this.#timer !== undefined) return;
    const [oldest] = this.#generations;
    if (oldest === undefined || oldest.until === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#expire();
        this.#schedule();
      },
      Math.max(0, oldest.until - this.#now()) + 1,
    );
    this.#timer.unref();
  }
}
