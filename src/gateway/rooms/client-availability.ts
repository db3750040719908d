import type { Element } from '../../component/stanza.js';
import { type Availability, availabilityOf } from '../../mapping/availability.js';
import { type Rate, TokenBucket } from '../../util/token-bucket.js';
import type { RoomView } from './room-view.js';

/** Each change goes to everybody in the room: of a client that changes without pause, the newest is told at this rate. */
const RATE: Rate = { burst: 10, perSecond: 0.5 };

/** How available the clients of one user in a room say to be: the newest presence counts, as long as its client is there. */
export class ClientAvailability {
  readonly #room: RoomView;
  /** By full JID, the newest last. */
  readonly #said = new Map<string, Availability | undefined>();
  #rate: TokenBucket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(room: RoomView) {
    this.#room = room;
  }

  /** What counts now. */
  get newest(): Availability | undefined {
    return [...this.#said.values()].at(-1);
  }

  /** A client in the room has sent this presence. */
  said(full: string, presence: Element): void {
    this.#said.delete(full);
    this.#said.set(full, availabilityOf(presence));
    this.#tell();
  }

  /** A client has gone. */
  delete(full: string): void {
    if (this.#said.delete(full) && this.#said.size > 0) this.#tell();
  }

  /** All have gone. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#said.clear();
  }

  #tell(): void {
    const { self, channel } = this.#room;
    if (this.#timer !== undefined || self === undefined) return;
    if (self.availability?.text === this.newest?.text) return;
    this.#rate ??= new TokenBucket(RATE);
    const { waitMs } = this.#rate;
    if (waitMs <= 0) {
      this.#rate.spend(1);
      channel.shows(this.#room, this.newest);
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, waitMs);
  }
}
