import { wipe } from '../../bytes.js';
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
}

/** Takes the keys of an exchange into use and wipes what it left. */
export function negotiatedPair(backend: CryptoBackend, exchange: Exchange): NegotiatedPair {
  const { keys, role, peerPublicKey } = exchange;
  // Unlike in packets the derived IV is the whole counter block.
  const forth = { ...keys.initiatorToResponder, iv: keys.initiatorIv };
  const back = { ...keys.responderToInitiator, iv: keys.responderIv };
  const [own, peers] = role === 'initiator' ? [forth, back] : [back, forth];
  const pair = {
    sender: new NegotiatedSender(backend, own),
    receiver: new NegotiatedReceiver(backend, peers),
    peerPublicKey,
  };
  wipeSessionKeys(keys);
  wipe(exchange.hash);
  return pair;
}

/** Overwrites the keys; the pair is of no use afterwards. */
export function wipePair(pair: NegotiatedPair): void {
  pair.sender.wipe();
  pair.receiver.wipe();
}
