import { Fifo } from './fifo.js';
import type { Entry, Share } from './outbox-flows.js';
import type { Envelope } from './outgoing.js';

/** A stanza that was handed to the socket. */
interface Written {
  readonly envelope: Envelope;
  readonly to: string;
  readonly units: number;
  /** Kept whole where it may go out twice: see {@link isRepeatable}. */
  readonly entry: Entry | undefined;
}

/** What nobody knows to have arrived, when a stream broke. */
export interface Doubt {
  /** May go out again, in this order. */
  readonly again: readonly Entry[];
  /** May not, since its reader would have it twice. */
  readonly lost: readonly Pick<Entry, 'envelope' | 'to'>[];
  /** There was more than is kept, of which nothing is known. */
  readonly isIncomplete: boolean;
}

/** What a stanza takes here besides its text. */
const COST = 100;

/**
 * What was handed to the socket and is not proven to have been read by the Jabber server. XEP-0114 has no acknowledgements, but
 * a server handles what a component sends in its order: the answer to a ping proves all that was written before the ping.
 */
export class UnprovenStanzas {
  readonly #limit: Share;
  readonly #written = new Fifo<Written>();
  #size = 0;
  #units = 0;
  #total = 0;
  #isIncomplete = false;

  constructor(limit: Share) {
    this.#limit = limit;
  }

  /** Stanzas ever written: a place in the row of them. */
  get mark(): number {
    return this.#total;
  }

  get count(): number {
    return this.#written.size;
  }

  /** Their texts together. */
  get units(): number {
    return this.#units;
  }

  add(entry: Entry): void {
    const { envelope, to, text } = entry;
    const kept = isRepeatable(envelope) ? entry : undefined;
    this.#written.push({ envelope, to, units: text.length, entry: kept });
    this.#size += costOf(kept);
    this.#units += text.length;
    this.#total += 1;
    while (this.#written.size > this.#limit.stanzas || this.#size > this.#limit.size) {
      this.#shift();
      this.#isIncomplete = true;
    }
  }

  /** The server has read what was written before `mark`. */
  prove(mark: number): void {
    while (this.#written.size > this.#total - mark) this.#shift();
    if (mark >= this.#total - this.#written.size) this.#isIncomplete = false;
  }

  /** The stream broke: takes all of it. */
  take(): Doubt {
    const again: Entry[] = [];
    const lost: Written[] = [];
    for (let next = this.#shift(); next !== undefined; next = this.#shift()) {
      if (next.entry === undefined) lost.push(next);
      else again.push(next.entry);
    }
    const isIncomplete = this.#isIncomplete;
    this.#isIncomplete = false;
    return { again, lost, isIncomplete };
  }

  #shift(): Written | undefined {
    const written = this.#written.shift();
    if (written === undefined) return undefined;
    this.#size -= costOf(written.entry);
    this.#units -= written.units;
    return written;
  }
}

/**
 * Answers, errors and farewells say the same when they come twice: a client takes the first answer to a request, marks a message
 * as failed, removes who is gone. A line or an invitation that comes twice would be read twice.
 */
export function isRepeatable({ name, type }: Envelope): boolean {
  if (type === 'error') return true;
  return name === 'iq' ? type === 'result' : name === 'presence' && type !== undefined;
}

const costOf = (entry: Entry | undefined): number => COST + (entry?.text.length ?? 0);
