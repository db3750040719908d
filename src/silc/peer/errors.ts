import { SilcError, type SilcErrorCode } from '../errors.js';

/** Why two clients did not meet, or lost each other, and the code that the error has. */
export const peerFailures = {
  /** It was ended on this side, or the session with the server ended before the peers had met. */
  aborted: 'closed',
  /** The peer ended the connection too early. */
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
  /** The peer does not follow the protocol. */
  protocol: 'malformed',
  /** Too many connections that were not the peer's, or the peer asks for more than it needs. */
  limit: 'limit',
  /** Nothing came for too long, or it took too long as a whole. */
  timeout: 'timeout',
} as const satisfies Record<string, SilcErrorCode>;

/** Why two clients did not meet. */
export type PeerFailure = keyof typeof peerFailures;

/** Two clients that were to speak with each other directly did not, or not to the end. */
export class SilcPeerError extends SilcError {
  readonly reason: PeerFailure;

  constructor(reason: PeerFailure, message: string, options?: { cause?: unknown }) {
    super(peerFailures[reason], message, options);
    this.name = 'SilcPeerError';
    this.reason = reason;
  }
}

const byCode: Partial<Record<SilcErrorCode, PeerFailure>> = {
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

/** Any error as what went wrong between the peers. */
export function peerError(error: unknown): SilcPeerError {
  if (error instanceof SilcPeerError) return error;
  if (error instanceof SilcError) {
    return new SilcPeerError(byCode[error.code] ?? 'aborted', error.message, { cause: error });
  }
  return new SilcPeerError('aborted', 'the connection with the peer failed', { cause: error });
}
