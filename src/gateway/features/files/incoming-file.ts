import { PassThrough } from 'node:stream';
import { filePayload } from '../../../mapping/mime/file-payload.js';
import { fileWords } from '../../../mapping/mime/file-words.js';
import type { FileWriter, IncomingFile, Transfer } from '../../../silc/transfer/types.js';
import { monotonicMs } from '../../../util/clock.js';
import { typeOfName } from './file-names.js';
import type { Upload, Uploads } from './uploads.js';

/** A file of this size is told before it is there; its progress at most so often, in milliseconds. */
const [LARGE, PROGRESS_MS] = [1 << 20, 60_000];

/** Who is told how a file goes on. */
export interface FileListener {
  readonly audience: Upload['audience'];
  readonly sender: Upload['sender'];
  /** To the Jabber user, as a line in brackets. */
  note(text: string): void;
  shown(payload: ReturnType<typeof filePayload>): void;
  /** To both: the file does not arrive. */
  failed(words: string, reason: string): void;
}

/** One file that comes by file transfer: it goes to the upload service while it comes, and is never kept here. */
export class ArrivingFile {
  readonly #uploads: Uploads;
  readonly #listener: FileListener;
  readonly #stop = new AbortController();
  #words = 'a file';
  #isOver = false;

  constructor(uploads: Uploads, listener: FileListener) {
    this.#uploads = uploads;
    this.#listener = listener;
  }

  /** Follows a transfer to its end. */
  follow(transfer: Transfer): void {
    let toldAt = monotonicMs();
    transfer.subscribe((event) => {
      if (event.type !== 'progress' || event.size === undefined || event.size < LARGE) return;
      if (monotonicMs() - toldAt < PROGRESS_MS) return;
      toldAt = monotonicMs();
      this.#listener.note(`${this.#words}: ${Math.floor((event.transferred / event.size) * 100)} %`);
    });
    transfer.done.catch((error: unknown) => {
      this.#stop.abort();
      this.#fail(error instanceof Error ? error.message : 'the transfer failed');
    });
    this.#stop.signal.addEventListener('abort', () => transfer.abort());
  }

  /** Where the octets of a transfer go. @throws Error for a file that is not wanted */
  open({ name, size }: IncomingFile): FileWriter {
    const type = typeOfName(name);
    this.#words = size === undefined ? name : fileWords({ type, name, octets: size });
    const reason = size === undefined ? 'its size is not known' : this.#uploads.refusal(size);
    if (size === undefined || reason !== undefined) {
      this.#fail(reason ?? '');
      throw new Error(reason);
    }
    if (size >= LARGE) this.#listener.note(`${this.#words} is on its way`);
    const content = new PassThrough();
    // What ends it is told by the upload.
    content.on('error', () => undefined);
    const { audience, sender } = this.#listener;
    const upload = { name, type, octets: size, content, audience, sender, signal: this.#stop.signal };
    void this.#uploads.publish(upload).then((place) => {
      content.destroy();
      if (place.url === undefined) {
        this.#fail(place.reason ?? 'the upload failed');
        this.#stop.abort();
      } else if (!this.#isOver) {
        this.#isOver = true;
        this.#listener.shown(filePayload({ type, name, octets: size }, place));
      }
    });
    return {
      write: (octets) => written(content, octets),
      finish: () => void content.end(),
      abort: () => this.#stop.abort(),
    };
  }

  #fail(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.failed(this.#words, reason);
  }
}

/** Resolves when there is room for more. @throws Error where nobody takes it any more */
async function written(content: PassThrough, octets: Uint8Array): Promise<void> {
  if (content.destroyed) throw new Error('the upload is over');
  if (content.write(octets)) return;
  await new Promise<void>((resolve, reject) => {
    content.once('drain', resolve);
    content.once('close', () => reject(new Error('the upload is over')));
  });
}
