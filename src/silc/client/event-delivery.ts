import type { SessionEvent } from './api/events.js';
import type { Ordered } from './context.js';
import type { EventHub } from './event-hub.js';
import type { EventOrder } from './event-order.js';
import { ChannelRecord } from './channel-record.js';

/**
 * Hands events to the listeners in order. What waits for a name or a signature holds back only what comes later about
 * the same person; a channel is held back as a whole only until the application knows it (`hold`).
 */
export class EventDelivery {
  readonly #hub: EventHub;
  readonly #order: EventOrder;
  readonly #mayTell: (event: SessionEvent) => boolean;

  /** @param mayTell - Notes what is told; false where it is not this session's to tell any more. */
  constructor(hub: EventHub, order: EventOrder, mayTell: (event: SessionEvent) => boolean) {
    this.#hub = hub;
    this.#order = order;
    this.#mayTell = mayTell;
  }

  /**
   * @param about channels and people that it is about
   * @param ready where people are among them, only they wait for it
   */
  post(
    about: readonly Ordered[],
    event: SessionEvent | (() => SessionEvent),
    ready: Promise<unknown> | undefined,
    octets: number,
  ): void {
    const order = this.#order;
    if (ready === undefined && order.waiting === 0) {
      this.#deliver(event);
      return;
    }
    const channels: ChannelRecord[] = [];
    const people: string[] = [];
    for (const ordered of about) {
      if (ordered instanceof ChannelRecord) channels.push(ordered);
      else people.push(ordered.orderingKey);
    }
    const keys = channels.map(({ orderingKey }) => orderingKey);
    const deliver = (): void => this.#deliver(event);
    if (people.length === 0) {
      order.post(keys, deliver, ready, octets);
      return;
    }
    const pass = (): void => {
      // Nothing is told of a channel behind the end of it.
      const over = channels.length === 1 && channels[0]?.over === true;
      order.post(people, deliver, over ? undefined : ready, octets, keys);
    };
    if (order.isBlocked(keys)) order.post(keys, pass, undefined, octets);
    else pass();
  }

  /** The session is about to be no more on a channel: what waits to be told of it is told as it is. */
  release(channel: ChannelRecord): void {
    if (this.#order.waiting > 0) this.#order.release(channel.orderingKey);
  }

  #deliver(event: SessionEvent | (() => SessionEvent)): void {
    const made = typeof event === 'function' ? event() : event;
    const about = 'channel' in made ? made.channel : undefined;
    // Whoever has left a channel does not hear of it any more.
    if (about instanceof ChannelRecord && about.left) return;
    if (this.#mayTell(made)) this.#hub.emit(made);
  }
}
