import { SilcTransferError, type TransferFailure } from '../../../silc/transfer/errors.js';
import { type Text, text } from '../../../text/text.js';

const reasons = {
  aborted: 'transferAborted',
  'peer-aborted': 'peerAborted',
  'not-answered': 'notAnswered',
  'peer-gone': 'peerGone',
  'not-connected': 'notConnected',
  'address-refused': 'addressRefused',
  'no-listener': 'noListener',
  'peer-key': 'peerKey',
  'key-exchange': 'keyExchange',
  protocol: 'protocol',
  limit: 'limit',
  timeout: 'timeout',
  refused: 'senderRefused',
  source: 'unreadable',
  sink: 'notStored',
} as const satisfies Readonly<Record<TransferFailure, string>>;

/** Why a transfer did not come to its end, for those who wait for the file. */
export const failureText = (error: unknown): Text =>
  text(({ files }) =>
    error instanceof SilcTransferError ? files[reasons[error.reason]] : files.transferFailed,
  );
