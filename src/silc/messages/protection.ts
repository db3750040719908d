import { concat, constantTimeEqual, wipe } from '../bytes.js';
import { hmac, hmacs, type CipherName, type HmacName } from '../crypto/algorithms.js';
import type { CipherStream, CryptoBackend } from '../crypto/backend.js';
import { createCipher } from '../crypto/cipher.js';
import { pooledRandom } from '../crypto/random-pool.js';
import { SilcError } from '../errors.js';
import { idBytes, type ChannelId, type ClientId } from '../ids.js';
import { acknowledgementOf } from './acknowledgement.js';
import {
  checkMessageLength,
  composeMessage,
  decodeMessage,
  encryptedLength,
  type MessagePayload,
  type OutgoingMessage,
} from './message-payload.js';

/** A key of messages, in one direction. All octets are secret. */
export interface MessageKey {
  readonly cipher: CipherName;
  readonly hmac: HmacName;
  /** 16, 24 or 32 octets: not always the number in the cipher's name. */
  readonly encryptionKey: Uint8Array;
  readonly hmacKey: Uint8Array;
}

/** Both IDs are part of the MAC. */
export interface MessageParties {
  readonly sender: ClientId;
  readonly receiver: ClientId | ChannelId;
}

/** Whether the MAC covers the IDs. Senders before 2014 left them out. */
export type MacForm = 'with-ids' | 'without-ids';

export interface OpenedMessage {
  readonly message: MessagePayload;
  readonly macForm: MacForm;
}

export interface ProtectOptions {
  /** The IV instead of 16 random octets. For reproducible output. */
  readonly iv?: Uint8Array | undefined;
  /** Default with the IDs; for receivers that know only the other form without. */
  readonly macForm?: MacForm | undefined;
}

const BLOCK_LENGTH = 16;
const IV_LENGTH = 16;

/**
 * A message under a key that is used for many messages in any order: channel keys, channel private keys and static
 * private message keys. The IV is inside (draft pp-09, 2.3.2.6; the MAC over the IDs is the toolkit's):
 *   E(flags … padding) | signature part | IV 16 | MAC over all before it, sender ID and receiver ID
 * @throws SilcError as `composeMessage`
 */
export function protectMessage(
  backend: CryptoBackend,
  key: MessageKey,
  parties: MessageParties,
  message: OutgoingMessage,
  options: ProtectOptions = {},
): Uint8Array {
  const iv = options.iv ?? pooledRandom(backend, IV_LENGTH);
  const cipher = createCipher(backend, key.cipher, 'encrypt', key.encryptionKey, iv);
  try {
    return sealMessage(backend, key, cipher, parties, message, { iv, macForm: options.macForm });
  } finally {
    cipher.wipe();
  }
}

/**
 * Opens what `protectMessage` made. The MAC is checked before anything is decrypted.
 * @throws SilcError `authentication` when the MAC is not one by this key, `malformed` when the message is none
 */
export function openMessage(
  backend: CryptoBackend,
  key: MessageKey,
  parties: MessageParties,
  payload: Uint8Array,
): OpenedMessage {
  const opened = tryOpenMessage(backend, key, parties, payload);
  if (opened === undefined) throw new SilcError('authentication', 'message with a wrong MAC');
  return opened;
}

/** As `openMessage`, but undefined where the MAC is not one by this key. @throws SilcError `malformed` */
export function tryOpenMessage(
  backend: CryptoBackend,
  key: MessageKey,
  parties: MessageParties,
  payload: Uint8Array,
): OpenedMessage | undefined {
  const verified = verifiedPart(backend, key, parties, payload, IV_LENGTH);
  if (verified === undefined) return undefined;
  const end = verified.covered.length - IV_LENGTH;
  const iv = verified.covered.subarray(end);
  const cipher = createCipher(backend, key.cipher, 'decrypt', key.encryptionKey, iv);
  try {
    return { message: decrypt(cipher, verified.covered.subarray(0, end)), macForm: verified.macForm };
  } finally {
    cipher.wipe();
  }
}

/** Keys of one direction that a key exchange made, with the state that goes from message to message. */
export interface NegotiatedKey extends MessageKey {
  /** 16 octets: CBC: the first IV. CTR: counter block, incremented before each block. */
  readonly iv: Uint8Array;
}

/**
 * Sends private messages under a negotiated key. There is no IV in the message: the cipher's state continues from
 * message to message, so every message made must be sent, in order.
 */
export class NegotiatedSender {
  readonly #backend: CryptoBackend;
  readonly #key: MessageKey;
  readonly #cipher: CipherStream;

  constructor(backend: CryptoBackend, key: NegotiatedKey) {
    this.#backend = backend;
    this.#key = { ...key, hmacKey: new Uint8Array(key.hmacKey) };
    this.#cipher = createCipher(backend, key.cipher, 'encrypt', key.encryptionKey, key.iv);
  }

  /** @throws SilcError as `composeMessage`; the state is then as before. */
  protect(parties: MessageParties, message: OutgoingMessage, macForm?: MacForm): Uint8Array {
    const options = { iv: new Uint8Array(0), macForm };
    return sealMessage(this.#backend, this.#key, this.#cipher, parties, message, options);
  }

  /** What the receiver of a message that was made here acknowledges it with. */
  acknowledgement(payload: Uint8Array): Uint8Array {
    return acknowledgementOf(this.#backend, this.#key, payload);
  }

  /** Overwrites the keys as far as they are reachable; the object is of no use afterwards. */
  wipe(): void {
    wipe(this.#key.hmacKey);
    this.#cipher.wipe();
  }
}

/** Receives private messages under a negotiated key, in the order in which they were sent. */
export class NegotiatedReceiver {
  readonly #backend: CryptoBackend;
  readonly #key: MessageKey;
  readonly #cipher: CipherStream;

  constructor(backend: CryptoBackend, key: NegotiatedKey) {
    this.#backend = backend;
    this.#key = { ...key, hmacKey: new Uint8Array(key.hmacKey) };
    this.#cipher = createCipher(backend, key.cipher, 'decrypt', key.encryptionKey, key.iv);
  }

  /**
   * @throws SilcError `authentication` when the MAC is wrong: the state is then as before, but the sender's has moved
   *   on, so the key is of no more use unless the message was not under it at all. `malformed` likewise.
   */
  open(parties: MessageParties, payload: Uint8Array): OpenedMessage {
    const verified = verifiedPart(this.#backend, this.#key, parties, payload, 0);
    if (verified === undefined) throw new SilcError('authentication', 'message with a wrong MAC');
    return { message: decrypt(this.#cipher, verified.covered), macForm: verified.macForm };
  }

  /** What a message that was opened here is acknowledged with. */
  acknowledgement(payload: Uint8Array): Uint8Array {
    return acknowledgementOf(this.#backend, this.#key, payload);
  }

  /** Overwrites the keys as far as they are reachable; the object is of no use afterwards. */
  wipe(): void {
    wipe(this.#key.hmacKey);
    this.#cipher.wipe();
  }
}

function sealMessage(
  backend: CryptoBackend,
  key: MessageKey,
  cipher: CipherStream,
  { sender, receiver }: MessageParties,
  message: OutgoingMessage,
  { iv, macForm = 'with-ids' }: ProtectOptions & { readonly iv: Uint8Array },
): Uint8Array {
  const { body, signaturePart } = composeMessage(backend, message);
  checkMessageLength(body.length + signaturePart.length + iv.length + hmacs[key.hmac].length);
  const sealed = concat(cipher.update(body), signaturePart, iv);
  const ids = macForm === 'with-ids' ? [idBytes(sender), idBytes(receiver)] : [];
  return concat(sealed, hmac(backend, key.hmac, key.hmacKey, sealed, ...ids));
}

/** What the MAC covers; undefined when the MAC is wrong, or there is no room for a block, IV and MAC. */
function verifiedPart(
  backend: CryptoBackend,
  key: MessageKey,
  { sender, receiver }: MessageParties,
  payload: Uint8Array,
  ivLength: number,
): { readonly covered: Uint8Array; readonly macForm: MacForm } | undefined {
  const end = payload.length - hmacs[key.hmac].length;
  if (end < BLOCK_LENGTH + ivLength) return undefined;
  const covered = payload.subarray(0, end);
  const mac = payload.subarray(end);
  const ids = [idBytes(sender), idBytes(receiver)];
  const verifies = (...parts: readonly Uint8Array[]): boolean =>
    constantTimeEqual(hmac(backend, key.hmac, key.hmacKey, covered, ...parts), mac);
  if (verifies(...ids)) return { covered, macForm: 'with-ids' };
  return verifies() ? { covered, macForm: 'without-ids' } : undefined;
}

/** The first block tells how far the encrypted part goes; what follows is in the clear. */
function decrypt(cipher: CipherStream, octets: Uint8Array): MessagePayload {
  const first = cipher.update(octets.subarray(0, BLOCK_LENGTH));
  const end = encryptedLength(first, octets.length);
  const rest = cipher.update(octets.subarray(BLOCK_LENGTH, end));
  return decodeMessage(concat(first, rest, octets.subarray(end)));
}
