import { concatAll } from '../bytes.js';
import { Deferred } from '../../util/deferred.js';
import { SilcError, SilcInDoubtError, SilcStreamOverError } from '../errors.js';
import type { ByteStream } from '../stream.js';

/** Limits of a {@link SendQueue}. */
export interface SendQueueOptions {
  /** Octets that may wait for the stream; more is refused with `overflow`. */
  readonly maxPendingOctets: number;
  /** A single write that the stream does not take within so many milliseconds ends everything with `timeout`. */
  readonly writeTimeoutMs: number;
  /** Called once, when a write failed or took too long. */
  readonly onFailure: (error: unknown) => void;
}

/** What goes to the stream as one write. */
interface Batch {
  readonly pieces: Uint8Array[];
  octets: number;
  readonly written: Deferred;
}

/**
 * Writes to a stream one after the other, in the order of the calls, with a bound on what waits. What is pushed at once, or
 * while a write is under way, is one write.
 */
export class SendQueue {
  readonly #stream: ByteStream;
  readonly #options: SendQueueOptions;
  /** Collects what the next write takes. */
  #next: Batch | undefined;
  #writing = false;
  #pendingOctets = 0;
  #failure: Error | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idle: Deferred | undefined;

  constructor(stream: ByteStream, options: SendQueueOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  get pendingOctets(): number {
    return this.#pendingOctets;
  }

  /** @throws SilcError `overflow` when so many octets more do not fit. */
  checkRoom(octets: number): void {
    const { maxPendingOctets } = this.#options;
    // A queue that is empty takes anything: a packet is never larger than 64 KiB.
    if (this.#pendingOctets > 0 && this.#pendingOctets + octets > maxPendingOctets) {
      throw new SilcError('overflow', `send queue is full: ${this.#pendingOctets} octets are waiting`);
    }
  }

  /** Resolves when the stream took the octets and has room again. @throws SilcInDoubtError once the stream has taken something; else what has failed before */
  push(bytes: Uint8Array): Promise<void> {
    this.#pendingOctets += bytes.length;
    if (this.#next === undefined) {
      this.#next = { pieces: [], octets: 0, written: new Deferred() };
      if (!this.#writing) queueMicrotask(this.#run);
    }
    this.#next.pieces.push(bytes);
    this.#next.octets += bytes.length;
    return this.#next.written.promise;
  }

  /** Resolves when nothing waits any more; never rejects. */
  idle(): Promise<void> {
    if (!this.#writing && this.#next === undefined) return Promise.resolve();
    return (this.#idle ??= new Deferred()).promise;
  }

  /** All writes that have not begun fail with `error`. */
  abandon(error: Error): void {
    this.#failure ??= error;
    clearTimeout(this.#timer);
  }

  /** Writes what waits, for as long as the stream takes it at once: nearly always. */
  readonly #run = (): void => {
    if (this.#writing) return;
    for (let batch = this.#next; batch !== undefined; batch = this.#next) {
      this.#next = undefined;
      const taken = this.#write(batch);
      if (taken !== undefined) {
        this.#writing = true;
        void this.#await(batch, taken);
        return;
      }
    }
    this.#idle?.resolve();
    this.#idle = undefined;
  };

  /** Undefined where that was all: the octets are with the stream, or were refused. */
  #write(batch: Batch): Promise<void> | undefined {
    const [first = new Uint8Array(0)] = batch.pieces;
    const octets = batch.pieces.length === 1 ? first : concatAll(batch.pieces);
    if (this.#failure !== undefined) {
      this.#refuse(batch, this.#failure, false);
      return undefined;
    }
    try {
      const taken = this.#stream.write(octets);
      if (taken === undefined) this.#settle(batch);
      return taken;
    } catch (cause) {
      this.#refuse(batch, cause);
      return undefined;
    }
  }

  async #await(batch: Batch, taken: Promise<void>): Promise<void> {
    this.#timer = setTimeout(() => {
      this.#fail(new SilcError('timeout', 'peer does not take what is sent'));
    }, this.#options.writeTimeoutMs);
    this.#timer.unref();
    try {
      await taken;
      this.#settle(batch);
    } catch (cause) {
      this.#refuse(batch, cause);
    } finally {
      clearTimeout(this.#timer);
    }
    this.#writing = false;
    this.#run();
  }

  #settle({ octets, written }: Batch): void {
    this.#pendingOctets -= octets;
    written.resolve();
  }

  #refuse(
    { octets, written }: Batch,
    cause: unknown,
    isInDoubt = !(cause instanceof SilcStreamOverError),
  ): void {
    this.#pendingOctets -= octets;
    const error = this.#fail(cause);
    const code = error instanceof SilcError ? error.code : 'closed';
    written.reject(isInDoubt ? new SilcInDoubtError(code, error) : error);
  }

  /** The first failure, which is the one of all that follows. */
  #fail(cause: unknown): Error {
    if (this.#failure !== undefined) return this.#failure;
    const error = cause instanceof Error ? cause : new SilcError('closed', 'writing failed', { cause });
    this.#failure = error;
    this.#options.onFailure(error);
    return this.#failure;
  }
}
