import { equalBytes } from '../../bytes.js';
import { SilcError } from '../../errors.js';
import { clientId } from '../../ids.js';
import { FailureStatus, refuse, statusOf } from '../../ke/failure.js';
import { DEFAULT_VERSION } from '../../ke/negotiation.js';
import {
  InitiatorExchange,
  InitiatorProposal,
  propose,
  receiveProposal,
  ResponderSelection,
  type ExchangeParty,
  type Negotiated,
  type ResponderExchange,
} from '../../ke/state.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import { decodePayload, encodePayload } from '../../packets/codec.js';
import { KeyExchangeFlag, keyExchangeStartPayload } from '../../packets/key-exchange-start.js';
import { PacketFlag, PacketType } from '../../packets/packet-type.js';
import { statusPayload } from '../../packets/status-payload.js';
import { within, type SessionContext } from '../context.js';
import type { OutgoingGate } from '../messages/outgoing.js';
import { matchesFingerprint } from '../messages/signatures.js';
import type { KeyPair } from '../../crypto/key-pair.js';
import type { UserRecord } from '../people/users.js';
import { negotiatedPair } from './negotiated-pair.js';
import type { BegunExchange, PeerKeys } from './peer-keys.js';
import type { Peers } from './peers.js';
import { encodeTunnelled, TUNNEL_ALGORITHMS, TUNNEL_NAMES, type Tunnelled } from './tunnel.js';
import type { Clock } from '../../../util/clock.js';

/** The toolkit gives an exchange up after so long: its user may have to accept a key. */
const EXCHANGE_MS = 120_000;
/** How long an exchange waits for WHOIS to tell the fingerprint of the peer's key. */
const FINGERPRINT_MS = 15_000;
/** So long own messages wait for the first answer to an exchange that this side has begun. */
const ANSWER_MS = 5_000;
/** And for the second one, for which the peer's user may have to accept a key. */
const ACCEPT_MS = 20_000;
/** After a change of keys own messages wait for the peer's first message under the new ones. */
const CONFIRM_MS = 2_000;

/** Key exchanges with other clients, inside private messages, in both roles. */
export class Exchanges {
  readonly #context: SessionContext;
  readonly #gate: OutgoingGate;
  readonly #peers: Peers;
  readonly #party: ExchangeParty;
  readonly #now: Clock;

  constructor(
    context: SessionContext,
    gate: OutgoingGate,
    peers: Peers,
    options: { readonly keyPair: KeyPair; readonly now: Clock },
  ) {
    this.#context = context;
    this.#gate = gate;
    this.#peers = peers;
    this.#now = options.now;
    this.#party = {
      backend: context.backend,
      keyPair: options.keyPair,
      supported: TUNNEL_ALGORITHMS,
      version: DEFAULT_VERSION,
      mutual: true,
      pfs: true,
    };
  }

  /** A packet of the peer. What is wrong with it is told to the peer; nothing is thrown. */
  receive(user: UserRecord, { type, payload }: Tunnelled): void {
    if (user === this.#context.network.self) return;
    const peer = this.#peers.ensure(user);
    if (type === PacketType.failure) {
      this.#refused(user, peer);
      return;
    }
    if (!this.#peers.mayStep(peer)) return;
    try {
      if (peer.fixed !== undefined) throw refuse(FailureStatus.error, 'there is a key by hand');
      switch (type) {
        case PacketType.keyExchange:
          this.#start(user, peer, payload);
          return;
        case PacketType.keyExchange1:
          this.#offer(user, peer, payload);
          return;
        case PacketType.keyExchange2:
          this.#answer(user, peer, payload);
          return;
      }
    } catch (error) {
      this.#fail(user, peer, error);
    }
  }

  /**
   * Begins an exchange, unless one is under way: two at once fail both. Where there are keys it is a change of them, without
   * a proposal; a peer that refuses that or says nothing gets a proposal. Own messages wait until there are keys, or for
   * five seconds without an answer to the proposal; then the peer is not asked again.
   */
  begin(user: UserRecord, peer: PeerKeys): void {
    const busy = peer.begun !== undefined || peer.halfOpen !== undefined || peer.checking !== undefined;
    if (busy || peer.declined || peer.fixed !== undefined || !this.#peers.mayStep(peer)) return;
    const { confirmed } = peer;
    const begun: BegunExchange = { short: confirmed !== undefined && !confirmed.lasting, step: undefined };
    peer.begun = begun;
    peer.unsettle(ANSWER_MS, () => this.#giveUp(peer));
    // The fingerprint first: when the last packet has come, what follows is under the new keys already.
    const known =
      user.fingerprint === undefined
        ? within(this.#context.resolver.unknown(user), ANSWER_MS)
        : Promise.resolve();
    void known.then(() => {
      if (peer.begun === begun) this.#open(user, peer, begun);
    });
  }

  /** The first packet. */
  #open(user: UserRecord, peer: PeerKeys, begun: BegunExchange): void {
    const { short } = begun;
    begun.step = short ? new InitiatorExchange(this.#party, unchanged) : propose(this.#party);
    peer.unsettle(ANSWER_MS, () => (short ? this.#refused(user, peer) : this.#giveUp(peer)));
    const type = short ? PacketType.keyExchange1 : PacketType.keyExchange;
    this.#send(user, { type, payload: begun.step.payload });
  }

  /** FAILURE, or silence after a change of keys: perhaps the peer has not the keys before, and wants a proposal. */
  #refused(user: UserRecord, peer: PeerKeys): void {
    const { begun } = peer;
    if (begun?.short === true && begun.step !== undefined && this.#peers.mayStep(peer)) {
      begun.short = false;
      this.#open(user, peer, begun);
      return;
    }
    if (begun !== undefined) peer.declined = true;
    peer.abandonNewest();
  }

  /** The server does not know the peer, or not by that Client ID: there will be no answer to what was sent to it. */
  undelivered(peer: PeerKeys): void {
    if (peer.begun === undefined) return;
    peer.begun = undefined;
    peer.settle();
  }

  /** KEY_EXCHANGE: the peer's proposal, or its choice from the own one. */
  #start(user: UserRecord, peer: PeerKeys, payload: Uint8Array): void {
    if (peer.begun !== undefined) {
      const { step } = peer.begun;
      if (step instanceof InitiatorProposal && isAnswer(step.payload, payload)) {
        const next = step.receiveSelection(payload);
        peer.begun.step = next;
        peer.unsettle(ACCEPT_MS, () => this.#giveUp(peer));
        this.#send(user, { type: PacketType.keyExchange1, payload: next.payload });
        return;
      }
      // Both have begun. A peer that proposes has no keys that could be changed. Otherwise, of two sides that know this
      // rule, the one with the lower Client ID goes on.
      if (!peer.begun.short && this.#goesOn(user)) return;
      peer.begun = undefined;
      peer.settle();
    }
    // A new proposal replaces an exchange under way: the peer has given that up.
    peer.checking = undefined;
    peer.declined = false;
    const selection = receiveProposal(this.#party, payload);
    peer.halfOpen = { selection, until: this.#now() + EXCHANGE_MS };
    this.#peers.boundHalfOpen();
    // While the peer works on its part.
    if (user.fingerprint === undefined) void this.#context.resolver.unknown(user);
    this.#send(user, { type: PacketType.keyExchange, payload: selection.payload });
  }

  /** KEY_EXCHANGE_1: the peer's key and Diffie-Hellman value; without a proposal before it is a rekey. */
  #offer(user: UserRecord, peer: PeerKeys, payload: Uint8Array): void {
    const { halfOpen, begun } = peer;
    if (begun !== undefined && halfOpen === undefined) {
      // Both have begun, and the peer a change of keys. As above.
      if (!begun.short || this.#goesOn(user)) return;
      peer.begun = undefined;
      peer.settle();
    }
    peer.halfOpen = undefined;
    if (halfOpen !== undefined && halfOpen.until < this.#now()) {
      throw refuse(FailureStatus.error, 'the exchange has taken too long');
    }
    const selection = halfOpen === undefined ? this.#rekeySelection(peer) : halfOpen.selection;
    const exchange = selection.receiveExchange(payload);
    if (user.fingerprint !== undefined) {
      this.#accept(user, peer, exchange);
      return;
    }
    const checking = {};
    peer.checking = checking;
    void within(this.#context.resolver.unknown(user), FINGERPRINT_MS).then(() => {
      if (peer.checking !== checking || !this.#peers.has(user, peer)) return;
      peer.checking = undefined;
      try {
        this.#accept(user, peer, exchange);
      } catch (error) {
        this.#fail(user, peer, error);
      }
    });
  }

  /** Of two sides that begin the same at once. */
  #goesOn(user: UserRecord): boolean {
    return this.#context.network.self.clientId < user.clientId;
  }

  #rekeySelection(peer: PeerKeys): ResponderSelection {
    if (!peer.established) throw refuse(FailureStatus.error, 'no keys that could be changed');
    return new ResponderSelection(this.#party, new Uint8Array(0), unchanged);
  }

  #accept(user: UserRecord, peer: PeerKeys, offer: ResponderExchange): void {
    this.#checkKey(user, peer, offer.peerPublicKey);
    const { payload, exchange } = offer.accept();
    const change = peer.confirmed !== undefined;
    peer.add(negotiatedPair(this.#context.backend, exchange));
    this.#send(user, { type: PacketType.keyExchange2, payload });
    if (change) peer.unsettle(CONFIRM_MS);
  }

  /** KEY_EXCHANGE_2: the end of an exchange that this side has begun. */
  #answer(user: UserRecord, peer: PeerKeys, payload: Uint8Array): void {
    const step = peer.begun?.step;
    // Nothing was asked for.
    if (!(step instanceof InitiatorExchange)) return;
    const exchange = step.receiveExchange(payload);
    this.#checkKey(user, peer, exchange.peerPublicKey);
    const pair = negotiatedPair(this.#context.backend, exchange);
    peer.begun = undefined;
    peer.add(pair);
    peer.confirm(pair, this.#now());
  }

  /** The key has to be the one that WHOIS tells of the peer; where it tells none, the one of the exchange before. */
  #checkKey(user: UserRecord, peer: PeerKeys, key: SilcPublicKey): void {
    const { fingerprint } = user;
    const known = peer.publicKey;
    const right =
      fingerprint !== undefined
        ? matchesFingerprint(this.#context.backend, key, fingerprint)
        : known === undefined || equalBytes(known.encoded, key.encoded);
    if (!right) throw refuse(FailureStatus.unsupportedPublicKey, 'not the key that the network knows');
  }

  #giveUp(peer: PeerKeys): void {
    peer.begun = undefined;
    peer.declined = true;
  }

  #fail(user: UserRecord, peer: PeerKeys, error: unknown): void {
    if (!(error instanceof SilcError)) throw error;
    if (peer.begun !== undefined) this.#giveUp(peer);
    peer.halfOpen = undefined;
    peer.settle();
    this.#send(user, { type: PacketType.failure, payload: encodePayload(statusPayload, statusOf(error)) });
  }

  /** Not while a NICK is under way: the server drops what comes from the old Client ID. */
  #send(user: UserRecord, packet: Tunnelled): void {
    const { backend, network, connection } = this.#context;
    this.#gate
      .pass(() => {
        const payload = encodeTunnelled(backend, packet, network.self.clientId, user.clientId);
        return connection.send({
          type: PacketType.privateMessage,
          flags: PacketFlag.privmsgKey,
          payload,
          destination: clientId(user.clientId),
        });
      })
      // The peer gives the exchange up by itself; what ended the connection is told by the session.
      .catch(() => undefined);
  }
}

/** A rekey negotiates nothing: names and flags are those of the exchange before, and the start payload is empty. */
const unchanged: Negotiated = {
  algorithms: TUNNEL_NAMES,
  flags: KeyExchangeFlag.mutual | KeyExchangeFlag.pfs,
  startPayload: new Uint8Array(0),
  peerVersion: DEFAULT_VERSION,
};

/** True when a start payload has the cookie of the own one: the peer has answered, not begun by itself. */
function isAnswer(own: Uint8Array, payload: Uint8Array): boolean {
  const { cookie } = decodePayload(keyExchangeStartPayload, own);
  return equalBytes(cookie, decodePayload(keyExchangeStartPayload, payload).cookie);
}
