import { monotonicMs } from '../../util/clock.js';
import type { CommandMessage } from '../commands/command.js';
import { ping } from '../commands/ping.js';
import { SilcDisconnectError, type SilcError } from '../errors.js';
import { Status } from '../status.js';
import { ReadProof } from './read-proof.js';

/** A session whose server is watched. */
export interface WatchedSession {
  /** Settles when the server has answered, with whatever. */
  ping(): Promise<unknown>;
  /** The server is gone. */
  onServerSilent(): void;
}

/** How a server is watched, in milliseconds. */
export interface SessionWatchdogOptions {
  /** A PING each so many milliseconds, whatever else goes on. */
  readonly intervalMs: number;
  /** So long after something was sent a PING follows it, unless an answer has shown that it was read. */
  readonly dueMs: number;
  /** No packet at all within so many milliseconds after a PING, nor in the {@link LAST_CHANCE_MS} that follow: the server is gone. */
  readonly timeoutMs: number;
}

/**
 * What has come is read first where the process was held up, or had no time for it: a deadline that passes then says nothing of
 * the server.
 */
const LAST_CHANCE_MS = 1_000;

/** So many messages in doubt are asked about at once: whoever keeps them until they are proven has a bound. */
const MANY = 1_024;

/**
 * Finds out that a server is gone although TCP has not noticed, and what it has read. The server's own heartbeats come once
 * only, so it is asked: each interval, and sooner behind whatever was sent. At most one PING is under way, and those behind what is
 * sent are `dueMs` apart: a silcd that counts commands never comes to hold others back for them. Whatever packet arrives is a sign of life.
 */
export class SessionWatchdog {
  readonly #session: WatchedSession;
  readonly #options: SessionWatchdogOptions;
  readonly #proof = new ReadProof();
  #heardAt = monotonicMs();
  #due: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #isLastChance = false;
  #asking = false;
  /** When the PING that is under way was sent. */
  #askedAt = Infinity;
  #paused = false;

  constructor(session: WatchedSession, options: SessionWatchdogOptions) {
    this.#session = session;
    this.#options = options;
    PingSchedule.of(options.intervalMs).add(this);
  }

  /** Until when everything has come that the server has sent, as far as can be known; on the monotonic clock. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** So many messages the server has read for certain, from the first one on. */
  get messagesRead(): number {
    return this.#proof.read;
  }

  /** A message is sent. @returns its place among the session's messages, from 1 */
  sentMessage(): number {
    this.#armDue(this.#options.dueMs);
    const number = this.#proof.message();
    if (this.#proof.unproven >= MANY && !this.#asking) this.ask();
    return number;
  }

  /** A command is sent. */
  sentCommand({ command, ident }: Pick<CommandMessage, 'command' | 'ident'>): void {
    // A PING has a deadline of its own.
    if (command !== ping.number) this.#armDue(this.#options.dueMs);
    this.#proof.command(ident);
  }

  /** A command was answered. */
  answered(ident: number): void {
    this.#proof.answered(ident);
  }

  /** A packet has arrived, with nothing missing before it. */
  heard(): void {
    const now = monotonicMs();
    // While the answer of a PING is overdue the link is stalled: what comes was sent before that answer, perhaps long ago.
    const isLate = now - this.#askedAt > this.#options.dueMs;
    this.#heardAt = isLate ? Math.max(this.#heardAt, this.#askedAt) : now;
    if (this.#deadline === undefined) return;
    if (!this.#isLastChance) this.#deadline.refresh();
    else {
      this.#forgetDeadline();
      this.#setDeadline();
    }
  }

  /** The server has ended the stream. @param wasAsked as it was asked to: it has read whatever was sent before */
  ended(wasAsked: boolean): void {
    this.heard();
    // Nothing comes after it.
    this.#heardAt = monotonicMs();
    if (wasAsked) this.#proof.readAll();
  }

  /** The connection has failed. A server may answer QUIT with a DISCONNECT that says nothing: then it has read all before it. */
  failed(error: SilcError, wasAsked: boolean): void {
    if (error instanceof SilcDisconnectError) this.ended(wasAsked && error.status === Status.ok);
  }

  /** While nothing is read nothing can be heard: the server is not asked. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#forgetDeadline();
    else this.#armDue(this.#options.dueMs);
  }

  stop(): void {
    PingSchedule.of(this.#options.intervalMs).remove(this);
    clearTimeout(this.#due);
    this.#forgetDeadline();
    this.#paused = true;
  }

  /** Sends a PING, unless one is under way or nothing is read. */
  ask(): void {
    if (this.#paused) return;
    if (this.#deadline === undefined) this.#setDeadline();
    if (this.#asking) return;
    this.#asking = true;
    this.#askedAt = monotonicMs();
    this.#session
      .ping()
      // An error answers as well as a success, and silence is what the deadline is for.
      .catch(() => undefined)
      .finally(() => {
        this.#asking = false;
        this.#askedAt = Infinity;
        this.#forgetDeadline();
        if (this.#proof.unproven > 0) this.#armDue(this.#options.dueMs);
      });
  }

  #armDue(ms: number): void {
    if (this.#due !== undefined || this.#paused) return;
    this.#due = setTimeout(() => {
      this.#due = undefined;
      this.#askIfDue();
    }, ms);
    this.#due.unref();
  }

  /** A message is asked about in any case; a command is answered by itself, while the server is there. */
  #askIfDue(): void {
    const { unproven, isAwaited } = this.#proof;
    const aWhile = this.#options.dueMs / 2;
    if (unproven > 0 || (isAwaited && monotonicMs() - this.#heardAt >= aWhile)) this.ask();
    else if (isAwaited) this.#armDue(aWhile);
  }

  #setDeadline(): void {
    this.#deadline = setTimeout(() => {
      this.#isLastChance = true;
      this.#deadline = setTimeout(() => this.#session.onServerSilent(), LAST_CHANCE_MS);
      this.#deadline.unref();
    }, this.#options.timeoutMs);
    this.#deadline.unref();
  }

  #forgetDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#isLastChance = false;
  }
}

/**
 * When which session of the process sends its next PING: one timer for all with the same interval. Each keeps the phase
 * in which it began, so that thousands of them do not ask at the same moment.
 */
class PingSchedule {
  static readonly #all = new Map<number, PingSchedule>();

  readonly #intervalMs: number;
  /** With the time of the next PING; the first one is due first, because all have the same interval. */
  readonly #due = new Map<SessionWatchdog, number>();
  #timer: NodeJS.Timeout | undefined;

  static of(intervalMs: number): PingSchedule {
    const known = PingSchedule.#all.get(intervalMs);
    if (known !== undefined) return known;
    const made = new PingSchedule(intervalMs);
    PingSchedule.#all.set(intervalMs, made);
    return made;
  }

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  add(watchdog: SessionWatchdog): void {
    this.#due.set(watchdog, this.#next());
    this.#arm();
  }

  remove(watchdog: SessionWatchdog): void {
    this.#due.delete(watchdog);
    if (this.#due.size > 0) return;
    clearTimeout(this.#timer);
    PingSchedule.#all.delete(this.#intervalMs);
  }

  #next(): number {
    return Math.ceil(monotonicMs()) + this.#intervalMs;
  }

  #arm(): void {
    const [first] = this.#due.values();
    if (first === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#askDue();
      this.#arm();
    }, first - monotonicMs());
    this.#timer.unref();
  }

  #askDue(): void {
    const now = monotonicMs();
    for (const [watchdog, at] of this.#due) {
      if (at > now) return;
      this.#due.delete(watchdog);
      this.#due.set(watchdog, this.#next());
      watchdog.ask();
    }
  }
}
