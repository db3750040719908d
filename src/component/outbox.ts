import { monotonicMs } from '../util/clock.js';
import type { ComponentErrorCode } from './errors.js';
import { type Entry, type Flow, Flows, type Share } from './outbox-flows.js';
import type { Envelope, Loss } from './outgoing.js';
import { UnprovenStanzas } from './unproven.js';

export type { Share } from './outbox-flows.js';

/** Bounds of what waits for the socket. */
export interface OutboxLimits {
  /** Messages, presences and own requests, of all flows. The last fifth is kept for flows of which little waits; so below. */
  readonly total: Share;
  /** The same of one flow. */
  readonly flow: Share;
  /** Answers and errors of all flows. They have their own share, so no crowd can keep them out. */
  readonly answers: Share;
  /** A flow is congested with more than this, in stanzas or in units of text to write … */
  readonly highWater: Share;
  /** … until it has no more than this. */
  readonly lowWater: Share;
  /** What was written and is not proven to have been read. Of more than this the oldest are forgotten. */
  readonly unproven: Share;
  /**
   * Of what was written so many units of text may be unproven before the rest waits: what the server has not read yet lies in the
   * buffers of TCP, where nothing goes before anything else.
   */
  readonly proofWindow: number;
  /** A stanza that could not be handed to the socket for so long is given up, milliseconds. */
  readonly ageMs: number;
}

const MEBI = 1024 * 1024;

export const DEFAULT_OUTBOX_LIMITS: OutboxLimits = {
  total: { stanzas: 200_000, size: 64 * MEBI },
  flow: { stanzas: 100_000, size: 24 * MEBI },
  answers: { stanzas: 20_000, size: 8 * MEBI },
  highWater: { stanzas: 2_000, size: MEBI },
  lowWater: { stanzas: 500, size: MEBI / 4 },
  unproven: { stanzas: 100_000, size: 24 * MEBI },
  proofWindow: MEBI,
  ageMs: 60_000,
};

/** What counts as a little: such flows are not touched by the crowd of others. */
const LITTLE: Share = { stanzas: 64, size: 64 * 1024 };
const KEPT_FOR_LITTLE = 0.2;

/** What an entry takes besides its text: the object, its place in the queue, the joints of its text. */
const ENTRY_COST = 200;

/** What becomes of a stanza when its share is full. Whatever was accepted is kept; nothing is lost without a word. */
const POLICIES = {
  message: { share: 'total', whenFull: 'reject-new' },
  presence: { share: 'total', whenFull: 'reject-new' },
  request: { share: 'total', whenFull: 'reject-new' },
  answer: { share: 'answers', whenFull: 'reject-new' },
} as const;

/** Hands text to the socket; resolves when the socket has passed it on. Undefined: nothing was taken, the stream is ending. */
export type Write = (text: string) => Promise<void> | undefined;

export interface OutboxEvents {
  readonly onLost: (loss: Loss) => void;
  readonly onPressure: (flow: string, congested: boolean) => void;
  /** Something was handed to the socket. @param waitedMs what was longest there */
  readonly onWritten?: (waitedMs: number) => void;
  /** Half of the proof window has been written since this was called last: a proof should be asked for. */
  readonly onProofDue?: () => void;
}

// So much may be on its way through the socket at once, and in one write: enough to fill a segment train, little enough
// that a peer that does not read is felt at once.
const WINDOW = 64 * 1024;

/** What comes so soon after a write, in milliseconds, is collected for one turn of the event loop: under load a write carries much. */
const COLLECTING_MS = 2;

interface Batch {
  readonly entries: readonly Entry[];
  readonly units: number;
}

/**
 * The bounded queue before the socket: one write a turn of the event loop for all that waits, in fair shares of the flows.
 * Order within a flow is kept, also across a break. What was handed to a socket that broke may have arrived: it is lost, or
 * goes again before everything else where it does no harm twice.
 */
export class Outbox {
  readonly #limits: OutboxLimits;
  readonly #events: OutboxEvents;
  readonly #now: () => number;
  readonly #flows = new Flows((flow) => this.#onTaken(flow));
  readonly #unproven: UnprovenStanzas;
  /** Go before all others. */
  #again: Entry[] = [];
  #inFlight: Batch[] = [];
  #inFlightUnits = 0;
  readonly #used = { total: { stanzas: 0, size: 0 }, answers: { stanzas: 0, size: 0 } };
  #write: Write | undefined;
  #provesInTime: () => boolean = () => false;
  /** Units written since a proof was asked for. */
  #unasked = 0;
  #isFlushDue = false;
  #flushedAt = -Infinity;
  #stopped = false;
  #expiry: NodeJS.Timeout | undefined;
  #whenEmpty: (() => void)[] = [];
  #overflowed = 0;
  #expired = 0;

  constructor(limits: OutboxLimits, events: OutboxEvents, now: () => number = monotonicMs) {
    this.#limits = limits;
    this.#events = events;
    this.#now = now;
    this.#unproven = new UnprovenStanzas(limits.unproven);
  }

  /** A place in the row of all that was ever handed to a socket. */
  get mark(): number {
    return this.#unproven.mark;
  }

  /** The Jabber server has read what was written before this place. */
  proven(mark: number): void {
    this.#unproven.prove(mark);
    this.#scheduleFlush();
  }

  /**
   * Stanzas not yet confirmed by the socket, and what they take; flows; stanzas written and not proven to be read; stanzas refused
   * and given up so far.
   */
  get stats(): {
    stanzas: number;
    size: number;
    flows: number;
    unproven: number;
    overflowed: number;
    expired: number;
  } {
    const { total, answers } = this.#used;
    return {
      stanzas: total.stanzas + answers.stanzas,
      size: total.size + answers.size,
      flows: this.#flows.size,
      unproven: this.#unproven.count,
      overflowed: this.#overflowed,
      expired: this.#expired,
    };
  }

  /**
   * Queues the text of a stanza, or tells of its loss.
   * @param ownUnits - units of the text that it does not share with an earlier one
   */
  push(flow: string, envelope: Envelope, to: string, text: string, ownUnits = text.length): void {
    const isAnswer = envelope.type === 'error' || (envelope.name === 'iq' && envelope.type === 'result');
    const kind = isAnswer ? 'answer' : envelope.name === 'iq' ? 'request' : envelope.name;
    const { share } = POLICIES[kind];
    const cost = ownUnits + ENTRY_COST;
    if (this.#stopped) {
      this.#lose({ envelope, to }, 'stopped');
    } else if (!this.#hasRoom(flow, share, cost)) {
      this.#overflowed += 1;
      this.#lose({ envelope, to }, 'overflow');
    } else {
      const entry = { text, envelope, to, cost, isAnswer, since: this.#now() };
      this.#count(entry);
      this.#press(this.#flows.add(flow, entry));
      this.#scheduleFlush();
      this.#armExpiry();
    }
  }

  /**
   * A stream is there: what waits is written, oldest first.
   * @param provesInTime - whether the server answers when it is asked what it has read; else the proof window counts for nothing
   */
  attach(write: Write, provesInTime: () => boolean = () => false): void {
    this.#write = write;
    this.#provesInTime = provesInTime;
    this.#unasked = 0;
    this.#expire();
    this.#flush();
  }

  /**
   * The stream is gone: what is in doubt is told as lost, but for answers and farewells, which go first when the next one is there.
   * @returns false when something is in doubt that is not known any more
   */
  detach(): boolean {
    this.#write = undefined;
    for (const { entries } of this.#inFlight) for (const entry of entries) this.#forget(entry);
    this.#inFlight = [];
    this.#inFlightUnits = 0;
    const { again, lost, isIncomplete } = this.#unproven.take();
    for (const entry of again) this.#count(entry);
    this.#again = [...again, ...this.#again];
    if (this.#again.length > 0) this.#armExpiry();
    this.#checkEmpty();
    for (const entry of lost) this.#lose(entry, 'in-doubt');
    return !isIncomplete;
  }

  /** Resolves when nothing waits any more, or at once when nothing does. */
  drained(): Promise<void> {
    if (this.stats.stanzas === 0) return Promise.resolve();
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
    this.#giveUp(Infinity, 'stopped');
  }

  #hasRoom(key: string, share: 'total' | 'answers', cost: number): boolean {
    const flow = this.#flows.get(key);
    if (share === 'total' && flow !== undefined && !fits(flow, cost, this.#limits.flow)) return false;
    const isLittle = flow === undefined || (flow.entries.size < LITTLE.stanzas && flow.units < LITTLE.size);
    return fits(this.#used[share], cost, this.#limits[share], isLittle ? 1 : 1 - KEPT_FOR_LITTLE);
  }

  #scheduleFlush(): void {
    if (this.#isFlushDue || this.#write === undefined) return;
    this.#isFlushDue = true;
    const flush = (): void => {
      this.#isFlushDue = false;
      this.#flush();
    };
    if (this.#now() - this.#flushedAt < COLLECTING_MS) setImmediate(flush);
    else queueMicrotask(flush);
  }

  /** Writes as much as the window takes. */
  #flush(): void {
    const write = this.#write;
    if (write === undefined) return;
    this.#flushedAt = this.#now();
    const room = this.#room();
    const entries: Entry[] = [];
    let text = '';
    while (text.length < room) {
      const entry = this.#again.shift() ?? this.#flows.next();
      if (entry === undefined) break;
      entries.push(entry);
      text += entry.text;
    }
    if (entries.length === 0) return;
    const written = write(text);
    if (written === undefined) {
      // The stream is ending; detach() follows.
      this.#again = [...entries, ...this.#again];
      this.#write = undefined;
      return;
    }
    const batch = { entries, units: text.length };
    this.#inFlight.push(batch);
    this.#inFlightUnits += batch.units;
    let since = Infinity;
    for (const entry of entries) {
      this.#unproven.add(entry);
      since = Math.min(since, entry.since);
    }
    this.#unasked += batch.units;
    if (this.#unasked >= this.#limits.proofWindow / 2) {
      this.#unasked = 0;
      this.#events.onProofDue?.();
    }
    this.#events.onWritten?.(this.#now() - since);
    written.then(
      () => this.#confirm(batch, write),
      // The stream is breaking; detach() follows.
      () => undefined,
    );
  }

  /** Units that may be written now. */
  #room(): number {
    const room = WINDOW - this.#inFlightUnits;
    return this.#provesInTime() ? Math.min(room, this.#limits.proofWindow - this.#unproven.units) : room;
  }

  #confirm(batch: Batch, write: Write): void {
    // Confirmed late, by a stream that was given up: the entries are queued again or gone already.
    if (this.#write !== write || !this.#inFlight.includes(batch)) return;
    this.#inFlight.splice(this.#inFlight.indexOf(batch), 1);
    this.#inFlightUnits -= batch.units;
    for (const entry of batch.entries) this.#forget(entry);
    this.#checkEmpty();
    this.#scheduleFlush();
  }

  #count({ isAnswer, cost }: Entry): void {
    const used = this.#used[isAnswer ? 'answers' : 'total'];
    used.stanzas += 1;
    used.size += cost;
  }

  #forget({ isAnswer, cost }: Entry): void {
    const used = this.#used[isAnswer ? 'answers' : 'total'];
    used.stanzas -= 1;
    used.size -= cost;
  }

  #checkEmpty(): void {
    if (this.#used.total.stanzas + this.#used.answers.stanzas > 0) return;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  #onTaken(flow: Flow): void {
    const { lowWater } = this.#limits;
    if (!flow.congested || flow.entries.size > lowWater.stanzas || flow.units > lowWater.size) return;
    flow.congested = false;
    this.#events.onPressure(flow.key, false);
  }

  #press(flow: Flow): void {
    const { highWater } = this.#limits;
    if (flow.congested || (flow.entries.size <= highWater.stanzas && flow.units <= highWater.size)) return;
    flow.congested = true;
    this.#events.onPressure(flow.key, true);
  }

  #expire(): void {
    this.#expired += this.#giveUp(this.#now() - this.#limits.ageMs, 'expired');
  }

  /** Gives up what was queued at `until` or before; returns how many. */
  #giveUp(until: number, reason: ComponentErrorCode): number {
    const isOld = (entry: Entry): boolean => entry.since <= until;
    const old = [...this.#again.filter(isOld), ...this.#flows.takeOld(until)];
    this.#again = this.#again.filter((entry) => !isOld(entry));
    for (const entry of old) this.#forget(entry);
    this.#checkEmpty();
    for (const entry of old) this.#lose(entry, reason);
    return old.length;
  }

  #lose({ envelope, to }: Pick<Entry, 'envelope' | 'to'>, reason: ComponentErrorCode): void {
    this.#events.onLost({ ...envelope, to, reason });
  }

  /** One timer for all, only while something waits. It looks four times in the life of a stanza. */
  #armExpiry(): void {
    if (this.#expiry !== undefined || this.#stopped) return;
    this.#expiry = setTimeout(
      () => {
        this.#expiry = undefined;
        this.#expire();
        if (this.stats.stanzas > 0) this.#armExpiry();
      },
      Math.max(1, Math.ceil(this.#limits.ageMs / 4)),
    );
    this.#expiry.unref();
  }
}

function fits(used: Share, cost: number, limit: Share, part = 1): boolean {
  return used.stanzas < limit.stanzas * part && used.size + cost <= limit.size * part;
}
