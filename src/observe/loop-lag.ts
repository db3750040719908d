import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop was, in milliseconds. */
export interface LoopLag {
  readonly p99_ms: number;
  readonly max_ms: number;
}

/** Span of one measurement. */
const SPAN_MS = 60_000;
const RESOLUTION_MS = 20;

/** Measures how late the event loop is: what is told is of the last one to two minutes. */
export class LoopLagMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  #before: LoopLag = { p99_ms: 0, max_ms: 0 };

  constructor() {
    this.#delay.enable();
    this.#timer = setInterval(() => {
      this.#before = this.#now();
      this.#delay.reset();
    }, SPAN_MS);
    this.#timer.unref();
  }

  read(): LoopLag {
    const now = this.#now();
    return {
      p99_ms: Math.max(now.p99_ms, this.#before.p99_ms),
      max_ms: Math.max(now.max_ms, this.#before.max_ms),
    };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  #now(): LoopLag {
    // What is measured includes the interval itself.
    const late = (nanoseconds: number): number =>
      Number.isFinite(nanoseconds) ? Math.max(0, Math.round(nanoseconds / 1e6) - RESOLUTION_MS) : 0;
    if (this.#delay.count === 0) return { p99_ms: 0, max_ms: 0 };
    return { p99_ms: late(this.#delay.percentile(99)), max_ms: late(this.#delay.max) };
  }
}
