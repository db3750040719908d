import { SilcError, type SilcErrorCode } from '../errors.js';
import { peerError, peerFailures } from '../peer/errors.js';
import { SftpStatusError } from '../sftp/status.js';

/** Why a transfer did not come to its end, and the code that its error has. */
const reasons = {
  ...peerFailures,
  /** The peer answered with an error status of SFTP; the cause is an SftpStatusError. */
  refused: 'command',
  /** The application's file could not be read. */
  source: 'usage',
  /** The application did not want the file, or could not store it. */
  sink: 'usage',
} as const satisfies Record<string, SilcErrorCode>;

/** Why a transfer failed: one of those above, or of `PeerFailure`. */
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

/** Any error as the end of a transfer. */
export function transferError(error: unknown): SilcTransferError {
  if (error instanceof SilcTransferError) return error;
  if (error instanceof SftpStatusError) {
    return new SilcTransferError('refused', error.message, { cause: error });
  }
  const { reason, message } = peerError(error);
  return new SilcTransferError(reason, message, { cause: error });
}
