import type { User } from '../client/types.js';
import { SilcError } from '../errors.js';
import type { PeerAddress } from '../peer/meeting.js';
import type { TransferLimits } from './limits.js';
import type { FileSink, IncomingOffer, Transfer } from './types.js';

/** How the owner of an offer carries out what the application decides. */
export interface OfferOwner {
  accept(offer: WaitingOffer, sink: FileSink, limits: Partial<TransferLimits>): Transfer;
  forget(offer: WaitingOffer): void;
}

/** An offer of somebody else that the application has not answered yet. */
export class WaitingOffer implements IncomingOffer {
  readonly id: number;
  readonly sender: User;
  /** Where the sender listens; undefined when this side has to. */
  readonly address: PeerAddress | undefined;
  readonly #owner: OfferOwner;
  readonly #timer: NodeJS.Timeout;
  #open = true;

  constructor(
    owner: OfferOwner,
    parts: {
      readonly id: number;
      readonly sender: User;
      readonly address: PeerAddress | undefined;
      readonly timeoutMs: number;
      readonly onExpired: () => void;
    },
  ) {
    this.#owner = owner;
    this.id = parts.id;
    this.sender = parts.sender;
    this.address = parts.address;
    this.#timer = setTimeout(parts.onExpired, parts.timeoutMs);
    this.#timer.unref();
  }

  get listens(): boolean {
    return this.address !== undefined;
  }

  accept(sink: FileSink, limits: Partial<TransferLimits> = {}): Transfer {
    if (!this.#open) throw new SilcError('usage', 'the offer is answered or gone already');
    const transfer = this.#owner.accept(this, sink, limits);
    this.close();
    return transfer;
  }

  reject(): void {
    this.close();
  }

  /** Nothing can be done with it any more. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#timer);
    this.#owner.forget(this);
  }
}
