import { unpinned } from './frame-memory.js';

const nothing = new Uint8Array(0);

/**
 * Octets that came and were not consumed yet. Appending is linear over the whole life whatever the chunk sizes, and
 * octets once given out as views are never written again.
 */
export class ByteQueue {
  #bytes: Uint8Array = nothing;
  #start = 0;
  #end = 0;
  /** Whether the room behind `#end` is ours to write into; an adopted chunk has none. */
  #own = false;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Takes over the chunk; it must not be changed afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.length === 0) {
      this.#bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#own = false;
      return;
    }
    const end = this.#end + chunk.length;
    if (!this.#own || end > this.#bytes.length) this.#move(this.length + chunk.length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** View of the first `length` octets, which must be there. */
  peek(length: number): Uint8Array {
    // A chunk that is one packet needs no view.
    if (this.#start === 0 && length === this.#bytes.length) return this.#bytes;
    return this.#bytes.subarray(this.#start, this.#start + length);
  }

  /** Drops the first `length` octets, which must be there. */
  skip(length: number): void {
    this.#start += length;
    if (this.#start >= this.#end) this.clear();
  }

  /** What is left has to wait: see {@link unpinned}. */
  settle(): void {
    if (this.#own || this.length === 0) return;
    const { length } = this;
    this.#bytes = unpinned(this.peek(length));
    this.#start = 0;
    this.#end = length;
  }

  clear(): void {
    this.#bytes = nothing;
    this.#start = 0;
    this.#end = 0;
    this.#own = false;
  }

  /** Moves what is left to fresh memory with as much room again: each octet is moved a bounded number of times. */
  #move(wanted: number): void {
    const moved = new Uint8Array(Math.max(wanted * 2, 1024));
    moved.set(this.peek(this.length));
    this.#end = this.length;
    this.#start = 0;
    this.#bytes = moved;
    this.#own = true;
  }
}
