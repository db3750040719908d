import { commands } from '../../commands/index.js';
import type { WhoisReply } from '../../commands/whois.js';
import type { ClientId } from '../../ids.js';
import type { CommandQueue } from '../requests/command-queue.js';
import type { UserRecord, UserStore } from './users.js';
import { type Clock, monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';

/** IDs asked for in one WHOIS, and WHOIS under way at once. */
const CHUNK = 16;
const MAX_UNDER_WAY = 3;
/** A standalone silcd takes 12 s to say that it does not know an ID. */
const WHOIS_TIMEOUT_MS = 15_000;
/** So long an ID that was not found is not asked for again. */
const NEGATIVE_MS = 60_000;
const MAX_NEGATIVE = 1_024;
/** Unknown senders that wait for their turn; further ones stay without a name. */
const MAX_UNKNOWN = 256;
/** Members that wait for their turn, those included that have left meanwhile; further ones stay without a name. */
const MAX_FRESH = 16_384;

interface Task {
  readonly user: UserRecord;
  readonly promise: Promise<void>;
  readonly done: () => void;
}

export interface ResolverOptions {
  readonly queue: Pick<CommandQueue, 'runList'>;
  readonly users: UserStore;
  /** A user was found, or (found false) is not known to the server. Before the promises of those who wait. */
  readonly onResolved: (user: UserRecord, found: boolean) => void;
  readonly now?: Clock;
}

/**
 * Finds out who is behind a Client ID, by WHOIS. IDs that the server has just told as members of a channel are asked in
 * chunks. But on a standalone silcd one unknown ID in a command costs 12 seconds and the whole answer: so a chunk that
 * fails is asked again one by one, and IDs out of other sources are always asked alone.
 */
export class Resolver {
  readonly #options: ResolverOptions;
  readonly #tasks = new Map<UserRecord, Task>();
  readonly #fresh = new Set<UserRecord>();
  readonly #single = new Set<UserRecord>();
  readonly #negative = new LruMap<ClientId, number>(MAX_NEGATIVE);
  readonly #now: Clock;
  #underWay = 0;

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#now = options.now ?? monotonicMs;
  }

  /** Users of whom nothing is known yet. */
  get pending(): number {
    return this.#tasks.size;
  }

  /** True when WHOIS has lately not found the ID. */
  isUnknown(id: ClientId): boolean {
    return (this.#negative.peek(id) ?? -Infinity) > this.#now();
  }

  /** WHOIS has not found the ID: for a while it is not asked for again. */
  markUnknown(id: ClientId): void {
    this.#negative.set(id, this.#now() + NEGATIVE_MS);
  }

  /** Resolves a user of a JOIN or USERS reply or a JOIN notify. Settles when the answer is there, found or not; never rejects. */
  fresh(user: UserRecord): Promise<void> {
    this.#negative.delete(user.clientId);
    if (this.#fresh.size >= MAX_FRESH && !this.#tasks.has(user)) return Promise.resolve();
    return this.#enqueue(user, this.#fresh);
  }

  /** Resolves an unknown sender. Settles as {@link fresh}; at once for an ID that was lately not found. */
  unknown(user: UserRecord): Promise<void> {
    const existing = this.#tasks.get(user);
    if (existing !== undefined) return existing.promise;
    if (this.isUnknown(user.clientId)) return Promise.resolve();
    if (this.#single.size >= MAX_UNKNOWN) return Promise.resolve();
    return this.#enqueue(user, this.#single);
  }

  /** Nobody waits any longer. */
  close(): void {
    const tasks = [...this.#tasks.values()];
    this.#tasks.clear();
    this.#fresh.clear();
    this.#single.clear();
    for (const task of tasks) {
      this.#options.users.release(task.user);
      task.done();
    }
  }

  #enqueue(user: UserRecord, lane: Set<UserRecord>): Promise<void> {
    const existing = this.#tasks.get(user);
    if (existing !== undefined) return existing.promise;
    let done = (): void => undefined;
    const promise = new Promise<void>((resolve) => (done = resolve));
    this.#tasks.set(user, { user, promise, done });
    this.#options.users.retain(user);
    lane.add(user);
    // The rest of the packet first: several joiners then share one command.
    queueMicrotask(() => this.#pump());
    return promise;
  }

  #pump(): void {
    while (this.#underWay < MAX_UNDER_WAY) {
      const [user] = this.#single;
      if (user !== undefined) {
        this.#single.delete(user);
        this.#ask([user]);
        continue;
      }
      const chunk: UserRecord[] = [];
      for (const member of this.#fresh) {
        chunk.push(member);
        this.#fresh.delete(member);
        if (chunk.length === CHUNK) break;
      }
      if (chunk.length === 0) return;
      this.#ask(chunk);
    }
  }

  #ask(chunk: readonly UserRecord[]): void {
    this.#underWay++;
    this.#options.queue
      .runList(
        commands.whois,
        // At the time of sending: a NICK since then has changed the ID.
        () => ({ ids: chunk.map((user) => user.clientId) }),
        {
          priority: 'background',
          timeoutMs: WHOIS_TIMEOUT_MS,
          onReply: (reply) => this.#take(reply, chunk),
        },
      )
      .then(
        () => undefined,
        () => undefined, // the users are still unresolved, which is all that counts
      )
      .finally(() => {
        this.#underWay--;
        this.#afterwards(chunk);
        this.#pump();
      });
  }

  /** Applies an answer, when it is about one of those who were asked for. */
  #take(reply: WhoisReply, chunk: readonly UserRecord[]): void {
    const user = this.#options.users.get(reply.clientId);
    if (user === undefined || !chunk.includes(user)) return;
    user.update(reply);
    this.#finish(user, true);
  }

  #afterwards(chunk: readonly UserRecord[]): void {
    for (const user of chunk) {
      const task = this.#tasks.get(user);
      if (task === undefined) continue;
      if (chunk.length > 1) {
        this.#single.add(user);
        continue;
      }
      this.markUnknown(user.clientId);
      this.#finish(user, false);
    }
  }

  #finish(user: UserRecord, found: boolean): void {
    const task = this.#tasks.get(user);
    if (task === undefined) return;
    this.#tasks.delete(user);
    this.#options.users.release(user);
    this.#options.onResolved(user, found);
    task.done();
  }
}
