import type { Codec } from './codec.js';

/** Methods of connection authentication, as requests and authentication payloads number them. */
export const AuthMethod = { none: 0, passphrase: 1, publicKey: 2 } as const;

/** Request: which method is wanted? Answer: the same with the method. */
export interface ConnectionAuthRequest {
  /** `ConnectionType`. */
  readonly connectionType: number;
  /** `AuthMethod`; 0 in a request. */
  readonly method: number;
}

/**
 * Connection Auth Request Payload, packet CONNECTION_AUTH_REQUEST (draft pp-09, 2.3.15):
 *   connection type u16 | authentication method u16
 */
export const connectionAuthRequestPayload: Codec<ConnectionAuthRequest> = {
  kind: 'connection auth request',
  decode(reader) {
    return { connectionType: reader.u16('connection type'), method: reader.u16('method') };
  },
  encode({ connectionType, method }, writer) {
    writer.u16(connectionType).u16(method);
  },
};
