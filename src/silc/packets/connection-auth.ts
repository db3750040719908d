import { SilcError } from '../errors.js';
import type { Codec } from './codec.js';

/** What the initiator of a connection is. */
export const ConnectionType = { client: 1, server: 2, router: 3 } as const;

/**
 * Proof of being allowed to connect; which method it is follows from what was asked for. `data` is empty (none), the
 * UTF-8 passphrase, or a signature over HASH and the initiator's start payload.
 */
export interface ConnectionAuth {
  readonly connectionType: number;
  readonly data: Uint8Array;
}

/**
 * Connection Auth Payload, packet CONNECTION_AUTH (draft ke-auth-09, 3.1):
 *   payload length u16 (all of it) | connection type u16 | authentication data up to the end
 */
export const connectionAuthPayload: Codec<ConnectionAuth> = {
  kind: 'connection auth',
  decode(reader) {
    const whole = reader.remaining;
    if (reader.u16('connection auth length') !== whole) {
      throw new SilcError('malformed', 'connection auth whose length is not that of the payload');
    }
    const connectionType = reader.u16('connection type');
    if (connectionType < ConnectionType.client || connectionType > ConnectionType.router) {
      throw new SilcError('malformed', `connection type ${connectionType}`);
    }
    return { connectionType, data: reader.rest() };
  },
  encode({ connectionType, data }, writer) {
    writer
      .u16(4 + data.length)
      .u16(connectionType)
      .bytes(data);
  },
};
