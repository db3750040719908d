import { ComponentError } from './errors.js';
import { type Clock, monotonicMs } from '../util/clock.js';

/** Bounds of what waits for the socket. */
export interface OutboxLimits {
  readonly stanzas: number;
  /** Sum of the queued texts, octets counted as UTF-16 units. */
  readonly size: number;
  /** A stanza that could not be handed to the socket for so long is given up, milliseconds. */
  readonly ageMs: number;
}

export const DEFAULT_OUTBOX_LIMITS: OutboxLimits = { stanzas: 20_000, size: 32 * 1024 * 1024, ageMs: 60_000 };

/** Hands text to the socket; resolves when the socket has passed it on. */
export type Write = (text: string) => Promise<void>;

interface Entry {
  readonly text: string;
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: ComponentError) => void;
}

// So much may be on its way through the socket at once: enough to fill a segment train, little enough that a
// peer that does not read is felt at once.
const WINDOW = 64 * 1024;

/**
 * The bounded queue before the socket. Drop policy: reject new (`overflow`), so what was promised first goes first;
 * what waited too long is rejected with `expired`. Order is kept, also across a break: what the socket had not
 * confirmed goes again, before everything else.
 */
export class Outbox {
  readonly #limits: OutboxLimits;
  readonly #now: Clock;
  // Sets keep the order of insertion, and take from the head without moving the rest.
  #queue = new Set<Entry>();
  readonly #inFlight = new Set<Entry>();
  #size = 0;
  #inFlightSize = 0;
  #write: Write | undefined;
  #stopped = false;
  #expiry: NodeJS.Timeout | undefined;
  #whenEmpty: (() => void)[] = [];
  #overflowed = 0;
  #expired = 0;

  constructor(limits: OutboxLimits, now: Clock = monotonicMs) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Stanzas not yet confirmed by the socket, and their size; stanzas refused and given up so far. */
  get stats(): { stanzas: number; size: number; overflowed: number; expired: number } {
    return {
      stanzas: this.#queue.size + this.#inFlight.size,
      size: this.#size,
      overflowed: this.#overflowed,
      expired: this.#expired,
    };
  }

  /** Queues; resolves when handed to the socket. @throws ComponentError `overflow`, `expired`, `stopped`. */
  push(text: string): Promise<void> {
    if (this.#stopped) return Promise.reject(new ComponentError('stopped', 'the link was stopped'));
    this.#expire();
    const full = this.#queue.size + this.#inFlight.size >= this.#limits.stanzas;
    if (full || this.#size + text.length > this.#limits.size) {
      this.#overflowed += 1;
      return Promise.reject(new ComponentError('overflow', 'the outbox is full'));
    }
    return new Promise((resolve, reject) => {
      this.#queue.add({ text, since: this.#now(), resolve, reject });
      this.#size += text.length;
      this.#pump();
      this.#armExpiry();
    });
  }

  /** A stream is there: what waits is written, oldest first. */
  attach(write: Write): void {
    this.#write = write;
    this.#expire();
    this.#pump();
  }

  /** The stream is gone: unconfirmed stanzas return to the head of the queue. */
  detach(): void {
    this.#write = undefined;
    if (this.#inFlight.size > 0) this.#queue = new Set([...this.#inFlight, ...this.#queue]);
    this.#inFlight.clear();
    this.#inFlightSize = 0;
    this.#armExpiry();
  }

  /** Resolves when nothing waits any more, or at once when nothing does. */
  drained(): Promise<void> {
    if (this.#size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Refuses what comes, but goes on with what is queued. */
  seal(): void {
    this.#stopped = true;
  }

  /** Gives up everything that is left. */
  clear(): void {
    this.#stopped = true;
    this.detach();
    clearTimeout(this.#expiry);
    this.#giveUp(Infinity, new ComponentError('stopped', 'the link was stopped'));
  }

  #pump(): void {
    const write = this.#write;
    if (write === undefined) return;
    for (const entry of this.#queue) {
      if (this.#inFlightSize >= WINDOW) return;
      this.#queue.delete(entry);
      this.#inFlight.add(entry);
      this.#inFlightSize += entry.text.length;
      write(entry.text).then(
        () => this.#confirm(entry, write),
        // The stream is breaking; detach() follows and takes the entry back.
        () => undefined,
      );
    }
  }

  #confirm(entry: Entry, write: Write): void {
    // Confirmed late, by a stream that was given up: the entry is queued again or gone already.
    if (this.#write !== write || !this.#inFlight.delete(entry)) return;
    this.#inFlightSize -= entry.text.length;
    this.#forget(entry);
    entry.resolve();
    this.#pump();
  }

  #forget(entry: Entry): void {
    this.#size -= entry.text.length;
    if (this.#size > 0) return;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  #expire(): void {
    const error = new ComponentError('expired', 'the stanza waited too long for the link');
    this.#expired += this.#giveUp(this.#now() - this.#limits.ageMs, error);
  }

  /** Rejects what was queued at `until` or before; returns how many. */
  #giveUp(until: number, error: ComponentError): number {
    let count = 0;
    for (const entry of this.#queue) {
      if (entry.since > until) break;
      count += 1;
      this.#queue.delete(entry);
      this.#forget(entry);
      entry.reject(error);
    }
    return count;
  }

  #armExpiry(): void {
    if (this.#expiry !== undefined || this.#stopped) return;
    const [first] = this.#queue;
    if (first === undefined) return;
    const wait = first.since + this.#limits.ageMs - this.#now();
    this.#expiry = setTimeout(
      () => {
        this.#expiry = undefined;
        this.#expire();
        this.#armExpiry();
      },
      Math.max(1, Math.ceil(wait)),
    );
    this.#expiry.unref();
  }
}
