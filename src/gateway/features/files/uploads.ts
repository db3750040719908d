import { tryParseJid } from '../../../component/jid.js';
import { createHash } from 'node:crypto';
import type { FilePlace } from '../../../mapping/mime/file-payload.js';
import { sizeWords } from '../../../mapping/mime/file-words.js';
import { FairQueue } from '../../../util/fair-queue.js';
import { LruMap } from '../../../util/lru-map.js';
import { deadline } from '../../../util/race.js';
import { TokenBucket } from '../../../util/token-bucket.js';
import type { GatewayContext } from '../../context.js';
import { type Content, putFile } from './http-put.js';
import { UploadError } from './upload-error.js';
import { UploadServices } from './upload-services.js';
import { text, type Text } from '../../../text/text.js';

/** One file that is to be uploaded. */
export interface Upload {
  /** Safe as the name of a file. */
  readonly name: string;
  readonly type: string;
  readonly octets: number;
  readonly content: Content;
  /** Who sends it: bounds count by that. */
  readonly sender: { readonly network: string; readonly key: string };
  /** Bare JIDs of those who get it. */
  readonly audience: readonly string[];
  readonly signal?: AbortSignal;
}

/** The same where the octets come slowly from somebody else. */
const STREAM_DEADLINE_MS = 900_000;
const STREAMS_RUNNING = { running: 8, runningPerOwner: 1, perOwner: 4, total: 32 } as const;

/** Longest time from here to the link, in milliseconds. */
const DEADLINE_MS = 120_000;
/** Uploads at a time, of one sender, and waiting. */
const RUNNING = { running: 4, runningPerOwner: 2, perOwner: 16, total: 128 } as const;
/** Octets of files that are in memory until they are uploaded. */
const MAX_WAITING_OCTETS = 64 << 20;
/** Files of one sender: so many at once, then one in ten seconds. */
const FILES = { burst: 20, perSecond: 0.1 } as const;
const MAX_SENDERS = 1_000;

/** Files on their way to upload services: so many at a time, senders in turn. */
export class Uploads {
  readonly #context: GatewayContext;
  readonly #services: UploadServices;
  readonly #ca: () => string | undefined;
  readonly #queue = new FairQueue({
    ...RUNNING,
    full: () => new UploadError(text(({ files }) => files.tooManyWait)),
  });
  readonly #streams = new FairQueue({
    ...STREAMS_RUNNING,
    full: () => new UploadError(text(({ files }) => files.tooManyCome)),
  });
  readonly #rates = new LruMap<string, TokenBucket>(MAX_SENDERS);
  readonly #stop = new AbortController();
  #octets = 0;

  constructor(context: GatewayContext, ca: () => string | undefined) {
    this.#context = context;
    this.#services = new UploadServices(context);
    this.#ca = ca;
  }

  /** Whether there may be a place for files at all. */
  get isOn(): boolean {
    return this.#context.config.files.upload !== 'off';
  }

  /** Why a file is not even tried; undefined where it is. */
  refusal(octets: number): Text | undefined {
    const { max_octets: most } = this.#context.config.files;
    if (!this.isOn) return text(({ files }) => files.noPlace);
    return octets > most
      ? text(({ files }, language) => files.upTo(sizeWords(most).in(language)))
      : undefined;
  }

  /** Never rejects: where there is no link there is a reason. */
  async publish(upload: Upload): Promise<FilePlace> {
    const refused = this.refusal(upload.octets);
    if (refused !== undefined) return { reason: refused };
    const { signal, clear } = deadline(
      isStream(upload) ? STREAM_DEADLINE_MS : DEADLINE_MS,
      () => new UploadError(text(({ files }) => files.uploadTooLong)),
    );
    try {
      this.#take(upload);
      const signals = [signal, this.#stop.signal, ...(upload.signal === undefined ? [] : [upload.signal])];
      return await this.#upload(upload, AbortSignal.any(signals));
    } catch (error) {
      this.#context.log.info({ network: upload.sender.network, err: error }, 'a file was not uploaded');
      return { reason: error instanceof UploadError ? error.text : text(({ files }) => files.uploadFailed) };
    } finally {
      clear();
    }
  }

  stop(): void {
    this.#stop.abort(new UploadError(text(({ files }) => files.stopping)));
  }

  async #upload(upload: Upload, signal: AbortSignal): Promise<FilePlace> {
    const { sender, content, octets } = upload;
    const held = content instanceof Uint8Array ? octets : 0;
    if (this.#octets + held > MAX_WAITING_OCTETS)
      throw new UploadError(text(({ files }) => files.tooManyWait));
    this.#octets += held;
    try {
      const work = (): Promise<FilePlace> => this.#transfer(upload, signal);
      const queue = isStream(upload) ? this.#streams : this.#queue;
      return await queue.run({ group: sender.network, name: sender.key }, work, signal);
    } finally {
      this.#octets -= held;
    }
  }

  async #transfer(
    { name, type, octets, content, audience }: Upload,
    signal: AbortSignal,
  ): Promise<FilePlace> {
    const slot = await this.#services.slot({ name, type, octets }, audience);
    signal.throwIfAborted();
    const hash = createHash('sha256');
    const counted = content instanceof Uint8Array ? content : hashed(content, hash);
    if (content instanceof Uint8Array) hash.update(content);
    const options = { signal, isTrusted: slot.isTrusted, ca: this.#ca() };
    await putFile(slot, { type, octets, content: counted }, options);
    return { url: slot.get, sha256: hash.digest('base64') };
  }

  #take({ sender, audience: [receiver] }: Upload): void {
    const key = `${sender.network} ${sender.key}`;
    const rate = this.#rates.get(key) ?? new TokenBucket(FILES);
    this.#rates.set(key, rate);
    if (!rate.take()) {
      const seconds = secondsOf(rate.waitMs);
      throw new UploadError(text(({ files }) => files.senderTooFast(seconds)));
    }
    const user = receiver === undefined ? undefined : tryParseJid(receiver);
    // It goes to the server of who gets it.
    const shortage = user && this.#context.quotas.tryTake('uploads', user);
    if (shortage === undefined) return;
    const seconds = secondsOf(shortage.waitMs);
    throw new UploadError(text(({ files }) => files[`share-used-up-${shortage.scope}`](seconds)));
  }
}

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));
const isStream = ({ content }: Pick<Upload, 'content'>): boolean => !(content instanceof Uint8Array);

async function* hashed(
  content: AsyncIterable<Uint8Array>,
  hash: { update(octets: Uint8Array): unknown },
): AsyncIterable<Uint8Array> {
  for await (const octets of content) {
    hash.update(octets);
    yield octets;
  }
}
