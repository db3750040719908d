import { Fifo } from './fifo.js';
import type { Envelope } from './outgoing.js';

/** A stanza that waits for the socket. */
export interface Entry {
  readonly text: string;
  /** The addressee is in `to`: the rest is shared by all that get the same stanza. */
  readonly envelope: Envelope;
  readonly to: string;
  /** What the bounds count: see {@link Share}. */
  readonly cost: number;
  readonly isAnswer: boolean;
  /** When it was queued, monotonic milliseconds. */
  readonly since: number;
}

/** An amount of stanzas. */
export interface Share {
  readonly stanzas: number;
  /** What they take in memory: UTF-16 units of text, counted once where stanzas share it, and 200 for each stanza. */
  readonly size: number;
}

/** What is counted together: a room, a conversation. */
export class Flow {
  readonly key: string;
  readonly entries = new Fifo<Entry>();
  /** Cost of all entries but answers, which have a share of their own. */
  size = 0;
  stanzas = 0;
  /** Units of text that wait here. */
  units = 0;
  congested = false;
  /** Units that may be written in this turn. */
  credit = 0;
  inTurn = false;

  constructor(key: string) {
    this.key = key;
  }
}

/** Units that a flow may write when it is its turn; a longer stanza saves up over several turns. */
const QUANTUM = 8 * 1024;

/**
 * Queues by flow, taken from by deficit round robin (Shreedhar and Varghese, 1995): each flow that has something waiting
 * gets the same number of octets a turn, so a crowd delays itself. A flow that had nothing waiting has its first turn before those
 * that have (RFC 8290, 4.1): who says little does not wait for a round of those who have much. A flow without entries is not kept
 * beyond that round.
 */
export class Flows {
  readonly #byKey = new Map<string, Flow>();
  /** Flows that have come into being since their last turn, before those that wait for another one. */
  #fresh = new Fifo<Flow>();
  #turns = new Fifo<Flow>();
  readonly #onTaken: (flow: Flow) => void;

  /** @param onTaken - told when an entry has left its flow; the counts of the flow are right again then */
  constructor(onTaken: (flow: Flow) => void) {
    this.#onTaken = onTaken;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Flow | undefined {
    return this.#byKey.get(key);
  }

  add(key: string, entry: Entry): Flow {
    let flow = this.#byKey.get(key);
    if (flow === undefined) {
      flow = new Flow(key);
      this.#byKey.set(key, flow);
      this.#fresh.push(flow);
    }
    flow.entries.push(entry);
    flow.units += entry.text.length;
    if (!entry.isAnswer) {
      flow.size += entry.cost;
      flow.stanzas += 1;
    }
    return flow;
  }

  /** Takes the next entry, fairly. */
  next(): Entry | undefined {
    for (;;) {
      const row = this.#fresh.size > 0 ? this.#fresh : this.#turns;
      const flow = row.peek();
      if (flow === undefined) return undefined;
      const entry = flow.entries.peek();
      if (entry !== undefined && !flow.inTurn) {
        flow.inTurn = true;
        flow.credit += QUANTUM;
      }
      if (entry !== undefined && entry.text.length <= flow.credit) {
        flow.credit -= entry.text.length;
        this.#take(flow);
        return entry;
      }
      row.shift();
      flow.inTurn = false;
      // Who was fresh stays until the others had a turn, also without entries: else it would always be before them.
      if (entry !== undefined || (row === this.#fresh && this.#turns.size > 0)) this.#turns.push(flow);
      else this.#byKey.delete(flow.key);
      if (entry === undefined) flow.credit = 0;
    }
  }

  /** Takes what was queued at `until` or before. */
  takeOld(until: number): Entry[] {
    const old: Entry[] = [];
    const sift = (row: Fifo<Flow>): Fifo<Flow> => {
      const rest = new Fifo<Flow>();
      for (let flow = row.shift(); flow !== undefined; flow = row.shift()) {
        for (let entry = flow.entries.peek(); entry !== undefined && entry.since <= until;) {
          old.push(entry);
          this.#take(flow);
          entry = flow.entries.peek();
        }
        if (flow.entries.size > 0) rest.push(flow);
        else this.#byKey.delete(flow.key);
      }
      return rest;
    };
    this.#turns = sift(this.#turns);
    this.#fresh = sift(this.#fresh);
    return old;
  }

  #take(flow: Flow): void {
    const entry = flow.entries.shift();
    if (entry === undefined) return;
    flow.units -= entry.text.length;
    if (!entry.isAnswer) {
      flow.size -= entry.cost;
      flow.stanzas -= 1;
    }
    this.#onTaken(flow);
  }
}
