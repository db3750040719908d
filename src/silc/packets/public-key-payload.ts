import { SilcError } from '../errors.js';
import type { Codec } from './codec.js';

/** Kinds of public keys. The toolkit has numbers for all and code for `silc` only. */
export const PublicKeyType = { silc: 1, ssh2: 2, x509v3: 3, openPgp: 4, spki: 5 } as const;

const typeNames: readonly string[] = ['', 'SILC', 'SSH2', 'X.509v3', 'OpenPGP', 'SPKI'];

/** An error that names the type of a public key that is not SILC's own. */
export function unsupportedKeyType(type: number): SilcError {
  return new SilcError(
    'unsupported',
    `public key of type ${typeNames[type] ?? type}, where SILC's own is wanted`,
  );
}

/** A public key of some type; `data` is not looked into. */
export interface PublicKeyPayload {
  readonly type: number;
  readonly data: Uint8Array;
}

/**
 * Public Key Payload (draft pp-09, 2.3.2.5):
 *   key length u16 | key type u16 | key
 */
export const publicKeyPayload: Codec<PublicKeyPayload> = {
  kind: 'public key payload',
  decode(reader) {
    const length = reader.u16('public key length');
    const type = reader.u16('public key type');
    return { type, data: reader.bytes(length, 'public key') };
  },
  encode({ type, data }, writer) {
    writer.u16(data.length).u16(type).bytes(data);
  },
};
