import { commands } from '../../commands/index.js';
import type { WhoisReply } from '../../commands/whois.js';
import type { ClientId } from '../../ids.js';
import type { CommandQueue } from '../requests/command-queue.js';
import type { UserRecord, UserStore } from './users.js';
import { type Clock, monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';

/** IDs asked for in one WHOIS, and WHOIS under way at once. */
const CHUNK = 16;
const MAX_UNDER_WAY = 10;
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

/** Those who are being resolved, and of these whoever waits for a WHOIS: with others, or alone. */
interface Work {
  readonly tasks: Map<UserRecord, Task>;
  readonly fresh: Set<UserRecord>;
  readonly single: Set<UserRecord>;
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
  /** Undefined while nobody is being resolved. */
  #work: Work | undefined;
  readonly #negative = new LruMap<ClientId, number>(MAX_NEGATIVE);
  readonly #now: Clock;
  #underWay = 0;

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#now = options.now ?? monotonicMs;
  }

  /** Users of whom nothing is known yet. */
  get pending(): number {
    return this.#work?.tasks.size ?? 0;
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
    const { tasks, fresh } = this.#madeWork();
    if (fresh.size >= MAX_FRESH && !tasks.has(user)) return Promise.resolve();
    return this.#enqueue(user, 'fresh');
  }

  /** Resolves an unknown sender. Settles as {@link fresh}; at once for an ID that was lately not found. */
  unknown(user: UserRecord): Promise<void> {
    const existing = this.#work?.tasks.get(user);
    if (existing !== undefined) return existing.promise;
    if (this.isUnknown(user.clientId)) return Promise.resolve();
    if ((this.#work?.single.size ?? 0) >= MAX_UNKNOWN) return Promise.resolve();
    return this.#enqueue(user, 'single');
  }

  /** Nobody waits any longer. */
  close(): void {
    const work = this.#work;
    this.#work = undefined;
    for (const task of work?.tasks.values() ?? []) {
      this.#options.users.release(task.user);
      task.done();
    }
  }

  #enqueue(user: UserRecord, how: 'fresh' | 'single'): Promise<void> {
    const work = this.#madeWork();
    const existing = work.tasks.get(user);
    if (existing !== undefined) return existing.promise;
    let done = (): void => undefined;
    const promise = new Promise<void>((resolve) => (done = resolve));
    work.tasks.set(user, { user, promise, done });
    this.#options.users.retain(user);
    work[how].add(user);
    // The rest of the packet first: several joiners then share one command.
    queueMicrotask(() => this.#pump());
    return promise;
  }

  #madeWork(): Work {
    return (this.#work ??= { tasks: new Map(), fresh: new Set(), single: new Set() });
  }

  #pump(): void {
    while (this.#underWay < MAX_UNDER_WAY && this.#work !== undefined) {
      const { single, fresh } = this.#work;
      const [user] = single;
      if (user !== undefined) {
        single.delete(user);
        this.#ask([user]);
        continue;
      }
      const chunk: UserRecord[] = [];
      for (const member of fresh) {
        chunk.push(member);
        fresh.delete(member);
        if (chunk.length === CHUNK) break;
      }
      if (chunk.length === 0) return;
      this.#ask(chunk);
    }
  }

  #ask(chunk: readonly UserRecord[]): void {
    const asked = chunk.flatMap((user) => this.#work?.tasks.get(user) ?? []);
    this.#underWay++;
    this.#options.queue
      .runList(
        commands.whois,
        // At the time of sending: a NICK since then has changed the ID.
        () => ({ ids: chunk.map((user) => user.clientId) }),
        {
          priority: 'background',
          timeoutMs: WHOIS_TIMEOUT_MS,
          onReply: (reply) => this.#take(reply, asked),
        },
      )
      .then(
        () => undefined,
        () => undefined, // the users are still unresolved, which is all that counts
      )
      .finally(() => {
        this.#underWay--;
        this.#afterwards(asked, chunk.length === 1);
        this.#pump();
      });
  }

  /** Applies an answer, when it is about one of those who were asked for. */
  #take(reply: WhoisReply, asked: readonly Task[]): void {
    const known = this.#options.users.get(reply.clientId);
    // A record that was asked for may have given way to another one of the same ID.
    const task =
      asked.find(({ user }) => user.clientId === reply.clientId) ?? asked.find(({ user }) => user === known);
    if (task === undefined) return;
    task.user.update(reply);
    if (this.#isOpen(task)) this.#finish(task.user, true);
  }

  #afterwards(asked: readonly Task[], isAlone: boolean): void {
    for (const task of asked) {
      const { user } = task;
      if (!this.#isOpen(task)) continue;
      if (!isAlone) {
        this.#work?.single.add(user);
        continue;
      }
      this.markUnknown(user.clientId);
      this.#finish(user, false);
    }
  }

  /** Not one that was answered, and whose user is asked for anew since. */
  #isOpen(task: Task): boolean {
    return this.#work?.tasks.get(task.user) === task;
  }

  #finish(user: UserRecord, found: boolean): void {
    const tasks = this.#work?.tasks;
    const task = tasks?.get(user);
    if (tasks === undefined || task === undefined) return;
    tasks.delete(user);
    if (tasks.size === 0) this.#work = undefined;
    this.#options.users.release(user);
    this.#options.onResolved(user, found);
    task.done();
  }
}
