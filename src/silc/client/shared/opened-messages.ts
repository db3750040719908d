import { type Clock, monotonicMs } from '../../../util/clock.js';
import { equalBytes } from '../../bytes.js';
import type { ChannelId, ClientId } from '../../ids.js';
import type { MacForm, MessageKey } from '../../messages/index.js';
import type { ChannelProtection, Message } from '../api/messages.js';
import type { JudgedSignature } from '../messages/judged-signature.js';
import type { SharedKey } from './shared-keys.js';

/** What is known of a message of a channel, or of one fragment of it. */
export interface OpenedPart {
  readonly judged: JudgedSignature;
  readonly protection: ChannelProtection;
  /** Of a fragment: the seats that could read it. Whoever could not gets nothing of what is made of it. */
  readonly readers: Set<object> | undefined;
}

/** A message that is ready to be told, or will be. */
export interface SharedMessage {
  readonly parts: readonly OpenedPart[];
  /** Octets of its data. */
  readonly octets: number;
  readonly protection: ChannelProtection;
  /** Settles when the signature is judged; undefined where it is. */
  readonly ready: Promise<unknown> | undefined;
  /** The same object for everybody. To be called when it is ready. */
  message(): Message;
}

/** A packet of a channel that one session has opened. */
export interface OpenedOnce {
  readonly macForm: MacForm;
  readonly messageKey: MessageKey;
  /** Undefined of a fragment whose message is not there yet. */
  readonly whole: SharedMessage | undefined;
  /** Of a fragment. */
  readonly part: OpenedPart | undefined;
}

interface Entry extends OpenedOnce {
  readonly sender: ClientId;
  readonly channel: ChannelId;
  readonly key: SharedKey;
  readonly payload: Uint8Array;
  readonly octets: number;
  readonly until: number;
  readonly hash: number;
  /** Sessions that have not had it yet. */
  wanted: number;
}

/** Copies come within moments, one for each session. */
const KEPT_MS = 30_000;
const MAX_ENTRIES = 4_096;
const MAX_OCTETS = 8 << 20;

/** Packets that one session has opened, found again by their octets. The oldest give way. */
export class OpenedMessages {
  /** By a few octets of the MAC. */
  readonly #entries = new Map<number, Entry>();
  readonly #now: Clock;
  #octets = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param now monotonic clock in milliseconds */
  constructor(now: Clock = monotonicMs) {
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The same octets of the same sender to the same channel. Who takes the result has to hold its key. */
  find(
    sender: ClientId,
    channel: ChannelId,
    payload: Uint8Array,
  ): (OpenedOnce & { readonly key: SharedKey }) | undefined {
    const entry = this.#entries.get(hashOf(payload));
    if (entry === undefined || entry.sender !== sender || entry.channel !== channel) return undefined;
    return equalBytes(entry.payload, payload) ? entry : undefined;
  }

  /** Somebody has taken a result. */
  took(found: OpenedOnce): void {
    const entry = found as Entry;
    if (--entry.wanted === 0) this.#drop(entry);
  }

  /**
   * Keeps a result for others.
   * @param payload is copied
   * @param wanted sessions that may ask for it
   */
  keep(
    of: { readonly sender: ClientId; readonly channel: ChannelId; readonly key: SharedKey },
    payload: Uint8Array,
    opened: OpenedOnce,
    wanted: number,
  ): void {
    const hash = hashOf(payload);
    const before = this.#entries.get(hash);
    if (before !== undefined) this.#drop(before);
    const octets = payload.length + (opened.whole?.octets ?? 0);
    const entry: Entry = {
      sender: of.sender,
      channel: of.channel,
      key: of.key,
      macForm: opened.macForm,
      messageKey: opened.messageKey,
      whole: opened.whole,
      part: opened.part,
      payload: payload.slice(),
      octets,
      until: this.#now() + KEPT_MS,
      hash,
      wanted,
    };
    this.#entries.set(hash, entry);
    this.#octets += octets;
    this.#tidy();
    this.#timer ??= this.#later();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#entries.clear();
    this.#octets = 0;
  }

  #drop(entry: Entry): void {
    if (this.#entries.get(entry.hash) !== entry) return;
    this.#entries.delete(entry.hash);
    this.#octets -= entry.octets;
  }

  #tidy(): void {
    const now = this.#now();
    for (const entry of this.#entries.values()) {
      const fits = this.#entries.size <= MAX_ENTRIES && this.#octets <= MAX_OCTETS;
      if (fits && entry.until > now) return;
      this.#drop(entry);
    }
  }

  /** What is too old goes also where no other message comes. */
  #later(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tidy();
      if (this.#entries.size > 0) this.#timer = this.#later();
    }, KEPT_MS);
    timer.unref();
    return timer;
  }
}

/** The end of a message is its MAC: as good as random. Small enough for a fast map key. */
function hashOf(payload: Uint8Array): number {
  const end = payload.length;
  const octet = (n: number): number => payload[end - n] ?? 0;
  return ((octet(1) & 0x3f) << 24) | (octet(2) << 16) | (octet(3) << 8) | octet(4);
}
