import { type Element, StanzaError } from '../../../component/stanza.js';
import { type Bits, bitsElement, bitsOf } from '../../../mapping/mime/bits-of-binary.js';
import type { MimeFile } from '../../../mapping/mime/pieces.js';
import type { CryptoBackend } from '../../../silc/crypto/backend.js';
import { LruMap } from '../../../util/lru-map.js';
import { text } from '../../../text/text.js';

/** Pictures that are kept to be asked for, with 8 KiB each at most. */
const MAX_KEPT = 512;

/** Small pictures that messages have named lately. Whoever knows the digest of one has seen the message. */
export class BitsShelf {
  readonly #kept = new LruMap<string, Bits>(MAX_KEPT);
  readonly #backend: CryptoBackend;

  constructor(backend: CryptoBackend) {
    this.#backend = backend;
  }

  /** @returns undefined for what is too large, or no picture */
  put(file: MimeFile): Bits | undefined {
    const bits = bitsOf(file, (data) => this.#backend.hash('sha1', data));
    if (bits === undefined) return undefined;
    // A copy: a message of several MiB is not kept for one small part.
    this.#kept.set(bits.cid, { ...bits, data: new Uint8Array(bits.data) });
    return bits;
  }

  /** The answer to whoever asks for a picture. @throws StanzaError item-not-found */
  get(cid: string | undefined): Element {
    const bits = cid === undefined ? undefined : this.#kept.get(cid);
    if (bits === undefined)
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ files }) => files.noSuchBits),
      );
    return bitsElement(bits);
  }
}
