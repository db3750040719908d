import { SilcError } from '../../errors.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { InitiatorExchange, InitiatorProposal, ResponderSelection } from '../../ke/state.js';
import { wipeMessageKey } from '../../messages/index.js';
import type {
  MacForm,
  MessageKeyPair,
  MessageParties,
  MessagePayload,
  NegotiatedReceiver,
  NegotiatedSender,
  OpenedMessage,
} from '../../messages/index.js';
import { OutgoingGate } from '../messages/outgoing.js';
import { wipePair, type NegotiatedPair } from './negotiated-pair.js';
import type { TokenBucket } from '../../../util/token-bucket.js';

/** Pairs that a peer may still use: the confirmed one, and those of exchanges that it may have given up. */
const MAX_PAIRS = 3;
/** The toolkit makes new keys after 270 s (initiator) or 300 s (responder) and does not send under older ones. */
const SEND_LIFETIME_MS = 300_000;

/**
 * Keys are changed after so long by the side that has made them, and by the other one only later: so the two do not begin
 * at once. These are the toolkit's times.
 */
const CHANGE_AFTER_MS = { initiator: 270_000, responder: 300_000 } as const;

/** A key that both users have set themselves. */
export interface FixedKey {
  readonly keys: MessageKeyPair;
  readonly role: 'initiator' | 'responder';
}

/** A message, and what has opened it. */
export interface OpenedByPair {
  readonly message: MessagePayload;
  readonly receiver: NegotiatedReceiver;
}

/** An exchange that this side has begun. */
export interface BegunExchange {
  /** A change of keys, which goes without a proposal as long as the peer has the keys before. */
  short: boolean;
  /** Undefined before the first packet. */
  step: InitiatorProposal | InitiatorExchange | undefined;
}

/** What is shared with one peer: the keys in use, and the key exchange that is under way. */
export class PeerKeys {
  readonly steps: TokenBucket;
  /** Messages to the peer wait here while it is being settled what they are protected by. */
  readonly gate = new OutgoingGate();
  /** The exchange that the peer has begun and has the word in, and until when (milliseconds). */
  halfOpen: { readonly selection: ResponderSelection; readonly until: number } | undefined;
  /** The exchange whose public key is being looked up. */
  checking: object | undefined;
  /** The exchange that this side has begun. */
  begun: BegunExchange | undefined;
  /** The peer did not answer, or refused: nothing is begun here until it begins something itself. */
  declined = false;
  /** Of the peer's last message: clients of before 2014 know only the MAC without IDs, and so it is answered. */
  macForm: MacForm | undefined;
  /** What the peer has announced by PRIVATE_MESSAGE_KEY. */
  offered: { readonly cipher: string; readonly hmac: string } | undefined;
  #fixed: FixedKey | undefined;
  /** Newest first. */
  readonly #pairs: NegotiatedPair[] = [];
  /** The pair that the peer surely has: it has sent under it, or answered with it. */
  #confirmed: NegotiatedPair | undefined;
  /** The peer may have missed a message, so that it cannot read the next one. */
  #outOfStep = false;
  #heardAt = 0;
  #confirmedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(steps: TokenBucket) {
    this.steps = steps;
  }

  /** True when there are negotiated keys. */
  get established(): boolean {
    return this.#pairs.length > 0;
  }

  /** The negotiated keys that the peer surely has. */
  get confirmed(): NegotiatedPair | undefined {
    return this.#confirmed;
  }

  /** The public key that the newest exchange has proven. */
  get publicKey(): SilcPublicKey | undefined {
    return this.#pairs[0]?.peerPublicKey;
  }

  get fixed(): FixedKey | undefined {
    return this.#fixed;
  }

  /** A key by hand takes the place of all others. Messages that wait go out under it. */
  setFixed(key: FixedKey): void {
    this.#wipeKeys();
    this.#fixed = key;
    this.abandonNewest();
  }

  /** A negotiated key takes the place of the one by hand. */
  dropFixed(): void {
    const fixed = this.#fixed;
    if (fixed === undefined) return;
    this.#fixed = undefined;
    wipeMessageKey(fixed.keys.send);
    wipeMessageKey(fixed.keys.receive);
  }

  /** Keys of an exchange that was not completed on the other side. */
  drop(pair: NegotiatedPair): void {
    const index = this.#pairs.indexOf(pair);
    if (index < 0 || pair === this.#confirmed) return;
    this.#pairs.splice(index, 1);
    wipePair(pair);
    this.settle();
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

  /** The peer surely has the keys of this pair, and sends under no earlier ones any more. */
  confirm(pair: NegotiatedPair, now: number): void {
    if (!this.#pairs.includes(pair)) return;
    this.#heardAt = now;
    if (pair === this.#confirmed) return;
    this.#confirmed = pair;
    this.#confirmedAt = now;
    this.#outOfStep = false;
    for (const old of this.#pairs.splice(this.#pairs.indexOf(pair) + 1)) wipePair(old);
    if (pair === this.#pairs[0]) this.settle();
  }

  /**
   * The message in a payload that is under one of the keys; undefined when it is under none of them.
   * @throws SilcError `malformed` when it is, and cannot be read: a message before it is missing
   */
  open(parties: MessageParties, payload: Uint8Array, now: number): OpenedByPair | undefined {
    for (const pair of this.#pairs) {
      let opened: OpenedMessage;
      try {
        opened = pair.receiver.open(parties, payload);
      } catch (error) {
        if (error instanceof SilcError && error.code === 'authentication') continue;
        throw error;
      }
      this.confirm(pair, now);
      this.macForm = opened.macForm;
      return { message: opened.message, receiver: pair.receiver };
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
    const old = !confirmed.lasting && now - this.#heardAt >= SEND_LIFETIME_MS;
    return old ? undefined : confirmed.sender;
  }

  /** True where keys are wanted before the next message: there are none that can be used, or they have become old. */
  due(now: number): boolean {
    const confirmed = this.#confirmed;
    if (confirmed === undefined || this.sender(now) === undefined) return true;
    return !confirmed.lasting && now - this.#confirmedAt >= CHANGE_AFTER_MS[confirmed.role];
  }

  /** A message that was sent under the keys has not arrived. */
  lost(): void {
    this.#outOfStep = true;
  }

  /**
   * Messages to the peer wait until `settle`, at most so long; then `late` is called, and unless it lets them wait for
   * something else they go as they may.
   */
  unsettle(ms: number, late: () => void = () => undefined): void {
    clearTimeout(this.#timer);
    this.gate.shut();
    const timer = setTimeout(() => {
      late();
      if (this.#timer === timer) this.settle();
    }, ms);
    timer.unref();
    this.#timer = timer;
  }

  /** What waits goes out. */
  settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.gate.reopen();
  }

  /** The peer has given up the exchange: it goes on with the keys before. */
  abandonNewest(): void {
    this.halfOpen = undefined;
    this.checking = undefined;
    this.begun = undefined;
    while (this.#pairs.length > 0 && this.#pairs[0] !== this.#confirmed) {
      const pair = this.#pairs.shift();
      if (pair !== undefined) wipePair(pair);
    }
    this.settle();
  }

  /** Overwrites all keys. Messages that wait go out without them. */
  wipe(): void {
    this.#wipeKeys();
    this.abandonNewest();
  }

  #wipeKeys(): void {
    for (const pair of this.#pairs.splice(0)) wipePair(pair);
    this.dropFixed();
    this.#confirmed = undefined;
    this.#outOfStep = false;
  }
}
