import { DEFAULT_CIPHER, DEFAULT_HMAC, hmacs, type CipherName, type HmacName } from '../crypto/algorithms.js';
import type { CryptoBackend, HashName } from '../crypto/backend.js';
import { staticKeyMaterial } from '../crypto/key-material.js';
import { wipe } from '../bytes.js';
import { tryOpenMessage, type MessageKey, type MessageParties, type OpenedMessage } from './protection.js';

/** The algorithms of a message key; those that are not told are `aes-256-cbc` and `hmac-sha1-96`. */
export interface MessageAlgorithms {
  readonly cipher?: CipherName | undefined;
  readonly hmac?: HmacName | undefined;
}

/**
 * Key of a channel: the cipher key is what the server gave, the HMAC key a digest of it.
 * @param hash default the hash function of the HMAC; some clients keep another one (see `channelKeyCandidates`)
 */
export function channelMessageKey(
  backend: CryptoBackend,
  key: Uint8Array,
  algorithms: MessageAlgorithms = {},
  hash?: HashName,
): MessageKey {
  const { cipher = DEFAULT_CIPHER, hmac = DEFAULT_HMAC } = algorithms;
  const digest = backend.hash(hash ?? hmacs[hmac].hash, key);
  return { cipher, hmac, encryptionKey: new Uint8Array(key), hmacKey: digest };
}

/**
 * The keys that a member of a channel may have made of one channel key: the toolkit's client takes `hmac-sha1-96` on
 * joining whatever the channel has, and keeps the old digest when the HMAC changes. The usual
 * one is first.
 * @param former HMACs that the channel had before, which members who did not hear of a change still use
 */
export function channelKeyCandidates(
  backend: CryptoBackend,
  key: Uint8Array,
  algorithms: MessageAlgorithms = {},
  former: readonly HmacName[] = [],
): readonly MessageKey[] {
  const { cipher, hmac: advertised = DEFAULT_HMAC } = algorithms;
  const names = [...new Set<HmacName>([advertised, DEFAULT_HMAC, ...former])];
  return names.flatMap((hmac) =>
    [...new Set<HashName>([hmacs[hmac].hash, 'sha1', ...former.map((name) => hmacs[name].hash)])].map(
      (hash) => channelMessageKey(backend, key, { cipher, hmac }, hash),
    ),
  );
}

/** Key of a channel that its users set themselves (mode +k), of a passphrase. Always 256 bits. */
export function channelPrivateKey(
  backend: CryptoBackend,
  passphrase: Uint8Array,
  algorithms: MessageAlgorithms = {},
): MessageKey {
  const material = staticKeyMaterial(backend, passphrase);
  try {
    return channelMessageKey(backend, material.sendEncryptionKey, algorithms);
  } finally {
    wipe(material.sendIv, material.receiveIv, material.sendHmacKey, material.receiveHmacKey);
    wipe(material.sendEncryptionKey, material.receiveEncryptionKey);
  }
}

/** Keys of both directions of private messages. */
export interface MessageKeyPair {
  readonly send: MessageKey;
  readonly receive: MessageKey;
}

/**
 * Keys of private messages that two users set themselves.
 * @param role `initiator` is who sent the PRIVATE_MESSAGE_KEY packet, or would have
 */
export function staticMessageKeys(
  backend: CryptoBackend,
  secret: Uint8Array,
  role: 'initiator' | 'responder',
  algorithms: MessageAlgorithms = {},
): MessageKeyPair {
  const { cipher = DEFAULT_CIPHER, hmac = DEFAULT_HMAC } = algorithms;
  const material = staticKeyMaterial(backend, secret);
  wipe(material.sendIv, material.receiveIv);
  const initiators = {
    cipher,
    hmac,
    encryptionKey: material.sendEncryptionKey,
    hmacKey: material.sendHmacKey,
  };
  const responders = {
    cipher,
    hmac,
    encryptionKey: material.receiveEncryptionKey,
    hmacKey: material.receiveHmacKey,
  };
  return role === 'initiator'
    ? { send: initiators, receive: responders }
    : { send: responders, receive: initiators };
}

/**
 * Opens a message with the first of the keys whose MAC it carries: current and recent keys of a channel, in all forms.
 * Undefined when it is under none of them.
 * @throws SilcError `malformed` when its MAC is right and the message is none
 */
export function openWithAny(
  backend: CryptoBackend,
  keys: Iterable<MessageKey>,
  parties: MessageParties,
  payload: Uint8Array,
): (OpenedMessage & { readonly key: MessageKey }) | undefined {
  for (const key of keys) {
    const opened = tryOpenMessage(backend, key, parties, payload);
    if (opened !== undefined) return { ...opened, key };
  }
  return undefined;
}

/** Overwrites a key with zeros. */
export function wipeMessageKey(key: MessageKey): void {
  wipe(key.encryptionKey, key.hmacKey);
}
