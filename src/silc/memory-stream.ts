import { copyOf } from './bytes.js';
import { SilcError, SilcStreamOverError } from './errors.js';
import type { ByteStream } from './stream.js';

/** How an in-memory pair behaves. */
export interface MemoryStreamOptions {
  /** Longest run of octets that one `read()` returns; default: as it was written. */
  readonly chunkSize?: number;
  /** Octets that may lie unread before `write()` waits; default 65,536. */
  readonly highWaterMark?: number;
}

/** One direction: a bounded queue of octets with one reader and one writer. */
class Pipe {
  readonly #chunkSize: number;
  readonly #highWaterMark: number;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #ended = false;
  #broken = false;
  /** The writing side was dropped: what is in flight still arrives, but nobody waits for it any more. */
  #abandoned = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  constructor(options: MemoryStreamOptions) {
    this.#chunkSize = Math.max(1, options.chunkSize ?? Number.MAX_SAFE_INTEGER);
    this.#highWaterMark = options.highWaterMark ?? 65_536;
  }

  async read(): Promise<Uint8Array | undefined> {
    while (this.#length === 0) {
      if (this.#ended || this.#broken) return undefined;
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
    return this.#take();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended || this.#broken || this.#abandoned) throw new SilcStreamOverError('stream is closed');
    if (bytes.length > 0) {
      // A copy: the writer may wipe or reuse its buffer once the promise has resolved.
      this.#chunks.push(copyOf(bytes));
      this.#length += bytes.length;
      this.#notifyReader();
    }
    while (this.#length > this.#highWaterMark) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
      this.#checkUnbroken();
    }
  }

  end(): void {
    this.#ended = true;
    this.#notifyReader();
  }

  abandon(): void {
    this.#abandoned = true;
    this.end();
    this.#notifyWriters();
  }

  /** Drops what is in flight; reads end, writes fail. */
  break(): void {
    this.#broken = true;
    this.#chunks.length = 0;
    this.#length = 0;
    this.#notifyReader();
    this.#notifyWriters();
  }

  #checkUnbroken(): void {
    if (this.#broken || this.#abandoned) throw new SilcError('closed', 'stream is closed');
  }

  #take(): Uint8Array | undefined {
    const head = this.#chunks[0];
    if (head === undefined) return undefined;
    const chunk = head.subarray(0, this.#chunkSize);
    if (chunk.length === head.length) this.#chunks.shift();
    else this.#chunks[0] = head.subarray(chunk.length);
    this.#length -= chunk.length;
    if (this.#length <= this.#highWaterMark) this.#notifyWriters();
    return chunk;
  }

  #notifyReader(): void {
    const wake = this.#wakeReader;
    this.#wakeReader = undefined;
    wake?.();
  }

  #notifyWriters(): void {
    const wake = this.#wakeWriters;
    this.#wakeWriters = [];
    for (const resolve of wake) resolve();
  }
}

class MemoryStream implements ByteStream {
  readonly remoteAddress = undefined;
  readonly localAddress = undefined;
  readonly #incoming: Pipe;
  readonly #outgoing: Pipe;

  constructor(incoming: Pipe, outgoing: Pipe) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  read(): Promise<Uint8Array | undefined> {
    return this.#incoming.read();
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#outgoing.write(bytes);
  }

  end(): void {
    this.#outgoing.end();
  }

  destroy(): void {
    this.#outgoing.abandon();
    this.#incoming.break();
  }
}

/**
 * Two connected byte streams in memory: what is written to one is read from the other, with backpressure. For tests,
 * for tunnels, and for applications that bring client and server together in one process.
 */
export function streamPair(options: MemoryStreamOptions = {}): readonly [ByteStream, ByteStream] {
  const forth = new Pipe(options);
  const back = new Pipe(options);
  return [new MemoryStream(back, forth), new MemoryStream(forth, back)];
}
