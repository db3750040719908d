import { PassThrough } from 'node:stream';
import { filePayload } from '../../../mapping/mime/file-payload.js';
import { fileWords } from '../../../mapping/mime/file-words.js';
import type { FileWriter, IncomingFile, Transfer } from '../../../silc/transfer/types.js';
import { monotonicMs } from '../../../util/clock.js';
import { typeOfName } from './file-names.js';
import { failureText } from './transfer-failure.js';
import type { Upload, Uploads } from './uploads.js';
import { type AnyText, type Text, text, textIn } from '../../../text/text.js';

/** A file of this size is told before it is there; its progress at most so often, in milliseconds. */
const [LARGE, PROGRESS_MS] = [1 << 20, 60_000];

/** Who is told how a file goes on. */
export interface FileListener {
  readonly audience: Upload['audience'];
  readonly sender: Upload['sender'];
  /** To the Jabber user, as a line in brackets. */
  note(said: AnyText): void;
  shown(payload: ReturnType<typeof filePayload>): void;
  /** To both: the file does not arrive. */
  failed(words: AnyText, reason: AnyText): void;
}

/** One file that comes by file transfer: it goes to the upload service while it comes, and is never kept here. */
export class ArrivingFile {
  readonly #uploads: Uploads;
  readonly #listener: FileListener;
  readonly #stop = new AbortController();
  #words: AnyText = text(({ files }) => files.aFile);
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
      this.#listener.note(this.#about('progress', Math.floor((event.transferred / event.size) * 100)));
    });
    transfer.done.catch((error: unknown) => {
      this.#stop.abort();
      this.#fail(failureText(error));
    });
    this.#stop.signal.addEventListener('abort', () => transfer.abort());
  }

  /** Where the octets of a transfer go. @throws Error for a file that is not wanted */
  open({ name, size }: IncomingFile): FileWriter {
    const type = typeOfName(name);
    this.#words = size === undefined ? name : fileWords({ type, name, octets: size });
    const reason = size === undefined ? undefined : this.#uploads.refusal(size);
    if (size === undefined || reason !== undefined) {
      const why = reason ?? text(({ files }) => files.noSize);
      this.#fail(why);
      throw new Error(why.english);
    }
    if (size >= LARGE) this.#listener.note(this.#about('onItsWay', 0));
    const content = new PassThrough();
    // What ends it is told by the upload.
    content.on('error', () => undefined);
    const { audience, sender } = this.#listener;
    const upload = { name, type, octets: size, content, audience, sender, signal: this.#stop.signal };
    void this.#uploads.publish(upload).then((place) => {
      content.destroy();
      if (place.url === undefined) {
        this.#fail(place.reason ?? text(({ files }) => files.uploadFailed));
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

  #about(entry: 'progress' | 'onItsWay', percent: number): Text {
    const words = this.#words;
    return text(({ files }, language) => files[entry](textIn(language, words), percent));
  }

  #fail(reason: AnyText): void {
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
