import { SilcError, SilcKeyExchangeError } from '../errors.js';

/** Status of a FAILURE packet in key exchange (draft ke-auth-09, 2.4). Internal errors are told as `error`. */
export const FailureStatus = {
  ok: 0,
  error: 1,
  badPayload: 2,
  unsupportedGroup: 3,
  unsupportedCipher: 4,
  unsupportedPkcs: 5,
  unsupportedHash: 6,
  unsupportedHmac: 7,
  unsupportedPublicKey: 8,
  incorrectSignature: 9,
  badVersion: 10,
  invalidCookie: 11,
} as const;
export type FailureStatus = (typeof FailureStatus)[keyof typeof FailureStatus];

const texts: readonly string[] = [
  'no error',
  'unspecified error',
  'malformed payload',
  'no usable Diffie-Hellman group',
  'no usable cipher',
  'no usable public key algorithm',
  'no usable hash function',
  'no usable HMAC',
  'unsupported public key',
  'incorrect signature',
  'version not usable',
  'invalid cookie',
];

/** English text of a failure status. */
export function failureText(status: number): string {
  return texts[status] ?? `unknown status ${status}`;
}

/** An error that this side found: its status is what the FAILURE packet to the peer carries. */
export function refuse(status: FailureStatus, detail?: string, cause?: unknown): SilcKeyExchangeError {
  const text = `key exchange: ${failureText(status)}${detail === undefined ? '' : `: ${detail}`}`;
  return new SilcKeyExchangeError(status, text, cause === undefined ? {} : { cause });
}

/** The status to tell the peer about an error of this side; `error` where it has none. */
export function statusOf(error: unknown): number {
  if (error instanceof SilcKeyExchangeError) return error.status;
  if (error instanceof SilcError) {
    if (error.code === 'server-key') return FailureStatus.unsupportedPublicKey;
    if (error.code === 'malformed' || error.code === 'limit') return FailureStatus.badPayload;
  }
  return FailureStatus.error;
}
