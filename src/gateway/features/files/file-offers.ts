import { StanzaError, xml } from '../../../component/stanza.js';
import { bracketed } from '../../../mapping/mime/file-payload.js';
import { fileWords, sizeWords } from '../../../mapping/mime/file-words.js';
import type { LinkedFile } from '../../../mapping/mime/linked-file.js';
import { SilcTransferError, type TransferFailure } from '../../../silc/transfer/errors.js';
import type { Transfer } from '../../../silc/transfer/types.js';
import type { Language, Words } from '../../../text/catalogue.js';
import { silcWords } from '../../../text/silc.js';
import { type AnyText, type Text, text, textIn } from '../../../text/text.js';
import { monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';
import { TokenBucket } from '../../../util/token-bucket.js';
import type { GatewayContext } from '../../context.js';
import type { SaidPrivately } from '../../sessions/said-privately.js';
import { typeOfName } from './file-names.js';
import type { OpenedFile, OpenLink } from './http-get.js';
import { nameOfLink } from './linked-names.js';
import { LinkedSource } from './linked-source.js';
import { isBusy, type SessionTransfers } from './session-transfers.js';

/** Files that are offered or go at a time, of all users. */
const MAX_OFFERS = 32;
/** Files of one user: so many at once, then one in so many seconds. */
const RATE = { burst: 5, perSecond: 0.1 } as const;
const MAX_USERS = 1_000;
/** So long a web server may take to tell how large a file is. */
const LOOK_MS = 20_000;
/** The progress of a file of this size is told, at most so often, in milliseconds. */
const [LARGE, PROGRESS_MS] = [1 << 20, 60_000];

/** To whom a file goes, and by which session. */
export type FileAddressee = Pick<SaidPrivately, 'session' | 'silc' | 'to'>;

/**
 * Files that Jabber users have linked to, offered to SILC users as SILC clients do it (SFTP between clients). The gateway gets the size
 * of a file before it offers it, and the file itself as fast as its receiver reads it: nothing is kept here.
 */
export class FileOffers {
  readonly #context: GatewayContext;
  readonly #transfers: Pick<SessionTransfers, 'of'>;
  readonly #open: OpenLink;
  readonly #rates = new LruMap<string, TokenBucket>(MAX_USERS);
  readonly #stopped = new AbortController();
  #running = 0;

  constructor(context: GatewayContext, transfers: Pick<SessionTransfers, 'of'>, open: OpenLink) {
    this.#context = context;
    this.#transfers = transfers;
    this.#open = open;
  }

  /** Offers it; how it goes on is shown in the conversation. @returns its name, type and size @throws StanzaError where it is not offered */
  async offer(addressee: FileAddressee, file: LinkedFile): Promise<Text> {
    const { user } = addressee.session;
    if (!this.#context.config.files.transfers.offer) throw refused(({ fileOffers }) => fileOffers.off);
    if (this.#running >= MAX_OFFERS) throw busy(({ fileOffers }) => fileOffers.tooMany);
    const rate = this.#rates.get(user) ?? new TokenBucket(RATE);
    this.#rates.set(user, rate);
    if (!rate.take()) throw busy(({ fileOffers }) => fileOffers.tooFast);
    this.#running++;
    try {
      const { type, octets } = await this.#look(file.url);
      const name = nameOfLink(file);
      const words = fileWords({ type: type === '' ? typeOfName(name) : type, name, octets });
      const source = new LinkedSource({ name, size: octets }, file.url, this.#open);
      const transfer = await this.#start(addressee, source, words);
      this.#tell(addressee, ({ fileOffers }, file) => fileOffers.offered(file), words);
      void this.#follow(addressee, transfer, words).finally(() => {
        source.close();
        this.#running--;
      });
      return words;
    } catch (error) {
      this.#running--;
      throw error;
    }
  }

  /** The same for a message that links to a file: what goes wrong is told in the conversation. Never rejects. */
  async offerLinked(addressee: FileAddressee, file: LinkedFile): Promise<void> {
    await this.offer(addressee, file).catch((error: unknown) => {
      const { user } = addressee.session;
      this.#context.log.info({ user, err: error }, 'a linked file was not offered');
      const reason = error instanceof StanzaError ? error.anyText : text(({ files }) => files.transferFailed);
      this.#fail(addressee, nameOfLink(file), reason);
    });
  }

  stop(): void {
    this.#stopped.abort(new Error('the gateway stops'));
  }

  /** @throws StanzaError */
  async #look(url: URL): Promise<{ readonly type: string; readonly octets: number }> {
    const { max_octets: maxOctets } = this.#context.config.files;
    const signal = AbortSignal.any([AbortSignal.timeout(LOOK_MS), this.#stopped.signal]);
    let file: OpenedFile;
    try {
      file = await this.#open(url, { maxOctets: Number.MAX_SAFE_INTEGER, signal });
    } catch (error) {
      this.#context.log.info({ err: error }, 'a linked file cannot be fetched');
      throw refused(({ fileOffers }) => fileOffers.notFetched);
    }
    file.close();
    const { type, octets } = file;
    if (octets === undefined || !Number.isSafeInteger(octets)) throw refused(({ files }) => files.noSize);
    if (octets > maxOctets)
      throw refused(({ files }, language) => files.upTo(sizeWords(maxOctets).in(language)));
    return { type, octets };
  }

  /** @throws StanzaError, SilcError */
  async #start({ silc, to }: FileAddressee, source: LinkedSource, words: Text): Promise<Transfer> {
    const transfers = await this.#transfers.of(silc);
    if (transfers === undefined) throw refused(({ fileOffers }) => fileOffers.noSession);
    if (isBusy(transfers, 'send')) throw busy(({ fileOffers }) => fileOffers.tooMany);
    // An offer has no name; and the reference client breaks down at an offer of somebody whose key it has to ask its user about.
    const { nickname = '' } = silc.self;
    await silc.tell(to.clientId, silcWords.fileOffered(words.english, nickname), { noReply: true });
    return transfers.offer(to.clientId, source);
  }

  /** Resolves when the transfer is over. */
  async #follow(addressee: FileAddressee, transfer: Transfer, words: Text): Promise<void> {
    const isLarge = (transfer.size ?? 0) >= LARGE;
    let toldAt = monotonicMs();
    transfer.subscribe((event) => {
      if (!isLarge) return;
      if (event.type === 'state' && event.state === 'transferring') {
        this.#tell(addressee, ({ fileOffers }, file) => fileOffers.taken(file), words);
      }
      if (event.type !== 'progress' || event.size === undefined || event.transferred >= event.size) return;
      if (monotonicMs() - toldAt < PROGRESS_MS) return;
      toldAt = monotonicMs();
      const percent = Math.floor((event.transferred / event.size) * 100);
      this.#tell(addressee, ({ files }, file) => files.progress(file, percent), words);
    });
    try {
      await transfer.done;
      this.#tell(addressee, ({ fileOffers }, file) => fileOffers.arrived(file), words);
    } catch (error) {
      this.#context.log.info({ user: addressee.session.user, err: error }, 'an offered file has not arrived');
      this.#fail(addressee, words, reasonOf(error));
    }
  }

  #fail(addressee: FileAddressee, words: AnyText, reason: AnyText): void {
    this.#tell(
      addressee,
      (all, file, language) => all.fileOffers.notArrived(file, textIn(language, reason)),
      words,
    );
  }

  #tell(
    { session, to }: FileAddressee,
    said: (all: Words, file: string, language: Language) => string,
    words: AnyText,
  ): void {
    const told = text((all, language) => said(all, textIn(language, words), language));
    session.direct.tell(to, [xml('body', {}, bracketed(told, undefined))]);
  }
}

const refused = (words: Parameters<typeof text>[0]): StanzaError =>
  new StanzaError('cancel', 'not-acceptable', text(words));

const busy = (words: Parameters<typeof text>[0]): StanzaError =>
  new StanzaError('wait', 'resource-constraint', text(words));

const reasons = {
  aborted: 'aborted',
  'peer-aborted': 'receiverAborted',
  'not-answered': 'notTaken',
  'peer-gone': 'receiverGone',
  'not-connected': 'notConnected',
  'address-refused': 'addressRefused',
  'no-listener': 'noListener',
  'peer-key': 'receiverKey',
  'key-exchange': 'keyExchange',
  protocol: 'protocol',
  limit: 'protocol',
  timeout: 'timeout',
  refused: 'receiverAborted',
  source: 'notGiven',
  sink: 'protocol',
} as const satisfies Readonly<Record<TransferFailure, string>>;

/** Why a file has not arrived, for those who have sent it. */
const reasonOf = (error: unknown): Text =>
  text(({ fileOffers, files }) =>
    error instanceof SilcTransferError ? fileOffers[reasons[error.reason]] : files.transferFailed,
  );
