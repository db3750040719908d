import { SilcError } from '../errors.js';
import { decodePayload, encodePayload, type Codec } from '../packets/codec.js';
import { keyExchangePayload, type KeyExchangePayload } from '../packets/key-exchange.js';
import { keyExchangeStartPayload, type KeyExchangeStart } from '../packets/key-exchange-start.js';
import { PublicKeyType, unsupportedKeyType } from '../packets/public-key-payload.js';
import { FailureStatus, refuse } from './failure.js';

/** @throws SilcKeyExchangeError `badPayload` */
export function decodeStart(payload: Uint8Array): KeyExchangeStart {
  return decode(keyExchangeStartPayload, payload);
}

export function encodeStart(start: KeyExchangeStart): Uint8Array {
  return encodePayload(keyExchangeStartPayload, start);
}

/** @throws SilcKeyExchangeError `badPayload`, or `unsupportedPublicKey` for a key of another type than SILC's own */
export function decodeKeyExchange(payload: Uint8Array): KeyExchangePayload {
  const decoded = decode(keyExchangePayload, payload);
  if (decoded.publicKey.length > 0 && decoded.publicKeyType !== PublicKeyType.silc) {
    const { message } = unsupportedKeyType(decoded.publicKeyType);
    throw refuse(FailureStatus.unsupportedPublicKey, message);
  }
  return decoded;
}

/** Key and signature may be empty: see the codec. */
export function encodeKeyExchange(fields: Omit<KeyExchangePayload, 'publicKeyType'>): Uint8Array {
  return encodePayload(keyExchangePayload, { ...fields, publicKeyType: PublicKeyType.silc });
}

function decode<T>(codec: Codec<T>, payload: Uint8Array): T {
  try {
    return decodePayload(codec, payload);
  } catch (cause) {
    if (cause instanceof SilcError) throw refuse(FailureStatus.badPayload, cause.message, cause);
    throw cause;
  }
}
