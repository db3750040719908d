import { wipe } from '../../bytes.js';
import { DEFAULT_CIPHER, DEFAULT_HMAC, type CipherName, type HmacName } from '../../crypto/algorithms.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { Exchange } from '../../ke/state.js';
import { wipeSessionKeys } from '../../ke/session-keys.js';
import { NegotiatedReceiver, NegotiatedSender } from '../../messages/index.js';

/** The keys of both directions that one key exchange has made. */
export interface NegotiatedPair {
  readonly sender: NegotiatedSender;
  readonly receiver: NegotiatedReceiver;
  readonly peerPublicKey: SilcPublicKey;
  /** Of this side in the exchange. */
  readonly role: Exchange['role'];
  readonly cipher: CipherName;
  readonly hmac: HmacName;
  /** Made because somebody asked for it: neither side changes them by itself. */
  readonly lasting: boolean;
}

interface PairAlgorithms {
  readonly cipher: CipherName;
  readonly hmac: HmacName;
}

/** Takes the keys of an exchange inside private messages into use, and wipes what it left. */
export function negotiatedPair(backend: CryptoBackend, exchange: Exchange): NegotiatedPair {
  const pair = pairOf(backend, exchange, exchange.algorithms, false);
  wipeSessionKeys(exchange.keys);
  wipe(exchange.hash);
  return pair;
}

/**
 * Makes keys for private messages of the key exchange of a direct connection, which needs its own ones. Whatever was
 * negotiated there, messages are under `aes-256-cbc` and `hmac-sha1-96`.
 */
export function agreedPair(backend: CryptoBackend, exchange: Exchange): NegotiatedPair {
  return pairOf(backend, exchange, { cipher: DEFAULT_CIPHER, hmac: DEFAULT_HMAC }, true);
}

function pairOf(
  backend: CryptoBackend,
  exchange: Exchange,
  { cipher, hmac }: PairAlgorithms,
  lasting: boolean,
): NegotiatedPair {
  const { keys, role, peerPublicKey } = exchange;
  // Unlike in packets the derived IV is the whole counter block.
  const forth = { ...keys.initiatorToResponder, cipher, hmac, iv: keys.initiatorIv };
  const back = { ...keys.responderToInitiator, cipher, hmac, iv: keys.responderIv };
  const [own, peers] = role === 'initiator' ? [forth, back] : [back, forth];
  return {
    sender: new NegotiatedSender(backend, own),
    receiver: new NegotiatedReceiver(backend, peers),
    ...{ peerPublicKey, role, cipher, hmac, lasting },
  };
}

/** Overwrites the keys; the pair is of no use afterwards. */
export function wipePair(pair: NegotiatedPair): void {
  pair.sender.wipe();
  pair.receiver.wipe();
}
