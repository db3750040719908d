import type { SessionChanges, SessionRepository } from '../../store/types.js';
import { monotonicMs } from '../../util/clock.js';
import { Deferred } from '../../util/deferred.js';
import { calledWithin, delay, withDeadline } from '../../util/race.js';
import { TokenBucket } from '../../util/token-bucket.js';
import type { Log } from '../log-types.js';
import { encodeChannel, encodeSession, type KeptChannel, type KeptSession } from './state.js';

/** What has changed is written so much later, in milliseconds, where nobody waits for it: with all that has changed until then. */
const WAIT_MS = 100;
/** At most so many at once, of sessions and of channels. */
const ROWS = 50;
/** Milliseconds of writing, at once and in a second, before there are pauses, up to a bound, whoever waits: a storm has its share only. */
const SHARE = { burst: 50, perSecond: 170 };
const MAX_WAIT_MS = 250;
/** A channel is written so often that it takes no more than so many octets a second: a crowded one now and then only. */
const CHANNEL_OCTETS_PER_SECOND = 256 * 1024;
const MAX_REST_MS = 2_000;
/** Pauses after a failure. */
const RETRY_MS = 1_000;
/** How exactly is known when the gateway was there last. */
const ALIVE_MS = 2_000;
/** A join waits for the store so long at most. */
const MAX_STORED_MS = 500;
/** Tries of the last writing. */
const LAST_TRIES = 3;

/** Where the present state of what is kept is asked for; undefined for what is no longer there. */
export interface StateSource {
  keptSession(user: string, network: string): KeptSession | undefined;
  keptChannel(network: string, name: string): KeptChannel | undefined;
}

/** Whom to tell that something has changed that the next process has to know. */
export interface StateChanges {
  /** @param user bare JID */
  session(user: string, network: string): void;
  /** @param name prepared */
  channel(network: string, name: string): void;
  /**
   * Resolves when a session is stored as it is now, could not be, or takes too long; undefined where nothing is to be waited for.
   * A client is told that it is in a room only after the next process would know it.
   */
  stored(user: string, network: string): Promise<void> | undefined;
}

interface Session {
  readonly user: string;
  readonly network: string;
}
interface Channel {
  readonly network: string;
  readonly name: string;
}

/**
 * Keeps in the store who is where, so that another process can go on after this one, however it ends. What has changed is
 * noted and written soon after; many changes of one thing are one row. A store that fails holds up nobody: it is tried again.
 */
export class StateKeeper implements StateChanges {
  readonly #store: SessionRepository;
  readonly #log: Log;
  readonly #sessions = new Map<string, Session>();
  readonly #channels = new Map<string, Channel>();
  /** Channels that were written lately, and when they may be written again, of the monotonic clock. */
  readonly #rests = new Map<string, number>();
  /** Those who wait for a session that is noted; the portion that takes it ends the waiting. */
  readonly #waiting = new Map<string, Deferred>();
  #portion: Promise<boolean> | undefined;
  #source: StateSource | undefined;
  #writing: Promise<void> | undefined;
  readonly #share = new TokenBucket(SHARE);
  /** When the next portion may be written, of the monotonic clock. */
  #restsUntil = -Infinity;
  /** When all that is noted is to be written, of the monotonic clock. */
  #dueAt: number | undefined;
  #alive: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isFailing = false;
  /** Ends a pause when there is no time for it any more. */
  readonly #hurry = new AbortController();
  /** Ends the pause in which changes come together. */
  #endCollecting: (() => void) | undefined;

  constructor(store: SessionRepository, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  session(user: string, network: string): void {
    if (!this.#takes) return;
    this.#sessions.set(`${network} ${user}`, { user, network });
    this.#wake();
  }

  channel(network: string, name: string): void {
    if (!this.#takes) return;
    this.#channels.set(`${network} ${name}`, { network, name });
    this.#wake();
  }

  stored(user: string, network: string): Promise<void> | undefined {
    if (!this.#takes || this.#source === undefined || this.#isFailing) return undefined;
    const key = `${network} ${user}`;
    let written: Promise<unknown> | undefined = this.#portion;
    if (this.#sessions.has(key)) {
      const waiting = this.#waiting.get(key) ?? new Deferred();
      this.#waiting.set(key, waiting);
      // Others who come in this turn of the event loop come along.
      setImmediate(() => this.#endCollecting?.());
      written = waiting.promise;
    }
    if (written === undefined) return undefined;
    const late = (): Error => new Error('the store is slow');
    return withDeadline(written, MAX_STORED_MS, late).then(
      () => undefined,
      () => undefined,
    );
  }

  /** From now on what was noted is written. Nothing is where the store does not outlive the process. */
  start(source: StateSource): void {
    if (!this.#store.isLasting || this.#isClosed) return;
    this.#source = source;
    this.#alive = setInterval(() => this.#wake(), ALIVE_MS);
    this.#alive.unref();
    this.#wake();
  }

  /** Writes everything that is left; what changes from now on is not kept. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#alive);
    this.#hurry.abort();
    this.#endCollecting?.();
    await this.#writing;
    for (let tries = 0; this.#source !== undefined && tries < LAST_TRIES;) {
      if (this.#sessions.size + this.#channels.size === 0) return;
      if (!(await this.#writePortion(this.#source, true))) tries++;
    }
  }

  get #takes(): boolean {
    return this.#store.isLasting && !this.#isClosed;
  }

  #wake(): void {
    const source = this.#source;
    if (source === undefined || this.#isClosed) return;
    this.#writing ??= this.#write(source).finally(() => (this.#writing = undefined));
  }

  async #write(source: StateSource): Promise<void> {
    do {
      const isAllDue = await this.#collect();
      if (this.#isClosed) return;
      if (isAllDue) this.#dueAt = undefined;
      const begin = monotonicMs();
      const isWritten = await this.#writePortion(source, isAllDue);
      const now = monotonicMs();
      this.#share.spend(now - begin);
      this.#restsUntil = now + (isWritten ? Math.min(MAX_WAIT_MS, this.#share.waitMs) : RETRY_MS);
    } while (this.#sessions.size + this.#channels.size > 0);
  }

  /**
   * Lets changes come together, unless somebody waits for one of them.
   * @returns whether it is time for all of them; otherwise it is for those that somebody waits for, with their channels
   */
  async #collect(): Promise<boolean> {
    const dueAt = (this.#dueAt ??= monotonicMs() + WAIT_MS);
    if (this.#waiting.size === 0) {
      await calledWithin(dueAt - monotonicMs(), (end) => (this.#endCollecting = end));
      this.#endCollecting = undefined;
    }
    const rest = this.#restsUntil - monotonicMs();
    if (rest > 0) await pause(rest, this.#hurry.signal);
    return this.#waiting.size === 0 || monotonicMs() >= dueAt;
  }

  /** @returns false where it failed: then it is still to be written */
  async #writePortion(source: StateSource, isAllDue: boolean): Promise<boolean> {
    const now = monotonicMs();
    for (const [key, until] of this.#rests) if (until <= now) this.#rests.delete(key);
    const sessions = take(this.#sessions, isAllDue ? this.#sessions.keys() : this.#waiting.keys());
    const wanted = isAllDue ? this.#channels.keys() : channelsOf(source, sessions);
    const channels = take(this.#channels, wanted, (key) => this.#isClosed || !this.#rests.has(key));
    // Nothing but channels that rest.
    if (sessions.length + channels.length === 0 && this.#channels.size > 0) return true;
    const waiting = sessions.flatMap(([key]) => this.#waiting.get(key) ?? []);
    for (const [key] of sessions) this.#waiting.delete(key);
    this.#portion = this.#save(source, sessions, channels);
    const isWritten = await this.#portion;
    this.#portion = undefined;
    for (const one of waiting) one.resolve();
    return isWritten;
  }

  async #save(
    source: StateSource,
    sessions: readonly [string, Session][],
    channels: readonly [string, Channel][],
  ): Promise<boolean> {
    const now = monotonicMs();
    const changes: SessionChanges = {
      sessions: sessions.map(([, { user, network }]) => {
        const kept = source.keptSession(user, network);
        return { user, network, state: kept && encodeSession(kept) };
      }),
      channels: channels.map(([key, { network, name }]) => {
        const kept = source.keptChannel(network, name);
        const state = kept && encodeChannel(kept);
        if (state !== undefined) this.#rests.set(key, now + restMs(state.length));
        return { network, name, state };
      }),
      aliveAt: new Date(),
    };
    try {
      await this.#store.save(changes);
      this.#isFailing = false;
      return true;
    } catch (error) {
      this.#isFailing = true;
      this.#log.warn({ err: error }, 'who is where could not be stored; a crash now would lose it');
      for (const [key, session] of sessions) this.#sessions.set(key, session);
      for (const [key, channel] of channels) this.#channels.set(key, channel);
      return false;
    }
  }
}

/** Ends early, too. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, signal).catch(() => undefined);

const restMs = (octets: number): number =>
  Math.min(MAX_REST_MS, (1_000 * octets) / CHANNEL_OCTETS_PER_SECOND);

/** Keys of the channels that sessions are on. */
function* channelsOf(source: StateSource, sessions: readonly [string, Session][]): Iterable<string> {
  for (const [, { user, network }] of sessions) {
    for (const { name } of source.keptSession(user, network)?.rooms ?? []) yield `${network} ${name}`;
  }
}

/** Takes the first entries out of a map, of those with these keys that may be taken. */
function take<V>(
  map: Map<string, V>,
  keys: Iterable<string>,
  may: (key: string) => boolean = () => true,
): [string, V][] {
  const taken = new Map<string, V>();
  for (const key of keys) {
    if (taken.size >= ROWS) break;
    const value = map.get(key);
    if (value !== undefined && may(key)) taken.set(key, value);
  }
  for (const key of taken.keys()) map.delete(key);
  return [...taken];
}
