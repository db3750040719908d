import type { SessionEvent } from './api/events.js';
import type { Laned } from './context.js';
import type { EventHub } from './event-hub.js';
import type { EventOrder } from './event-order.js';
import { ChannelRecord } from './picture.js';

/**
 * Hands events to the listeners in order. What waits for a name or a signature holds back only what comes later about
 * the same person; a channel is held back as a whole only until the application knows it (`hold`).
 */
export class EventDelivery {
  readonly #hub: EventHub;
  readonly #order: EventOrder;

  constructor(hub: EventHub, order: EventOrder) {
    this.#hub = hub;
    this.#order = order;
  }

  /**
   * @param lanes channels and people that it is about
   * @param ready where people are among them, only they wait for it
   */
  post(
    lanes: readonly Laned[],
    event: SessionEvent | (() => SessionEvent),
    ready: Promise<unknown> | undefined,
    octets: number,
  ): void {
    const order = this.#order;
    if (ready === undefined && order.waiting === 0) {
      this.#deliver(event);
      return;
    }
    const channels: string[] = [];
    const people: string[] = [];
    for (const laned of lanes) (laned instanceof ChannelRecord ? channels : people).push(laned.lane);
    const deliver = (): void => this.#deliver(event);
    if (people.length === 0) order.post(channels, deliver, ready, octets);
    else if (!order.isBlocked(channels)) order.post(people, deliver, ready, octets);
    else order.post(channels, () => order.post(people, deliver, ready, octets), undefined, octets);
  }

  #deliver(event: SessionEvent | (() => SessionEvent)): void {
    const made = typeof event === 'function' ? event() : event;
    const about = 'channel' in made ? made.channel : undefined;
    // Whoever has left a channel does not hear of it any more.
    if (about instanceof ChannelRecord && about.left) return;
    this.#hub.emit(made);
  }
}
