import { SilcError } from '../errors.js';
import { AuthMethod } from './connection-auth-request.js';
import type { Codec } from './codec.js';

/** Proof of a right: resuming, founder and operator rights, joining with a channel's key list. */
export interface AuthenticationPayload {
  /** `AuthMethod`; unknown ones are handed on. */
  readonly method: number;
  /** Public key: at least 128 random octets that are signed too. Passphrase: empty. */
  readonly random: Uint8Array;
  /** The passphrase (secret), or a signature over H(random || ID || public key). */
  readonly data: Uint8Array;
}

/** Fewest random octets of a public key authentication that receivers take. */
export const MIN_AUTH_RANDOM = 128;

const HEADER_LENGTH = 8;

/**
 * Authentication Payload (draft spec-09, 3.9.1):
 *   payload length u16 (all of it) | method u16 | random length u16, random data |
 *   authentication data length u16, authentication data
 */
export const authenticationPayload: Codec<AuthenticationPayload> = {
  kind: 'authentication payload',
  decode(reader) {
    const start = reader.offset;
    const length = reader.u16('authentication payload length');
    const method = reader.u16('authentication method');
    const random = reader.block16('random data');
    const data = reader.block16('authentication data');
    if (reader.offset - start !== length) {
      throw new SilcError('malformed', 'authentication payload whose length is not that of its fields');
    }
    if (data.length === 0) throw new SilcError('malformed', 'authentication payload without data');
    if (method === AuthMethod.passphrase && random.length > 0) {
      throw new SilcError('malformed', 'random data beside a passphrase');
    }
    if (method === AuthMethod.publicKey && random.length < MIN_AUTH_RANDOM) {
      throw new SilcError('malformed', `only ${random.length} octets of random data`);
    }
    return { method, random, data };
  },
  encode({ method, random, data }, writer) {
    if (method === AuthMethod.passphrase && data.length === 0) {
      throw new SilcError('usage', 'an empty passphrase cannot be sent');
    }
    writer.u16(HEADER_LENGTH + random.length + data.length).u16(method);
    writer.block16(random).block16(data);
  },
};
