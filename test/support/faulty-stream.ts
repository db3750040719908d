import { SilcError } from '../../src/silc/errors.js';
import type { ByteStream } from '../../src/silc/stream.js';

/** What goes wrong with the octets that are read from a stream. Offsets count from the first octet. */
export interface Faults {
  /** Longest run that one read returns. */
  readonly chunkSize?: number;
  /** One octet is changed: `xor` is what it is combined with, default 1. */
  readonly flip?: { readonly offset: number; readonly xor?: number };
  /** The stream ends behind so many octets. */
  readonly endAfter?: number;
  /** The stream breaks behind so many octets. */
  readonly resetAfter?: number;
  /** Nothing comes any more behind so many octets, until the stream is destroyed. */
  readonly stallAfter?: number;
}

/** A byte stream whose reading side has faults; writing goes through. */
export class FaultyStream implements ByteStream {
  readonly remoteAddress = undefined;
  readonly localAddress = undefined;
  readonly #inner: ByteStream;
  readonly #faults: Faults;
  #rest: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #destroyed = false;
  readonly #onDestroy: (() => void)[] = [];
  #release: (() => void) | undefined;

  constructor(inner: ByteStream, faults: Faults) {
    this.#inner = inner;
    this.#faults = faults;
  }

  /** Octets read so far. */
  get offset(): number {
    return this.#offset;
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** Resolves when the stream was given up by who uses it. */
  whenDestroyed(): Promise<void> {
    if (this.#destroyed) return Promise.resolve();
    return new Promise((resolve) => this.#onDestroy.push(resolve));
  }

  async read(): Promise<Uint8Array | undefined> {
    const { chunkSize = Number.MAX_SAFE_INTEGER, endAfter, resetAfter, stallAfter, flip } = this.#faults;
    if (this.#destroyed || this.#offset === endAfter) return undefined;
    if (this.#offset === resetAfter) throw new SilcError('closed', 'connection reset');
    if (this.#offset === stallAfter) {
      await new Promise<void>((resolve) => (this.#release = resolve));
      return undefined;
    }
    if (this.#rest.length === 0) {
      const chunk = await this.#inner.read();
      if (chunk === undefined) return undefined;
      this.#rest = chunk.slice();
    }
    const stop = Math.min(...[endAfter, resetAfter, stallAfter].map((at) => at ?? Number.MAX_SAFE_INTEGER));
    const out = this.#rest.slice(0, Math.min(chunkSize, stop - this.#offset));
    this.#rest = this.#rest.subarray(out.length);
    if (flip !== undefined && flip.offset >= this.#offset && flip.offset < this.#offset + out.length) {
      const index = flip.offset - this.#offset;
      out[index] = (out[index] ?? 0) ^ (flip.xor ?? 1);
    }
    this.#offset += out.length;
    return out;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    return this.#inner.write(bytes);
  }

  end(): void {
    this.#inner.end();
  }

  destroy(): void {
    this.#destroyed = true;
    this.#release?.();
    for (const resolve of this.#onDestroy) resolve();
    this.#inner.destroy();
  }
}
