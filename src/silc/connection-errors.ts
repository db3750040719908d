import { SilcError, SilcKeyExchangeError, SilcStreamOverError } from './errors.js';
import { failureText } from './ke/failure.js';
import { decodePayload } from './packets/codec.js';
import { statusPayload } from './packets/status-payload.js';

/** The peer answers a rekey by FAILURE. */
export function refusedRekey(payload: Uint8Array): SilcKeyExchangeError {
  const status = decodePayload(statusPayload, payload);
  return new SilcKeyExchangeError(status, `rekey refused by the peer: ${failureText(status)}`);
}

/** What ends a connection, as an error of the engine. */
export function brokenConnection(error: unknown): SilcError {
  if (error instanceof SilcError) return error;
  const reason = error instanceof Error ? error.message : 'unknown reason';
  return new SilcError('closed', `connection broke: ${reason}`, { cause: error });
}

/** The stream was over before it was written to: it may still be read. */
export function isStreamOver(error: unknown): boolean {
  return error instanceof SilcStreamOverError;
}
