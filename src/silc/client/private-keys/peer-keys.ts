import { SilcError } from '../../errors.js';
import type { ResponderSelection } from '../../ke/state.js';
import type { MessageParties, MessagePayload, NegotiatedSender } from '../../messages/index.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import { wipePair, type NegotiatedPair } from './negotiated-pair.js';
import type { Allowance } from './allowance.js';

/** Pairs that a peer may still use: the confirmed one, and those of exchanges that it may have given up. */
const MAX_PAIRS = 3;
/** The toolkit makes new keys after 270 s (initiator) or 300 s (responder) and does not send under older ones. */
const SEND_LIFETIME_MS = 300_000;

/** What is shared with one peer: the keys in use, and the key exchange that is under way. */
export class PeerKeys {
  readonly allowance: Allowance;
  /** The exchange in which the peer has the word, and until when (milliseconds). */
  halfOpen: { readonly selection: ResponderSelection; readonly until: number } | undefined;
  /** The exchange whose public key is being looked up. */
  checking: object | undefined;
  /** Newest first. */
  readonly #pairs: NegotiatedPair[] = [];
  /** The pair under which the peer has sent: it surely has these keys. */
  #confirmed: NegotiatedPair | undefined;
  /** The peer may have missed a message, so that it cannot read the next one. */
  #outOfStep = false;
  #heardAt = 0;

  constructor(allowance: Allowance) {
    this.allowance = allowance;
  }

  /** True when there are keys at all. */
  get established(): boolean {
    return this.#pairs.length > 0;
  }

  /** The public key that the newest exchange has proven. */
  get publicKey(): SilcPublicKey | undefined {
    return this.#pairs[0]?.peerPublicKey;
  }

  /** Keys of a completed exchange. The peer may still fall back to the ones before. */
  add(pair: NegotiatedPair): void {
    this.#pairs.unshift(pair);
    for (let i = this.#pairs.length - 1; this.#pairs.length > MAX_PAIRS; i--) {
      const old = this.#pairs[i];
      if (old === undefined || old === this.#confirmed) continue;
      this.#pairs.splice(i, 1);
      wipePair(old);
    }
  }

  /**
   * The message in a payload that is under one of the keys; undefined when it is under none of them.
   * @throws SilcError `malformed` when it is, and cannot be read: a message before it is missing
   */
  open(parties: MessageParties, payload: Uint8Array, now: number): MessagePayload | undefined {
    for (const pair of this.#pairs) {
      let message: MessagePayload;
      try {
        ({ message } = pair.receiver.open(parties, payload));
      } catch (error) {
        if (error instanceof SilcError && error.code === 'authentication') continue;
        throw error;
      }
      this.#confirm(pair, now);
      return message;
    }
    return undefined;
  }

  /**
   * What to send with; undefined where only the session protects: before the peer has shown that it has the keys,
   * while it may be changing them, and when they are old. A message under keys that the peer has not would be lost, one
   * in the clear never is.
   */
  sender(now: number): NegotiatedSender | undefined {
    const confirmed = this.#confirmed;
    if (confirmed === undefined || this.#pairs[0] !== confirmed || this.#outOfStep) return undefined;
    return now - this.#heardAt < SEND_LIFETIME_MS ? confirmed.sender : undefined;
  }

  /** A message that was sent under the keys has not arrived. */
  lost(): void {
    this.#outOfStep = true;
  }

  /** The peer has given up the exchange: it goes on with the keys before. */
  abandonNewest(): void {
    while (this.#pairs.length > 0 && this.#pairs[0] !== this.#confirmed) {
      const pair = this.#pairs.shift();
      if (pair !== undefined) wipePair(pair);
    }
  }

  /** Overwrites all keys. */
  wipe(): void {
    for (const pair of this.#pairs.splice(0)) wipePair(pair);
    this.#confirmed = undefined;
    this.#outOfStep = false;
    this.halfOpen = undefined;
    this.checking = undefined;
  }

  #confirm(pair: NegotiatedPair, now: number): void {
    this.#heardAt = now;
    if (pair === this.#confirmed) return;
    this.#confirmed = pair;
    this.#outOfStep = false;
    for (const old of this.#pairs.splice(this.#pairs.indexOf(pair) + 1)) wipePair(old);
  }
}
