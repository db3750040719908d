import { toHex, utf8 } from '../../bytes.js';
import { fingerprint } from '../../crypto/fingerprint.js';
import { SilcCommandError, SilcError } from '../../errors.js';
import type { ClientId } from '../../ids.js';
import type { Notify } from '../../packets/notify.js';
import { Status } from '../../status.js';
import { prepareNickname } from '../../stringprep/index.js';
import type { SessionContext } from '../context.js';
import type { DetachedSession } from '../detached-session.js';
import { MAX_WATCHES } from '../limits.js';
import { checkNickname } from '../names.js';
import type {
  PresenceEvent,
  WatchTarget,
  WatchedPerson,
  Watching,
  WatchingOptions,
} from '../api/presence.js';
import { knownRouters, watchCommand } from './watch-commands.js';
import { keptTargets, targetsIn } from './watch-targets.js';
import { areStill, lookFor, pollNickname, type PollContext } from './watch-poll.js';
import { isResume, mayBeWatched, WatchState } from './watch-state.js';
import { WatchTogether, type Watch } from './watch-together.js';
import { monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';
import { TokenBucket } from '../../../util/token-bucket.js';

const INTERVAL_MS = 60_000;
const PAUSE_MS = 4_000;
/** The part of an interval that is left to chance: sessions that began together do not ask together for ever. */
const JITTER = 0.5;
/** A Client ID ends with so much of the MD5 of the nickname. */
const HASH_OCTETS = 11;
/**
 * Commands of polls that may be sent at once, and what one more costs, as a part of the least pause. A silcd delays whoever
 * sends more than one in two seconds for long, also with what the user wants.
 */
const BURST = 4;
const COMMAND_PAUSE = 0.5;

/** Where the server notifies, nothing else tells of who was there before: so often a look-up behind a new watch is tried. */
const MAX_TRIES = 4;
/** Who is not there is looked for by the nickname, and each so many times by the key, which costs as much as three commands. */
const KEY_EACH = 6;
/** Keys that were watched, and are remembered for it. */
const MAX_SILENCED = 1_024;
/** What keys are told from nicknames by. */
const KEY = 'key:';
const fingerprintIn = (key: string): string => key.slice(KEY.length);

/**
 * The watches of one session. A server that notifies is left to do so. On one whose WATCH does nothing (a standalone
 * silcd says `ok` and never notifies) the watched are polled, one after the other, slowly and behind all other
 * commands. Which kind it is tells its statistics: only routers, and servers behind them, know of routers. A notify
 * proves it in any case.
 */
export class Watches {
  readonly #context: SessionContext;
  readonly #options: Required<WatchingOptions>;
  /** By prepared nickname, and by `key:` and fingerprint, longest unpolled first. */
  readonly #watches = new Map<string, Watch>();
  /** Watched nicknames by what a Client ID that is made of them ends with. */
  readonly #nicknames = new Map<string, string>();
  /** Fingerprints of keys that were watched: servers may still notify of them. */
  readonly #silenced = new LruMap<string, true>(MAX_SILENCED);
  /** New ones and those asked for anew, to poll in any case, and since when. */
  readonly #fresh = new Map<string, number>();
  /** People as they were before they were resumed, perhaps on another server and under another Client ID. */
  readonly #resumed = new LruMap<ClientId, WatchedPerson>(MAX_WATCHES);
  readonly #state: WatchState;
  readonly #bucket: TokenBucket;
  readonly #pollContext: PollContext;
  readonly #together: WatchTogether;
  #polling = false;
  #watching: Watching = 'unknown';
  #detecting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(context: SessionContext, { intervalMs = INTERVAL_MS, pauseMs = PAUSE_MS }: WatchingOptions) {
    this.#context = context;
    this.#options = { intervalMs, pauseMs };
    this.#bucket = new TokenBucket({
      burst: BURST,
      perSecond: 1_000 / (pauseMs * COMMAND_PAUSE),
    });
    const { polls } = context.network.server;
    this.#pollContext = {
      queue: context.queue,
      sending: (cost) => {
        this.#bucket.spend(cost);
        polls.spend(cost);
      },
    };
    this.#together = new WatchTogether({
      ...{ context: this.#pollContext, polls, intervalMs, watches: this.#watches },
      take: (watch, people, askedAt) => void this.#take(watch, people, askedAt),
      suspected: () => {
        this.#stop();
        this.#schedule();
      },
    });
    this.#state = new WatchState(context.backend, {
      hasNickname: (prepared) => this.#watches.has(prepared),
      hasFingerprint: (digest) => this.#watches.has(`${KEY}${digest}`),
      isSilenced: (digest) => this.#silenced.has(digest),
      nicknameOf: (id) => this.#nicknames.get(id.slice(-2 * HASH_OCTETS)),
    });
  }

  get watching(): Watching {
    return this.#watching;
  }

  /** What is watched, for a detached session. */
  get list(): DetachedSession['watches'] {
    return keptTargets([...this.#watches.values()].map(({ target }) => target));
  }

  /** @param priority - `background` for what nobody waits for. */
  async add(target: WatchTarget, priority: 'user' | 'background' = 'user'): Promise<void> {
    const key = this.#keyOf(target);
    const known = this.#watches.get(key);
    if (known !== undefined) {
      if (known.stands) this.#check(key);
      return;
    }
    if (this.#watches.size >= MAX_WATCHES) {
      throw new SilcError('limit', `more than ${MAX_WATCHES} watches`);
    }
    const watch: Watch = {
      ...{ target, stands: false, found: [], polledAt: -Infinity },
      ...{ failures: 0, misses: 0, strikes: 0 },
      nickname: 'publicKey' in target ? target.knownAs : undefined,
    };
    if ('nickname' in target) this.#nicknames.set(this.#hashOf(key), target.nickname);
    else this.#silenced.delete(fingerprintIn(key));
    // Notifies may come before the reply.
    this.#watches.set(key, watch);
    try {
      await watchCommand(this.#context, target, 'add', priority);
    } catch (error) {
      const { status } = error instanceof SilcCommandError ? error : { status: 0 };
      if (status === Status.unknownCommand || status === Status.operationNotAllowed) this.#startPolling();
      else if (status !== Status.nicknameInUse) {
        if (this.#watches.get(key) === watch) this.#drop(key, target);
        throw error;
      }
    }
    await this.#detect();
    if (this.#watches.get(key) !== watch) return;
    watch.stands = true;
    this.#check(key);
  }

  #check(key: string): void {
    this.#fresh.set(key, monotonicMs());
    this.#stop();
    this.#schedule();
  }

  async remove(target: WatchTarget): Promise<void> {
    const key = this.#keyOf(target);
    if (!this.#watches.has(key)) return;
    this.#drop(key, target);
    if (this.#watches.size === 0) this.#stop();
    try {
      await watchCommand(this.#context, target, 'delete', 'user');
    } catch (error) {
      // silcd does not delete watches of keys: its notifies are silenced here.
      if (!(error instanceof SilcCommandError)) throw error;
    }
  }

  /** Watches of a session that was resumed. Those that do not work are left out. */
  async restore(kept: DetachedSession['watches']): Promise<void> {
    await Promise.allSettled(targetsIn(kept).map((target) => this.add(target, 'background')));
  }

  receive(notify: Extract<Notify, { type: 'watch' }>): void {
    this.#watching = 'server';
    this.#together.close();
    this.#stop();
    if (this.#watches.size === 0) return;
    const previous = this.#state.get(notify.clientId);
    this.#tell(this.#state.notify(notify));
    if (previous !== undefined && isResume(previous, notify)) {
      this.#resumed.set(previous.clientId, previous);
    }
    this.#schedule();
  }

  /** The users of a server that is gone. */
  lost(users: readonly ClientId[]): void {
    for (const id of users) this.#tell(this.#state.lost(id));
  }

  close(): void {
    this.#closed = true;
    this.#together.close();
    this.#stop();
  }

  #drop(key: string, target: WatchTarget): void {
    this.#watches.delete(key);
    this.#fresh.delete(key);
    this.#together.suspects.delete(key);
    if ('nickname' in target) {
      this.#nicknames.delete(this.#hashOf(key));
      this.#state.forget(key);
      return;
    }
    this.#silenced.set(fingerprintIn(key), true);
    this.#state.forget(fingerprintIn(key));
  }

  #keyOf(target: WatchTarget): string {
    if ('publicKey' in target) return `${KEY}${fingerprint(this.#context.backend, target.publicKey)}`;
    checkNickname(target.nickname);
    return prepareNickname(target.nickname);
  }

  #hashOf(prepared: string): string {
    return toHex(this.#context.backend.hash('md5', utf8(prepared)).subarray(0, HASH_OCTETS));
  }

  #detect(): Promise<void> {
    this.#detecting ??= this.#askStatistics();
    return this.#detecting;
  }

  async #askStatistics(): Promise<void> {
    const routers = await knownRouters(this.#context);
    if (this.#watching !== 'unknown') return;
    if (routers > 0) this.#watching = 'server';
    else this.#startPolling();
  }

  #startPolling(): void {
    if (this.#watching !== 'unknown') return;
    this.#watching = 'polling';
    this.#together.start();
  }

  /** One poll at a time, and no more commands than the server takes without delaying others. */
  #schedule(): void {
    if (this.#closed || this.#polling || this.#timer !== undefined || this.#watches.size === 0) return;
    const { waitMs } = this.#bucket;
    const { polls } = this.#context.network.server;
    if (this.#fresh.size + this.#resumed.size > 0) {
      if (waitMs === 0 || this.#isAnswered()) void this.#next();
      else this.#startTimer(waitMs);
    } else if (this.#together.isSuspectNext) {
      this.#startTimer(Math.max(waitMs, polls.waitMs));
    } else if (this.#watching === 'polling') {
      const others = this.#together.others.length;
      const { intervalMs, pauseMs } = this.#options;
      const mean = Math.max(pauseMs, intervalMs / Math.max(1, others));
      const hasSuspects = this.#together.suspects.size > 0;
      const pause = hasSuspects ? 0 : mean * (1 - JITTER / 2 + JITTER * Math.random());
      // What others have asked costs nothing.
      this.#startTimer(this.#isAnswered() ? pause : Math.max(waitMs, pause + polls.waitMs));
    }
  }

  #startTimer(delay: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#next();
    }, delay);
    this.#timer.unref();
  }

  async #next(): Promise<void> {
    this.#polling = true;
    const [resumed] = this.#resumed.values();
    const [fresh] = this.#fresh.keys();
    const { polls } = this.#context.network.server;
    if (resumed !== undefined) await this.#pollMoved(resumed);
    else if (fresh !== undefined || polls.waitMs === 0 || this.#isAnswered()) {
      await this.#pollOne(fresh ?? this.#together.turn);
    }
    this.#polling = false;
    this.#schedule();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Under which Client ID is a resumed person now? */
  async #pollMoved({ clientId, nickname = '' }: WatchedPerson): Promise<void> {
    this.#resumed.delete(clientId);
    const people = await pollNickname(this.#pollContext, nickname);
    if (people === undefined || this.#closed) return;
    const watchable = people.filter(({ mode }) => mayBeWatched(mode));
    this.#tell(this.#state.moved(clientId, watchable));
  }

  /**
   * How old an answer may be that another session has had. Where the server notifies, the one behind a new watch is of the time since
   * the watch stands: nothing tells later what has changed before.
   */
  #since({ polledAt }: Watch, checkedAt: number | undefined): number {
    if (checkedAt !== undefined && this.#watching !== 'polling') return checkedAt;
    return Math.max(polledAt, monotonicMs() - this.#options.intervalMs / 2);
  }

  /** Whether there is an answer already for the one whose turn is next. */
  #isAnswered(): boolean {
    if (this.#resumed.size > 0) return false;
    const [fresh] = this.#fresh;
    const key = fresh?.[0] ?? this.#together.turn;
    const watch = this.#watches.get(key);
    if (watch === undefined) return false;
    const since = this.#since(watch, fresh?.[1]);
    return this.#context.network.server.polls.has(this.#answerName(key, watch, since), since);
  }

  async #pollOne(key: string): Promise<void> {
    const watch = this.#watches.get(key);
    const checkedAt = this.#fresh.get(key);
    this.#fresh.delete(key);
    const isSuspect = this.#together.took(key);
    if (watch === undefined) return;
    // The others come first from now on.
    this.#watches.delete(key);
    this.#watches.set(key, watch);
    watch.strikes = isSuspect ? watch.strikes + 1 : Math.max(0, watch.strikes - 1);
    if (isSuspect && checkedAt === undefined) {
      // Where it is not known, the next question to all of them will tell.
      if ((await areStill(this.#pollContext, watch.found)) !== false || this.#closed) return;
    }
    // Who was there a moment ago is looked for now.
    const since = isSuspect ? monotonicMs() : this.#since(watch, checkedAt);
    const name = this.#answerName(key, watch, since);
    watch.polledAt = monotonicMs();
    const answer = await this.#context.network.server.polls.find(name, since, () =>
      lookFor(this.#pollContext, watch, name === key ? undefined : fingerprintIn(key)),
    );
    if (this.#closed || this.#watches.get(key) !== watch) return;
    if (answer === undefined) {
      if (checkedAt !== undefined && ++watch.failures < MAX_TRIES) this.#fresh.set(key, checkedAt);
      return;
    }
    watch.failures = 0;
    if (checkedAt !== undefined && name !== key && answer.people.length === 0) {
      // Perhaps under another nickname: that takes longer, and is done behind what else is new.
      watch.misses = KEY_EACH - 1;
      this.#fresh.set(key, checkedAt);
      return;
    }
    const others = this.#take(watch, answer.people, answer.askedAt);
    if (checkedAt === undefined) return;
    // As far as they are there still.
    const present = others.flatMap((person) => this.#state.get(person.clientId) ?? []);
    this.#tell({ type: 'watch-checked', target: watch.target, people: present });
  }

  /** Under what an answer is shared: by the key, or where that is not known, by the nickname that it had. */
  #answerName(key: string, { target, found, nickname, misses }: Watch, since: number): string {
    const isByKey = nickname === undefined || found.length > 0 || misses % KEY_EACH === KEY_EACH - 1;
    if ('nickname' in target || isByKey || this.#context.network.server.polls.has(key, since)) return key;
    return `${key} ${nickname}`;
  }

  /** @returns those who may be watched */
  #take(watch: Watch, people: readonly WatchedPerson[], askedAt: number): readonly WatchedPerson[] {
    const { found } = watch;
    const isNotified = this.#watching === 'server';
    const others = people
      .filter(({ clientId, mode }) => mayBeWatched(mode) && clientId !== this.#context.network.self.clientId)
      // Nothing would tell there when it ends.
      .map((person) => (isNotified ? { ...person, idleSince: undefined } : person));
    watch.found = others.map(({ clientId }) => clientId);
    watch.misses = others.length > 0 ? 0 : watch.misses + 1;
    watch.nickname = others.at(-1)?.nickname ?? watch.nickname;
    for (const person of others) this.#tell(this.#state.found(person, askedAt));
    // Of a server that notifies the notifies count: what it says of somebody's end is still to come, or has come.
    if (!isNotified) {
      for (const id of found) if (!watch.found.includes(id)) this.#tell(this.#state.gone(id));
    }
    return others;
  }

  #tell(event: PresenceEvent | undefined): void {
    if (event !== undefined) this.#context.post([], event);
  }
}
