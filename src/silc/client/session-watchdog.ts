import { monotonicMs } from '../../util/clock.js';

/** A session whose server is watched. */
export interface WatchedSession {
  /** Settles when the server has answered, with whatever. */
  ping(): Promise<unknown>;
  /** The server is gone. */
  onServerSilent(): void;
}

/** How a server is watched, in milliseconds. */
export interface SessionWatchdogOptions {
  /** A PING each so many milliseconds. */
  readonly intervalMs: number;
  /** No packet at all within so many milliseconds after a PING: the server is gone. */
  readonly timeoutMs: number;
}

/**
 * Finds out that a server is gone although TCP has not noticed. The server's own heartbeats come once only, so it is
 * asked. Whatever packet arrives is a sign of life.
 */
export class SessionWatchdog {
  readonly #session: WatchedSession;
  readonly #options: SessionWatchdogOptions;
  #deadline: NodeJS.Timeout | undefined;
  #asking = false;
  #paused = false;

  constructor(session: WatchedSession, options: SessionWatchdogOptions) {
    this.#session = session;
    this.#options = options;
    PingSchedule.of(options.intervalMs).add(this);
  }

  /** A packet has arrived. */
  heard(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  /** While nothing is read nothing can be heard: the server is not asked. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.heard();
  }

  stop(): void {
    PingSchedule.of(this.#options.intervalMs).remove(this);
    clearTimeout(this.#deadline);
  }

  /** Sends a PING, unless one is under way or nothing is read. */
  ask(): void {
    if (this.#paused) return;
    this.#deadline ??= setTimeout(() => this.#session.onServerSilent(), this.#options.timeoutMs);
    this.#deadline.unref();
    if (this.#asking) return;
    this.#asking = true;
    this.#session
      .ping()
      // An error answers as well as a success, and silence is what the deadline is for.
      .catch(() => undefined)
      .finally(() => {
        this.#asking = false;
      });
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
