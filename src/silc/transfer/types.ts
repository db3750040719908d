import type { SilcSession, User } from '../client/types.js';
import type { ClientId } from '../ids.js';
import type { ListenOptions } from '../peer/listener.js';
import type { MeetingOptions } from '../peer/meeting.js';
import type { SilcTransferError } from './errors.js';
import type { TransferLimits } from './limits.js';

/** What file transfers need of a session. */
export type TransferSession = Pick<SilcSession, 'subscribe' | 'sendFileTransfer' | 'whoisById' | 'getKey'>;

/** A file to be sent. */
export interface FileSource {
  /** The name alone, without directories, at most 255 octets. */
  readonly name: string;
  /** In octets. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified?: number;
  /**
   * Octets from `offset` on: `length` of them, or fewer, but at least one. Never called beyond `size`, and not before
   * the last call has settled.
   */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** A file that the sender shows. */
export interface IncomingFile {
  /** Safe as the last part of a path. */
  readonly name: string;
  /** As the sender told it: not to be used as a path. */
  readonly toldName: string;
  /** In octets, where the sender told it. The transfer fails when it is not true. */
  readonly size: number | undefined;
}

/** Where a received file goes. One call at a time; `finish` or `abort` is the last one. */
export interface FileWriter {
  /** The next octets, the writer's own. While it is pending nothing more is asked of the sender. */
  write(octets: Uint8Array): void | Promise<void>;
  /** The file is complete. */
  finish(): void | Promise<void>;
  /** The file is not complete and will not be; what was written is of no use. */
  abort(error: SilcTransferError): void | Promise<void>;
}

/** Makes the writer when the file is known. Throwing or rejecting ends the transfer with `sink`. */
export type FileSink = (file: IncomingFile) => FileWriter | Promise<FileWriter>;

/**
 * - `offered`: the peer has been told, or has to connect
 * - `connecting`: TCP and key exchange with the peer
 * - `transferring`: the peers speak with each other
 */
export type TransferState = 'offered' | 'connecting' | 'transferring' | 'finished' | 'failed';

/** How a transfer goes on. */
export type TransferEvent =
  | { readonly type: 'state'; readonly state: TransferState }
  /** The file of an incoming transfer is known. */
  | { readonly type: 'file'; readonly file: IncomingFile }
  /** Octets that the receiver has, or that were sent to it. Comes with each part of the file, 63,488 octets at most. */
  | { readonly type: 'progress'; readonly transferred: number; readonly size: number | undefined }
  /** The end, exactly once and last. */
  | { readonly type: 'ended'; readonly error: SilcTransferError | undefined };

/** One file on its way. */
export interface Transfer {
  readonly id: number;
  readonly direction: 'send' | 'receive';
  /** The other client; its newest ID as long as it has not connected. */
  readonly peer: ClientId;
  /** SHA-1 of the key that the peer has proved to have, 40 hex digits; undefined before it has. */
  readonly peerFingerprint: string | undefined;
  readonly state: TransferState;
  /** Undefined before the sender has shown it. */
  readonly name: string | undefined;
  readonly size: number | undefined;
  readonly transferred: number;
  /** Resolves when the receiver has the file; rejects with SilcTransferError. A rejection that nobody awaits does no harm. */
  readonly done: Promise<void>;
  /** Listeners run synchronously; what they throw is reported as a process warning. Returns the remover. */
  subscribe(listener: (event: TransferEvent) => void): () => void;
  /** Ends it; the peer sees the connection close. Safe at any time. */
  abort(): void;
}

/** A file that somebody wants to send. Its name and size are known only when the peers have met. */
export interface IncomingOffer {
  readonly id: number;
  readonly sender: User;
  /** The sender listens; otherwise this side has to. */
  readonly listens: boolean;
  /**
   * Takes the file.
   * @throws SilcError `usage` when the offer is answered or gone already, `overflow` when too many transfers go on,
   *   SilcTransferError `no-listener` when neither side can listen
   */
  accept(sink: FileSink, limits?: Partial<TransferLimits>): Transfer;
  /** Forgets the offer. SILC has no message for it: the sender waits until its own time has come. */
  reject(): void;
}

/** What others offer. */
export type OfferEvent =
  | { readonly type: 'offer'; readonly offer: IncomingOffer }
  /** Neither accepted nor rejected in time, or the session has ended. */
  | { readonly type: 'offer-expired'; readonly offer: IncomingOffer };

/** How files go: whose key, where to listen, which bounds. */
export interface FileTransferOptions extends MeetingOptions {
  /** Where to listen. Without it the peers have to. */
  readonly listen?: ListenOptions;
  /** Defaults for all transfers. */
  readonly limits?: Partial<TransferLimits>;
  /** How long an offer stands, in milliseconds, default 300,000. */
  readonly offerTimeoutMs?: number;
  /** Transfers at a time, offers of this side among them; default 16. */
  readonly maxTransfers?: number;
  /** Offers of others that wait at a time, default 32, and of one user, default 4. More are dropped. */
  readonly maxOffers?: number;
  readonly maxOffersPerUser?: number;
}
