import { Reader, Writer } from '../bytes.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { pooledRandom } from '../crypto/random-pool.js';
import { SilcError } from '../errors.js';
import { MessageFlag } from './message-flag.js';
import { messageSignature, readSignature, type MessageSignature, type MessageSigner } from './signed-part.js';

/*
 * Message Payload, packets CHANNEL_MESSAGE and PRIVATE_MESSAGE (draft pp-09, 2.3.2.6):
 *   flags u16 | data length u16, data | padding length u16, padding | signature part, only with the flag |
 *   IV 16 and MAC where a message key protects it: see protection.ts, which encrypts flags to padding
 */

/** A message payload in the clear. Arrays are views of what was decoded. */
export interface MessagePayload {
  /** `MessageFlag` bits. */
  readonly flags: number;
  readonly data: Uint8Array;
  readonly padding: Uint8Array;
  /** Undefined also where the flag is set and the part is missing. */
  readonly signature: MessageSignature | undefined;
}

/** A message to be sent. */
export interface OutgoingMessage {
  /** `MessageFlag` bits; the signed flag is set with `signer`. */
  readonly flags: number;
  /** 1 to about 65400 octets: the packet has to fit 65535. */
  readonly data: Uint8Array;
  readonly signer?: MessageSigner | undefined;
  /** The padding itself, of the length that is due, instead of random octets. For reproducible output. */
  readonly padding?: Uint8Array | undefined;
}

/** Octets of flags and the two lengths. */
const FIXED_LENGTH = 6;
const BLOCK_LENGTH = 16;
/** No packet has room for more. */
const MAX_PAYLOAD_LENGTH = 0xffff;

/** Octets of padding behind so much data: 1 to 16, so that what is encrypted is whole blocks, whatever the cipher. */
export function messagePadding(dataLength: number): number {
  return BLOCK_LENGTH - ((FIXED_LENGTH + dataLength) % BLOCK_LENGTH);
}

/**
 * How many octets, of at most `available`, are encrypted in a message whose first block in the clear is `first`. The
 * rest is the signature part. Messages padded less than they should be end with the last whole block.
 * @throws SilcError `malformed` when the data is longer than the message
 */
export function encryptedLength(first: Uint8Array, available: number): number {
  const reader = new Reader(first);
  reader.u16('message flags');
  const dataLength = reader.u16('message data length');
  if (FIXED_LENGTH + dataLength > available) {
    throw new SilcError('malformed', 'message data is longer than the message');
  }
  const wanted = FIXED_LENGTH + dataLength + messagePadding(dataLength);
  return Math.min(wanted, available - (available % BLOCK_LENGTH));
}

/**
 * A message payload in the clear, without IV and MAC: private messages that only the session protects, and what
 * protection.ts decrypted. Padding of any length and octets that nothing explains behind it are tolerated.
 * @throws SilcError `malformed`
 */
export function decodeMessage(plain: Uint8Array): MessagePayload {
  const reader = new Reader(plain);
  const flags = reader.u16('message flags');
  const data = reader.block16('message data');
  const padding = reader.block16('message padding');
  const signed = (flags & MessageFlag.signed) !== 0 && reader.remaining > 0;
  return { flags, data, padding, signature: signed ? readSignature(plain, reader) : undefined };
}

/** The two parts of a message payload in the clear. */
export interface ComposedMessage {
  /** Flags to padding; a multiple of 16 octets. */
  readonly body: Uint8Array;
  /** Empty where the message is not signed. */
  readonly signaturePart: Uint8Array;
}

/**
 * Flags, data, padding and signature of a message.
 * @throws SilcError `usage` when the data is empty or padding of another length is given; `limit` when it is too long
 *   for any packet.
 */
export function composeMessage(backend: CryptoBackend, message: OutgoingMessage): ComposedMessage {
  const { data, signer } = message;
  if (data.length === 0) throw new SilcError('usage', 'a message without data cannot be sent');
  const paddingLength = messagePadding(data.length);
  const bodyLength = FIXED_LENGTH + data.length + paddingLength;
  if (bodyLength > MAX_PAYLOAD_LENGTH) throw new SilcError('limit', `message of ${data.length} octets`);
  const padding = message.padding ?? pooledRandom(backend, paddingLength);
  if (padding.length !== paddingLength) {
    throw new SilcError('usage', `padding of ${padding.length} octets where ${paddingLength} are due`);
  }
  const flags =
    signer === undefined ? message.flags & ~MessageFlag.signed : message.flags | MessageFlag.signed;
  const writer = new Writer(bodyLength).u16(flags).block16(data);
  const body = writer.block16(padding).finish();
  const signaturePart = signer === undefined ? new Uint8Array(0) : messageSignature(backend, body, signer);
  checkMessageLength(bodyLength + signaturePart.length);
  return { body, signaturePart };
}

/** @throws SilcError `limit` when no packet has room for a message payload of so many octets. */
export function checkMessageLength(length: number): void {
  if (length > MAX_PAYLOAD_LENGTH) throw new SilcError('limit', `message payload of ${length} octets`);
}

/** A message payload that only the session protects. Same errors as `composeMessage`. */
export function encodeMessage(backend: CryptoBackend, message: OutgoingMessage): Uint8Array {
  const { body, signaturePart } = composeMessage(backend, message);
  return new Writer(body.length + signaturePart.length).bytes(body).bytes(signaturePart).finish();
}
