import { SilcError } from '../errors.js';
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

/** Writes to a stream one after the other, in the order of the calls, with a bound on what waits. */
export class SendQueue {
  readonly #stream: ByteStream;
  readonly #options: SendQueueOptions;
  #tail: Promise<void> = Promise.resolve();
  #pendingOctets = 0;
  #failure: { readonly error: unknown } | undefined;
  #timer: NodeJS.Timeout | undefined;

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

  /** Resolves when the stream took the octets and has room again. @throws what the stream throws. */
  push(bytes: Uint8Array): Promise<void> {
    this.#pendingOctets += bytes.length;
    const written = this.#tail.then(() => this.#write(bytes));
    // The next write waits for this one whatever becomes of it; it then fails for the same reason.
    this.#tail = written.catch(() => undefined);
    return written;
  }

  /** Resolves when nothing waits any more; never rejects. */
  idle(): Promise<void> {
    return this.#tail;
  }

  /** All writes that have not begun fail with `error`. */
  abandon(error: unknown): void {
    this.#failure ??= { error };
    clearTimeout(this.#timer);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure.error;
      this.#timer = setTimeout(() => {
        this.#fail(new SilcError('timeout', 'peer does not take what is sent'));
      }, this.#options.writeTimeoutMs);
      this.#timer.unref();
      await this.#stream.write(bytes);
    } catch (error) {
      this.#fail(error);
      throw this.#failure?.error ?? error;
    } finally {
      clearTimeout(this.#timer);
      this.#pendingOctets -= bytes.length;
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#options.onFailure(error);
  }
}
