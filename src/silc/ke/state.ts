import { copyOf, wipe } from '../bytes.js';
import type { KeyPair } from '../crypto/key-pair.js';
import type { CryptoBackend, DiffieHellman } from '../crypto/backend.js';
import { decodePublicKey, sharedPublicKey, type SilcPublicKey } from '../crypto/public-key.js';
import { digestSignatureForm, sign, verify, type SignatureForm } from '../crypto/signature.js';
import { SilcError } from '../errors.js';
import { COOKIE_LENGTH, KeyExchangeFlag } from '../packets/key-exchange-start.js';
import { exchangeHash, initiatorHash, type HashInput } from './exchange-hash.js';
import { FailureStatus, refuse } from './failure.js';
import {
  acceptSelection,
  proposalFields,
  select,
  type NegotiatedAlgorithms,
  type Supported,
} from './negotiation.js';
import { decodeKeyExchange, decodeStart, encodeKeyExchange, encodeStart } from './payloads.js';
import { exchangeKeys, type SessionKeys } from './session-keys.js';

/*
 * The key exchange (draft ke-auth-09, 2) as pure steps. Every step checks one payload of the peer, holds the payload to
 * send next, and its method takes the peer's answer and returns the next step: a wrong order cannot be written. All
 * methods throw SilcKeyExchangeError with the status that the FAILURE packet to the peer carries, and nothing else.
 *
 *   initiator                                       responder
 *   propose() → InitiatorProposal      -- payload →    receiveProposal() → ResponderSelection
 *     .receiveSelection() → InitiatorExchange  ← payload --
 *                                      -- payload →    .receiveExchange() → ResponderExchange
 *     .receiveExchange() → Exchange    ← payload --    .accept() → { payload, exchange }
 */

/** One side of a key exchange. */
export interface ExchangeParty {
  readonly backend: CryptoBackend;
  readonly keyPair: KeyPair;
  /** Proposed by the initiator, in this order; permitted by the responder. */
  readonly supported: Supported;
  /** Software version string, `SILC-<major>.<minor>-<software> <vendor>`. */
  readonly version: string;
  /** Ask for (initiator) or demand (responder) the initiator's signature. */
  readonly mutual: boolean;
  /** Ask for or demand a new Diffie-Hellman exchange at each rekey. */
  readonly pfs: boolean;
  /** Form of the own signature; default: the one that the toolkit verifies for the key's version. */
  readonly signatureForm?: SignatureForm;
  /** Fixed values instead of random ones, for tests: the initiator's cookie (16 octets) and the secret exponent. */
  readonly cookie?: Uint8Array;
  readonly secretExponent?: Uint8Array;
}

/** What a completed key exchange leaves. `keys` are secret; the rest may be kept. */
export interface Exchange {
  readonly role: 'initiator' | 'responder';
  readonly algorithms: NegotiatedAlgorithms;
  readonly mutual: boolean;
  /** The responder's start payload has the PFS flag: every rekey makes a new Diffie-Hellman exchange. */
  readonly pfs: boolean;
  /** The initiator's start payload, octet for octet. */
  readonly startPayload: Uint8Array;
  /** HASH */
  readonly hash: Uint8Array;
  readonly peerPublicKey: SilcPublicKey;
  /** Version string of the peer. */
  readonly peerVersion: string;
  readonly keys: SessionKeys;
}

/** What both sides know after negotiation. */
export interface Negotiated {
  readonly algorithms: NegotiatedAlgorithms;
  readonly flags: number;
  readonly startPayload: Uint8Array;
  readonly peerVersion: string;
}

/** Step 1 of the initiator: the proposal. */
export function propose(party: ExchangeParty): InitiatorProposal {
  const cookie = party.cookie ?? party.backend.randomBytes(COOKIE_LENGTH);
  return new InitiatorProposal(
    party,
    encodeStart(proposalFields(party.supported, { ...party, cookie })),
    cookie,
  );
}

export class InitiatorProposal {
  /** Key Exchange Start Payload. */
  readonly payload: Uint8Array;
  readonly #party: ExchangeParty;
  readonly #cookie: Uint8Array;

  constructor(party: ExchangeParty, payload: Uint8Array, cookie: Uint8Array) {
    this.#party = party;
    this.payload = payload;
    this.#cookie = cookie;
  }

  /** @param payload the responder's Key Exchange Start Payload */
  receiveSelection(payload: Uint8Array): InitiatorExchange {
    const reply = decodeStart(payload);
    const algorithms = acceptSelection(reply, this.#party.supported, this.#cookie);
    const { flags, version: peerVersion } = reply;
    return new InitiatorExchange(this.#party, {
      algorithms,
      flags,
      startPayload: this.payload,
      peerVersion,
    });
  }
}

/** Step 2 of the initiator: its key and Diffie-Hellman value, signed where MUTUAL was negotiated. */
export class InitiatorExchange {
  /** Key Exchange Payload of KEY_EXCHANGE_1. */
  readonly payload: Uint8Array;
  readonly algorithms: NegotiatedAlgorithms;
  readonly #party: ExchangeParty;
  readonly #negotiated: Negotiated;
  readonly #half: DiffieHellman;
  readonly #input: HashInput;

  constructor(party: ExchangeParty, negotiated: Negotiated) {
    const { backend, keyPair } = party;
    const { algorithms, startPayload } = negotiated;
    this.#party = party;
    this.#negotiated = negotiated;
    this.algorithms = algorithms;
    this.#half = backend.diffieHellman(algorithms.group, party.secretExponent);
    this.#input = {
      startPayload,
      initiatorPublicKey: keyPair.publicKey.encoded,
      initiatorValue: this.#half.publicValue,
    };
    const digest = initiatorHash(backend, algorithms.hash, this.#input);
    this.payload = encodeKeyExchange({
      publicKey: keyPair.publicKey.encoded,
      publicValue: this.#half.publicValue,
      signature: isMutual(negotiated) ? signDigest(party, algorithms, digest) : new Uint8Array(0),
    });
  }

  /** @param payload the responder's Key Exchange Payload of KEY_EXCHANGE_2; its signature is verified */
  receiveExchange(payload: Uint8Array): Exchange {
    const { backend } = this.#party;
    const { algorithms } = this.#negotiated;
    const answer = decodeKeyExchange(payload);
    const peerPublicKey = peerKey(answer.publicKey, sharedPublicKey);
    const secret = agree(this.#half, answer.publicValue);
    try {
      const hash = exchangeHash(backend, algorithms.hash, {
        ...this.#input,
        responderPublicKey: peerPublicKey.encoded,
        responderValue: answer.publicValue,
        secret,
      });
      checkSignature(backend, algorithms, peerPublicKey, hash, answer.signature);
      return completed('initiator', backend, this.#negotiated, peerPublicKey, hash, secret);
    } finally {
      wipe(secret);
    }
  }
}

/** Step 1 of the responder: its choice from the initiator's proposal, a Key Exchange Start Payload. */
export function receiveProposal(party: ExchangeParty, payload: Uint8Array): ResponderSelection {
  // The octets are hashed as they came: a copy, because the packet they are in is not ours to keep.
  const startPayload = copyOf(payload);
  const proposal = decodeStart(startPayload);
  const { algorithms, reply } = select(proposal, party.supported, party);
  return new ResponderSelection(party, encodeStart(reply), {
    algorithms,
    flags: reply.flags,
    startPayload,
    peerVersion: proposal.version,
  });
}

export class ResponderSelection {
  /** Key Exchange Start Payload. */
  readonly payload: Uint8Array;
  readonly algorithms: NegotiatedAlgorithms;
  readonly #party: ExchangeParty;
  readonly #negotiated: Negotiated;

  constructor(party: ExchangeParty, payload: Uint8Array, negotiated: Negotiated) {
    this.#party = party;
    this.payload = payload;
    this.algorithms = negotiated.algorithms;
    this.#negotiated = negotiated;
  }

  /**
   * @param payload the initiator's Key Exchange Payload of KEY_EXCHANGE_1; its signature is verified where MUTUAL was
   * negotiated
   */
  receiveExchange(payload: Uint8Array): ResponderExchange {
    const { backend } = this.#party;
    const { algorithms, startPayload } = this.#negotiated;
    const offer = decodeKeyExchange(payload);
    const peerPublicKey = peerKey(offer.publicKey, decodePublicKey);
    const input: HashInput = {
      startPayload,
      initiatorPublicKey: peerPublicKey.encoded,
      initiatorValue: offer.publicValue.slice(),
    };
    if (isMutual(this.#negotiated)) {
      const digest = initiatorHash(backend, algorithms.hash, input);
      checkSignature(backend, algorithms, peerPublicKey, digest, offer.signature);
    }
    return new ResponderExchange(this.#party, this.#negotiated, peerPublicKey, input);
  }
}

/** Step 2 of the responder: the initiator's key is known, and proven where MUTUAL was negotiated. */
export class ResponderExchange {
  readonly peerPublicKey: SilcPublicKey;
  readonly #party: ExchangeParty;
  readonly #negotiated: Negotiated;
  readonly #input: HashInput;

  constructor(party: ExchangeParty, negotiated: Negotiated, peerPublicKey: SilcPublicKey, input: HashInput) {
    this.#party = party;
    this.#negotiated = negotiated;
    this.peerPublicKey = peerPublicKey;
    this.#input = input;
  }

  /** Completes the exchange: `payload` is the Key Exchange Payload of KEY_EXCHANGE_2. */
  accept(): { readonly payload: Uint8Array; readonly exchange: Exchange } {
    const { backend, keyPair } = this.#party;
    const { algorithms } = this.#negotiated;
    const half = backend.diffieHellman(algorithms.group, this.#party.secretExponent);
    const secret = agree(half, this.#input.initiatorValue);
    try {
      const hash = exchangeHash(backend, algorithms.hash, {
        ...this.#input,
        responderPublicKey: keyPair.publicKey.encoded,
        responderValue: half.publicValue,
        secret,
      });
      const payload = encodeKeyExchange({
        publicKey: keyPair.publicKey.encoded,
        publicValue: half.publicValue,
        signature: signDigest(this.#party, algorithms, hash),
      });
      const exchange = completed('responder', backend, this.#negotiated, this.peerPublicKey, hash, secret);
      return { payload, exchange };
    } finally {
      wipe(secret);
    }
  }
}

function isMutual(negotiated: Negotiated): boolean {
  return (negotiated.flags & KeyExchangeFlag.mutual) !== 0;
}

function signDigest(party: ExchangeParty, algorithms: NegotiatedAlgorithms, digest: Uint8Array): Uint8Array {
  const { privateKey, publicKey } = party.keyPair;
  const form = party.signatureForm ?? digestSignatureForm[publicKey.version];
  return sign(party.backend, privateKey, algorithms.hash, digest, form);
}

function checkSignature(
  backend: CryptoBackend,
  algorithms: NegotiatedAlgorithms,
  key: SilcPublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): void {
  if (signature.length === 0) throw refuse(FailureStatus.badPayload, 'signature is missing');
  if (!verify(backend, key.numbers, algorithms.hash, digest, signature)) {
    throw refuse(FailureStatus.incorrectSignature);
  }
}

function peerKey(encoded: Uint8Array, decode: (encoded: Uint8Array) => SilcPublicKey): SilcPublicKey {
  if (encoded.length === 0) throw refuse(FailureStatus.badPayload, 'public key is missing');
  try {
    return decode(encoded);
  } catch (cause) {
    if (cause instanceof SilcError) throw refuse(FailureStatus.unsupportedPublicKey, cause.message, cause);
    throw cause;
  }
}

function agree(half: DiffieHellman, peerValue: Uint8Array): Uint8Array {
  try {
    return half.computeSecret(peerValue);
  } catch (cause) {
    throw refuse(FailureStatus.badPayload, 'degenerate Diffie-Hellman value', cause);
  }
}

function completed(
  role: Exchange['role'],
  backend: CryptoBackend,
  negotiated: Negotiated,
  peerPublicKey: SilcPublicKey,
  hash: Uint8Array,
  secret: Uint8Array,
): Exchange {
  const { algorithms, flags, startPayload, peerVersion } = negotiated;
  return {
    role,
    algorithms,
    mutual: isMutual(negotiated),
    pfs: (flags & KeyExchangeFlag.pfs) !== 0,
    startPayload,
    hash,
    peerPublicKey,
    peerVersion,
    keys: exchangeKeys(backend, algorithms, secret, hash),
  };
}
