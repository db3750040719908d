import { SilcError, type SilcErrorCode } from '../errors.js';
import { SftpStatusError } from '../sftp/status.js';

/** Why a transfer did not come to its end, and the code that its error has. */
const reasons = {
  /** `abort()` was called, or the session with the server ended before the peers had met. */
  aborted: 'closed',
  /** The peer ended the connection before the file was complete. */
  'peer-aborted': 'closed',
  /** Nobody took up the offer in time. */
  'not-answered': 'timeout',
  /** The server does not know the peer. */
  'peer-gone': 'closed',
  /** No connection to the address that the peer named. */
  'not-connected': 'closed',
  /** The policy does not let this side connect to the address that the peer named. */
  'address-refused': 'unsupported',
  /** Neither side listens, or there is no port left to listen on. */
  'no-listener': 'unsupported',
  /** The key of the peer is not the one of the user. */
  'peer-key': 'server-key',
  /** The key exchange with the peer failed otherwise. */
  'key-exchange': 'key-exchange',
  /** The peer does not follow the protocol, or the file is longer or shorter than it told. */
  protocol: 'malformed',
  /** The file is larger than allowed, or the peer asks for more than it needs. */
  limit: 'limit',
  /** Nothing came for too long, the transfer was too slow, or took too long as a whole. */
  timeout: 'timeout',
  /** The peer answered with an error status of SFTP; the cause is an SftpStatusError. */
  refused: 'command',
  /** The application's file could not be read. */
  source: 'usage',
  /** The application did not want the file, or could not store it. */
  sink: 'usage',
} as const satisfies Record<string, SilcErrorCode>;

export type TransferFailure = keyof typeof reasons;

/** The end of a transfer that failed. */
export class SilcTransferError extends SilcError {
  readonly reason: TransferFailure;

  constructor(reason: TransferFailure, message: string, options?: { cause?: unknown }) {
    super(reasons[reason], message, options);
    this.name = 'SilcTransferError';
    this.reason = reason;
  }
}

const byCode: Partial<Record<SilcErrorCode, TransferFailure>> = {
  malformed: 'protocol',
  unsupported: 'protocol',
  limit: 'limit',
  overflow: 'limit',
  authentication: 'protocol',
  'key-exchange': 'key-exchange',
  'server-key': 'peer-key',
  timeout: 'timeout',
  closed: 'peer-aborted',
  disconnected: 'peer-aborted',
};

/** Any error as the end of a transfer. */
export function transferError(error: unknown): SilcTransferError {
  if (error instanceof SilcTransferError) return error;
  if (error instanceof SftpStatusError) {
    return new SilcTransferError('refused', error.message, { cause: error });
  }
  if (error instanceof SilcError) {
    return new SilcTransferError(byCode[error.code] ?? 'aborted', error.message, { cause: error });
  }
  return new SilcTransferError('aborted', 'the transfer failed', { cause: error });
}
