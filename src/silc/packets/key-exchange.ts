import { stripLeadingZeros } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { Codec } from './codec.js';
import { PublicKeyType } from './public-key-payload.js';

/** The two halves of a Diffie-Hellman exchange travel in one of these each. */
export interface KeyExchangePayload {
  /** `PublicKeyType`; only `silc` is in use. */
  readonly publicKeyType: number;
  /** Encoded public key; empty in rekeys and nowhere else. */
  readonly publicKey: Uint8Array;
  /** e or f: minimal big-endian, leading zeros removed. */
  readonly publicValue: Uint8Array;
  /** Empty where the side does not sign: the initiator without mutual authentication, and rekeys. */
  readonly signature: Uint8Array;
}

/** Shortest public value that receivers take, leading zeros counted. */
const MIN_PUBLIC_VALUE = 16;
/** Longest field: far above 16384-bit keys. */
const MAX_FIELD = 8192;

/**
 * Key Exchange Payload, packets KEY_EXCHANGE_1 and KEY_EXCHANGE_2 (draft ke-auth-09, 2.1.2):
 *   public key length u16 | public key type u16 | public key | public value length u16, public
 *   value | signature length u16, signature
 */
export const keyExchangePayload: Codec<KeyExchangePayload> = {
  kind: 'key exchange',
  decode(reader) {
    const keyLength = reader.u16('public key length');
    const publicKeyType = reader.u16('public key type');
    if (publicKeyType < PublicKeyType.silc || publicKeyType > PublicKeyType.spki) {
      throw new SilcError('malformed', `public key type ${publicKeyType}`);
    }
    if (keyLength > MAX_FIELD) throw new SilcError('limit', `public key of ${keyLength} octets`);
    const publicKey = reader.bytes(keyLength, 'public key');
    const value = reader.block16('public value', MAX_FIELD);
    if (value.length < MIN_PUBLIC_VALUE) {
      throw new SilcError('malformed', `public value of ${value.length} octets`);
    }
    const signature = reader.block16('signature', MAX_FIELD);
    return { publicKeyType, publicKey, publicValue: stripLeadingZeros(value), signature };
  },
  encode({ publicKeyType, publicKey, publicValue, signature }, writer) {
    writer.u16(publicKey.length).u16(publicKeyType).bytes(publicKey);
    writer.block16(publicValue).block16(signature);
  },
};
