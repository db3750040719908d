import type { FileSource } from '../../../silc/transfer/types.js';
import type { OpenedFile, OpenLink } from './http-get.js';

/**
 * A file on a web server as the receiver of a file transfer reads it: fetched when it is read, as fast as it is read, and never kept
 * here.
 */
export class LinkedSource implements FileSource {
  readonly name: string;
  readonly size: number;
  readonly #open: (signal: AbortSignal) => Promise<OpenedFile>;
  readonly #stop = new AbortController();
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #rest: Uint8Array = new Uint8Array();
  #position = 0;

  constructor({ name, size }: Pick<FileSource, 'name' | 'size'>, url: URL, open: OpenLink) {
    this.name = name;
    this.size = size;
    this.#open = (signal) => open(url, { maxOctets: size, signal });
  }

  /** @throws Error where the server does not give it, gives another one, or where it is not read from its beginning to its end */
  async read(offset: number, length: number): Promise<Uint8Array> {
    if (offset !== this.#position) throw new Error('not read in order');
    this.#chunks ??= (await this.#begin())[Symbol.asyncIterator]();
    const wanted = Math.min(length, this.size - offset);
    const parts: Uint8Array[] = [];
    let octets = 0;
    while (octets < wanted) {
      if (this.#rest.length === 0) this.#rest = await this.#next(this.#chunks);
      const part = this.#rest.subarray(0, wanted - octets);
      this.#rest = this.#rest.subarray(part.length);
      parts.push(part);
      octets += part.length;
    }
    this.#position += octets;
    return Buffer.concat(parts);
  }

  /** Nobody reads it any more. */
  close(): void {
    this.#stop.abort(new Error('nobody reads it any more'));
  }

  async #begin(): Promise<AsyncIterable<Uint8Array>> {
    const file = await this.#open(this.#stop.signal);
    if (file.octets === this.size) return file.content;
    file.close();
    throw new Error('it is another file than before');
  }

  async #next(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
    const next = await chunks.next();
    if (next.done === true) throw new Error('it is shorter than was told');
    return next.value;
  }
}
