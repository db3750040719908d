import { wipe } from '../bytes.js';
import type { CryptoBackend, DiffieHellman } from '../crypto/backend.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import { SilcError } from '../errors.js';
import type { DirectionKeys } from '../frame.js';
import { PacketType } from '../packets/packet-type.js';
import type { NegotiatedAlgorithms } from './negotiation.js';
import { decodeKeyExchange, encodeKeyExchange } from './payloads.js';
import { rekeyedKeys, wipeDirection, type SessionKeys } from './session-keys.js';

/** What the connection has to do, at once and in this order. */
export type RekeyAction =
  | { readonly kind: 'send'; readonly type: number; readonly payload: Uint8Array }
  /** Keys of everything sent from here on; to be wiped afterwards. */
  | { readonly kind: 'send-keys'; readonly keys: DirectionKeys }
  /** Keys of everything received from here on; to be wiped afterwards. */
  | { readonly kind: 'receive-keys'; readonly keys: DirectionKeys }
  | { readonly kind: 'done' };

export interface RekeyOptions {
  readonly backend: CryptoBackend;
  readonly algorithms: NegotiatedAlgorithms;
  readonly pfs: boolean;
  /** This side's role in the key exchange at the beginning of the connection. */
  readonly role: 'initiator' | 'responder';
  /** `SessionKeys.rekeySecret` of the key exchange; kept and wiped here. */
  readonly rekeySecret: Uint8Array;
  /** Sent along in a rekey with PFS, unsigned. */
  readonly publicKey: SilcPublicKey;
}

type State =
  | { readonly name: 'idle' }
  /** REKEY (with PFS also KEY_EXCHANGE_1) is sent. `collided` when the peer had started one at the same time. */
  | { readonly name: 'initiated'; readonly half: DiffieHellman | undefined; readonly collided: boolean }
  /** REKEY of the peer came, KEY_EXCHANGE_1 is to follow. */
  | { readonly name: 'responding' }
  /** Own REKEY_DONE is sent; these keys are for what follows the peer's. */
  | { readonly name: 'switching'; readonly receiveKeys: DirectionKeys };

const NOTHING = new Uint8Array(0);

/**
 * The rekey of a connection, both roles (draft ke-auth-09, 4.2, in the toolkit's order). Pure: packets in, actions out.
 *
 * Without PFS: REKEY →, ← REKEY_DONE, REKEY_DONE →. With PFS: REKEY, KEY_EXCHANGE_1 →, ← KEY_EXCHANGE_2, REKEY_DONE both
 * ways. Each side sends under the new keys after its REKEY_DONE and receives under them after the peer's. The
 * initiator holds its REKEY_DONE back until the peer has answered, so that no keys are in use yet when both start at
 * once; then the initiator of the key exchange stays initiator, and the other side answers it.
 */
export class Rekey {
  readonly #options: Omit<RekeyOptions, 'rekeySecret'>;
  #state: State = { name: 'idle' };
  #secret: Uint8Array;

  constructor({ backend, algorithms, pfs, role, publicKey, rekeySecret }: RekeyOptions) {
    this.#options = { backend, algorithms, pfs, role, publicKey };
    this.#secret = rekeySecret;
  }

  /** Between the first packet and the peer's REKEY_DONE. */
  get active(): boolean {
    return this.#state.name !== 'idle';
  }

  /** Starts one as initiator; nothing when one is under way. */
  start(): readonly RekeyAction[] {
    if (this.active) return [];
    const { backend, algorithms, pfs, publicKey } = this.#options;
    const actions: RekeyAction[] = [{ kind: 'send', type: PacketType.rekey, payload: NOTHING }];
    let half: DiffieHellman | undefined;
    if (pfs) {
      half = backend.diffieHellman(algorithms.group);
      const payload = encodeKeyExchange({
        publicKey: publicKey.encoded,
        publicValue: half.publicValue,
        signature: NOTHING,
      });
      actions.push({ kind: 'send', type: PacketType.keyExchange1, payload });
    }
    this.#state = { name: 'initiated', half, collided: false };
    return actions;
  }

  /**
   * A packet of type REKEY, REKEY_DONE, KEY_EXCHANGE_1 or KEY_EXCHANGE_2.
   * @throws SilcError `malformed` when it is out of order; the connection is then of no use any more
   */
  receive(type: number, payload: Uint8Array): readonly RekeyAction[] {
    const state = this.#state;
    switch (type) {
      case PacketType.rekey:
        if (state.name === 'idle' || state.name === 'initiated') return this.#peerStarted(state);
        break;
      case PacketType.keyExchange1:
        if (state.name === 'responding') return this.#respondWithPfs(payload);
        if (state.name === 'initiated' && state.half !== undefined && state.collided) {
          // Belongs to the peer's own start, which it has given up for ours.
          this.#state = { ...state, collided: false };
          return [];
        }
        break;
      case PacketType.keyExchange2:
        if (state.name === 'initiated' && state.half !== undefined) {
          return this.#finishWithPfs(state.half, payload);
        }
        break;
      case PacketType.rekeyDone:
        if (state.name === 'switching') return this.#peerSwitched(state.receiveKeys);
        if (state.name === 'initiated' && state.half === undefined) {
          const keys = this.#nextKeys(this.#secret);
          return [
            ...this.#switchSending(keys.initiatorToResponder, keys.responderToInitiator),
            ...this.#peerSwitched(keys.responderToInitiator),
          ];
        }
        break;
    }
    throw new SilcError('malformed', `packet of type ${type} out of order in a rekey`);
  }

  /** Overwrites the secrets. */
  wipe(): void {
    if (this.#state.name === 'switching') wipeDirection(this.#state.receiveKeys);
    wipe(this.#secret);
    this.#state = { name: 'idle' };
  }

  #peerStarted(state: State): readonly RekeyAction[] {
    const { pfs, role } = this.#options;
    if (state.name === 'initiated' && role === 'initiator') {
      if (state.collided) throw new SilcError('malformed', 'REKEY twice');
      this.#state = { ...state, collided: true };
      return [];
    }
    if (pfs) {
      this.#state = { name: 'responding' };
      return [];
    }
    const keys = this.#nextKeys(this.#secret);
    return this.#switchSending(keys.responderToInitiator, keys.initiatorToResponder);
  }

  #respondWithPfs(payload: Uint8Array): readonly RekeyAction[] {
    const half = this.#options.backend.diffieHellman(this.#options.algorithms.group);
    const keys = this.#agreedKeys(half, payload);
    const answer = encodeKeyExchange({
      publicKey: NOTHING,
      publicValue: half.publicValue,
      signature: NOTHING,
    });
    return [
      { kind: 'send', type: PacketType.keyExchange2, payload: answer },
      ...this.#switchSending(keys.responderToInitiator, keys.initiatorToResponder),
    ];
  }

  #finishWithPfs(half: DiffieHellman, payload: Uint8Array): readonly RekeyAction[] {
    const keys = this.#agreedKeys(half, payload);
    return this.#switchSending(keys.initiatorToResponder, keys.responderToInitiator);
  }

  #agreedKeys(half: DiffieHellman, payload: Uint8Array): SessionKeys {
    const secret = half.computeSecret(decodeKeyExchange(payload).publicValue);
    try {
      return this.#nextKeys(secret);
    } finally {
      wipe(secret);
    }
  }

  #nextKeys(secret: Uint8Array): SessionKeys {
    const keys = rekeyedKeys(this.#options.backend, this.#options.algorithms, secret);
    wipe(this.#secret);
    this.#secret = keys.rekeySecret;
    return keys;
  }

  #switchSending(sendKeys: DirectionKeys, receiveKeys: DirectionKeys): readonly RekeyAction[] {
    this.#state = { name: 'switching', receiveKeys };
    return [
      { kind: 'send', type: PacketType.rekeyDone, payload: NOTHING },
      { kind: 'send-keys', keys: sendKeys },
    ];
  }

  #peerSwitched(keys: DirectionKeys): readonly RekeyAction[] {
    this.#state = { name: 'idle' };
    return [{ kind: 'receive-keys', keys }, { kind: 'done' }];
  }
}
