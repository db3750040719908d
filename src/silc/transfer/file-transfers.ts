import type { SessionEvent, SessionEventOf } from '../client/types.js';
import { utf8 } from '../bytes.js';
import type { SilcConnection } from '../connection.js';
import { nodeBackend } from '../crypto/backend-node.js';
import { fingerprint } from '../crypto/fingerprint.js';
import { SilcError, warnOfListener } from '../errors.js';
import type { ClientId } from '../ids.js';
import { PeerListener } from '../peer/listener.js';
import { checkListen, Meeting, type MeetingPurpose, type PeerAddress } from '../peer/meeting.js';
import { SilcTransferError, transferError } from './errors.js';
import { TransferJob, type JobOptions } from './job.js';
import { defaultLimits, type TransferLimits } from './limits.js';
import { WaitingOffer } from './offer.js';
import { PeerLink } from './peer-link.js';
import { receiveFile } from './receiving.js';
import { sendFile } from './sending.js';
import type {
  FileSink,
  FileSource,
  FileTransferOptions,
  OfferEvent,
  Transfer,
  TransferSession,
} from './types.js';
import { Emitter } from '../../util/emitter.js';
import { abortable } from '../../util/race.js';

const DEFAULT_OFFER_TIMEOUT_MS = 300_000;
const DEFAULT_MAX_TRANSFERS = 16;
const DEFAULT_MAX_OFFERS = 32;
const DEFAULT_MAX_OFFERS_PER_USER = 4;

/** Longest name of a file that is sent, in octets. */
const MAX_NAME = 255;

/** How one file is offered. */
export interface OfferOptions {
  /** This side listens; default where `listen` is configured. Otherwise the receiver has to. */
  readonly listen?: boolean;
  readonly limits?: Partial<TransferLimits>;
}

/** A transfer that was offered without a listener, and waits for the receiver's address. */
interface Waiting {
  readonly job: TransferJob;
  readonly answer: (address: PeerAddress) => void;
}

/**
 * The file transfers of one session (draft pp-09, 2.3.22). Offers go through the server; then the
 * peers meet, and the sender of the file is an SFTP server with one file.
 *
 * ```ts
 * const files = new FileTransfers(session, { keyPair, listen: { host: '192.0.2.1' } });
 * files.subscribe((event) => {
 *   if (event.type === 'offer') event.offer.accept((file) => writerInto(directory, file.name));
 * });
 * await files.offer(user.clientId, { name: 'notes.txt', size: text.length, read: (offset, length) =>
 *   text.subarray(offset, offset + length) }).done;
 * ```
 */
export class FileTransfers {
  readonly #session: TransferSession;
  readonly #options: FileTransferOptions;
  readonly #listeners = new Emitter<OfferEvent>(warnOfListener);
  readonly #jobs = new Set<TransferJob>();
  readonly #offers = new Set<WaitingOffer>();
  /** Oldest first. */
  readonly #waiting = new Set<Waiting>();
  readonly #unsubscribe: () => void;
  #nextId = 0;
  #closed = false;

  /** @throws SilcError `usage` for a configuration that cannot work */
  constructor(session: TransferSession, options: FileTransferOptions) {
    checkListen(options.listen);
    this.#session = session;
    this.#options = options;
    this.#unsubscribe = session.subscribe((event) => this.#onEvent(event));
  }

  /** Transfers that have not ended. */
  get transfers(): readonly Transfer[] {
    return [...this.#jobs];
  }

  /** Returns the remover. */
  subscribe(listener: (event: OfferEvent) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  /**
   * Offers a file to a user. What goes wrong later is told by the transfer.
   * @throws SilcError `usage` for a name or size that cannot be, `overflow` when too many transfers go on, `closed`,
   *   SilcTransferError `no-listener` where it should listen and cannot
   */
  offer(user: ClientId, source: FileSource, options: OfferOptions = {}): Transfer {
    const { name, size } = source;
    checkSource(source);
    const { listen = this.#options.listen !== undefined, limits = {} } = options;
    if (listen && this.#options.listen === undefined) throw noListener();
    const job = this.#newJob({ direction: 'send', peer: user, name, size }, limits);
    this.#run(
      job,
      (meeting) => (listen ? this.#listenAndTell(job, meeting) : this.#tellAndConnect(job, meeting)),
      (link) => sendFile(link, source, job),
      (link) => link.closeAfterPeer(),
    );
    return job;
  }

  /** Ends everything: transfers fail with `aborted`, offers are gone. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    for (const offer of [...this.#offers]) offer.close();
    for (const job of [...this.#jobs]) job.abort();
  }

  #accept(offer: WaitingOffer, sink: FileSink, limits: Partial<TransferLimits>): Transfer {
    const { address, sender } = offer;
    if (address === undefined && this.#options.listen === undefined) throw noListener();
    const job = this.#newJob({ direction: 'receive', peer: sender.clientId }, limits);
    this.#run(
      job,
      (meeting) => (address === undefined ? this.#listenAndTell(job, meeting) : meeting.connect(address)),
      (link) => receiveFile(link, sink, job),
      (link) => link.close(),
    );
    return job;
  }

  #newJob(parts: Omit<JobOptions, 'id' | 'limits'>, limits: Partial<TransferLimits>): TransferJob {
    if (this.#closed) throw new SilcError('closed', 'file transfers are closed');
    if (this.#jobs.size >= (this.#options.maxTransfers ?? DEFAULT_MAX_TRANSFERS)) {
      throw new SilcError('overflow', 'too many file transfers go on');
    }
    const all = { ...defaultLimits, ...this.#options.limits, ...limits };
    const job = new TransferJob({ ...parts, id: ++this.#nextId, limits: all });
    this.#jobs.add(job);
    return job;
  }

  #run(
    job: TransferJob,
    meet: (meeting: Meeting) => Promise<SilcConnection>,
    transfer: (link: PeerLink) => Promise<void>,
    close: (link: PeerLink) => void,
  ): void {
    const work = async (): Promise<void> => {
      const timeoutMs = this.#options.offerTimeoutMs ?? DEFAULT_OFFER_TIMEOUT_MS;
      job.deadline(timeoutMs, new SilcTransferError('not-answered', 'nobody took up the offer'));
      const connection = await meet(new Meeting(this.#session, this.#options, purposeOf(job)));
      const key = connection.exchange.peerPublicKey;
      job.peerFingerprint = fingerprint(this.#options.backend ?? nodeBackend, key);
      const { maxDurationMs, stallTimeoutMs } = job.limits;
      job.deadline(maxDurationMs, new SilcTransferError('timeout', 'the transfer takes too long'));
      const link = new PeerLink(connection, stallTimeoutMs, job.signal);
      try {
        job.enter('transferring');
        await transfer(link);
        close(link);
      } catch (error) {
        link.close();
        throw error;
      }
    };
    job.run(work, () => this.#jobs.delete(job));
  }

  /** Listens, says where, and waits for the peer to connect. */
  async #listenAndTell(job: TransferJob, meeting: Meeting): Promise<SilcConnection> {
    const { listen } = this.#options;
    if (listen === undefined) throw noListener();
    const listener = await PeerListener.open(listen, job.signal);
    try {
      const host = listen.publicHost ?? listen.host;
      await this.#session.sendFileTransfer(job.peer, { host, protocol: 0, port: listener.port });
      return await meeting.listen(listener);
    } finally {
      listener.close();
    }
  }

  /** Asks the peer to listen, and connects to the address that it answers. */
  async #tellAndConnect(job: TransferJob, meeting: Meeting): Promise<SilcConnection> {
    let entry: Waiting | undefined;
    try {
      const answered = new Promise<PeerAddress>((resolve) => {
        entry = { job, answer: resolve };
        this.#waiting.add(entry);
      });
      await this.#session.sendFileTransfer(job.peer, { host: '', protocol: 0, port: 0 });
      const address = await abortable(answered, job.signal);
      job.enter('connecting');
      return await meeting.connect(address);
    } finally {
      if (entry !== undefined) this.#waiting.delete(entry);
    }
  }

  #onEvent(event: SessionEvent): void {
    switch (event.type) {
      case 'file-transfer':
        this.#onFileTransfer(event);
        break;
      case 'nick-changed':
        for (const job of this.#jobs) {
          if (job.state === 'offered' && job.peer === event.oldClientId) job.peer = event.user.clientId;
        }
        break;
      case 'delivery-failed':
        this.#failOffered(
          event.clientId,
          new SilcTransferError('peer-gone', 'the server does not know the peer'),
        );
        break;
      case 'closed':
        for (const offer of [...this.#offers]) this.#expire(offer);
        this.#failOffered(undefined, new SilcTransferError('aborted', 'the session has ended'));
        break;
      default:
    }
  }

  /** Ends what waits for a peer: of one user, or of all. */
  #failOffered(user: ClientId | undefined, error: SilcTransferError): void {
    for (const job of [...this.#jobs]) {
      if (job.state === 'offered' && (user === undefined || job.peer === user)) job.fail(error);
    }
  }

  /**
   * An offer, or the answer to an own offer without a listener: the two look the same. As with the toolkit, an address
   * from somebody whose address is awaited is the answer, to the oldest offer.
   */
  #onFileTransfer({ sender, agreement }: SessionEventOf<'file-transfer'>): void {
    const { host, protocol, port } = agreement;
    // 1 is UDP, on which nobody listens.
    if (protocol !== 0) return;
    const address = host === '' || port === 0 ? undefined : { host, port };
    if (address !== undefined) {
      for (const entry of this.#waiting) {
        if (entry.job.peer !== sender.clientId) continue;
        this.#waiting.delete(entry);
        entry.answer(address);
        return;
      }
    }
    const { maxOffers = DEFAULT_MAX_OFFERS, maxOffersPerUser = DEFAULT_MAX_OFFERS_PER_USER } = this.#options;
    const ofSender = [...this.#offers].filter((known) => known.sender.clientId === sender.clientId);
    if (this.#offers.size >= maxOffers || ofSender.length >= maxOffersPerUser) return;
    const offer: WaitingOffer = new WaitingOffer(
      {
        accept: (waiting, sink, limits) => this.#accept(waiting, sink, limits),
        forget: (waiting) => this.#offers.delete(waiting),
      },
      {
        id: ++this.#nextId,
        sender,
        address,
        timeoutMs: this.#options.offerTimeoutMs ?? DEFAULT_OFFER_TIMEOUT_MS,
        onExpired: () => this.#expire(offer),
      },
    );
    this.#offers.add(offer);
    this.#listeners.emit({ type: 'offer', offer });
  }

  #expire(offer: WaitingOffer): void {
    offer.close();
    this.#listeners.emit({ type: 'offer-expired', offer });
  }
}

/** The server's word that there is no such peer counts only as long as the two have not met. */
function purposeOf(job: TransferJob): MeetingPurpose {
  const { signal, limits } = job;
  return {
    get peer() {
      return job.peer;
    },
    signal,
    connectTimeoutMs: limits.connectTimeoutMs,
    writeTimeoutMs: limits.stallTimeoutMs,
    gone: (peer, error) => {
      if (job.state === 'offered' && job.peer === peer) job.fail(transferError(error));
    },
  };
}

function noListener(): SilcTransferError {
  return new SilcTransferError('no-listener', 'neither side listens: no address to listen on is configured');
}

function checkSource({ name, size }: FileSource): void {
  const length = utf8(name).length;
  if (length === 0 || length > MAX_NAME || /[/\\\p{Cc}]/u.test(name) || name === '.' || name === '..') {
    throw new SilcError('usage', 'not the name of a file');
  }
  if (!Number.isSafeInteger(size) || size < 0)
    throw new SilcError('usage', `not the size of a file: ${size}`);
}
