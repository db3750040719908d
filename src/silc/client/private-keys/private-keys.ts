import { SilcError } from '../../errors.js';
import type { ClientId } from '../../ids.js';
import { clientId } from '../../ids.js';
import { FailureStatus, refuse, statusOf } from '../../ke/failure.js';
import { DEFAULT_VERSION } from '../../ke/negotiation.js';
import {
  receiveProposal,
  ResponderSelection,
  type ExchangeParty,
  type ResponderExchange,
} from '../../ke/state.js';
import {
  decodeMessage,
  encodeMessage,
  MessageFlag,
  type MessageParties,
  type MessagePayload,
  type OutgoingMessage,
} from '../../messages/index.js';
import { encodePayload } from '../../packets/codec.js';
import { KeyExchangeFlag } from '../../packets/key-exchange-start.js';
import { PacketFlag, PacketType } from '../../packets/packet-type.js';
import { statusPayload } from '../../packets/status-payload.js';
import { equalBytes } from '../../bytes.js';
import { within, type SessionContext } from '../context.js';
import type { OutgoingGate } from '../outgoing.js';
import { matchesFingerprint } from '../signatures.js';
import type { KeyPair, Protection } from '../types.js';
import type { UserRecord } from '../users.js';
import { Allowance } from './allowance.js';
import { negotiatedPair } from './negotiated-pair.js';
import { PeerKeys } from './peer-keys.js';
import { decodeTunnelled, encodeTunnelled, TUNNEL_ALGORITHMS, TUNNEL_NAMES } from './tunnel.js';
import type { Tunnelled } from './tunnel.js';

/** Peers whose keys are kept; the least recently used ones go first. */
const MAX_PEERS = 256;
/** Peers in the middle of an exchange. */
const MAX_HALF_OPEN = 32;
/** The toolkit gives an exchange up after so long: its user may have to accept a key. */
const EXCHANGE_MS = 120_000;
/** How long an exchange waits for WHOIS to tell the fingerprint of the peer's key. */
const FINGERPRINT_MS = 15_000;
/** Steps of exchanges that are answered: of one peer, and of all. An exchange has two. */
const PEER_STEPS = { burst: 16, intervalMs: 5_000 };
const ALL_STEPS = { burst: 128, intervalMs: 250 };
/** Longest padding that any sender puts into a message. */
const MAX_PADDING = 16;
/** Flags of messages that somebody may send (draft flags-payloads-04, 2). */
const KNOWN_FLAGS = 0x0fff;

/** A private message out of its protection. */
export interface OpenedPrivateMessage {
  readonly message: MessagePayload;
  readonly protection: Protection;
}

/** A private message in its protection. */
export interface ProtectedPrivateMessage {
  readonly payload: Uint8Array;
  /** `PacketFlag` bits. */
  readonly flags: number;
}

/**
 * The keys by which private messages are protected end to end. They are made in exchanges that the other side starts,
 * inside private messages; this side answers. libsilcclient starts one before its first message to somebody, and drops
 * that message when nobody answers.
 */
export class PrivateKeys {
  readonly #context: SessionContext;
  readonly #gate: OutgoingGate;
  readonly #party: ExchangeParty;
  readonly #now: () => number;
  /** Least recently used first. */
  readonly #peers = new Map<UserRecord, PeerKeys>();
  readonly #steps: Allowance;
  #closed = false;

  constructor(
    context: SessionContext,
    gate: OutgoingGate,
    options: { readonly keyPair: KeyPair; readonly now?: () => number },
  ) {
    this.#context = context;
    this.#gate = gate;
    this.#now = options.now ?? Date.now;
    this.#steps = new Allowance(ALL_STEPS.burst, ALL_STEPS.intervalMs, this.#now);
    this.#party = {
      backend: context.backend,
      keyPair: options.keyPair,
      supported: TUNNEL_ALGORITHMS,
      version: DEFAULT_VERSION,
      mutual: true,
      pfs: true,
    };
  }

  /**
   * Opens the payload of a PRIVATE_MESSAGE packet. Undefined where there is nothing to tell: a packet of a key exchange,
   * or a message under keys that are not at hand.
   * @throws SilcError `malformed`
   */
  open(parties: MessageParties, flags: number, payload: Uint8Array): OpenedPrivateMessage | undefined {
    const keyed = (flags & PacketFlag.privmsgKey) !== 0;
    const sender = this.#context.picture.users.get(parties.sender);
    const peer = sender === undefined ? undefined : this.#peers.get(sender);
    if (keyed && sender !== undefined && peer !== undefined) {
      this.#touch(sender, peer);
      try {
        const message = peer.open(parties, payload, this.#now());
        if (message !== undefined) return { message, protection: 'negotiated-key' };
      } catch (error) {
        peer.wipe();
        throw error;
      }
    }
    // The packets of an exchange have the flag too, so that clients without it ignore them; and a peer may have dropped
    // its keys: whatever does not verify is looked at as it is.
    const message = keyed ? plainMessage(payload) : decodeMessage(payload);
    if (message === undefined) {
      peer?.wipe();
      return undefined;
    }
    if ((message.flags & MessageFlag.packet) === 0) return { message, protection: 'session' };
    const packet = decodeTunnelled(this.#context.backend, message.data, parties.sender);
    if (packet !== undefined) this.#exchange(this.#context.picture.users.ensure(parties.sender), packet);
    return undefined;
  }

  /**
   * The payload of a message, under the peer's keys where it surely has them. It has to be sent, and in order.
   * @throws SilcError `limit`
   */
  protect(
    parties: MessageParties & { readonly receiver: ClientId },
    message: OutgoingMessage,
  ): ProtectedPrivateMessage {
    const user = this.#context.picture.users.get(parties.receiver);
    const sender = user === undefined ? undefined : this.#peers.get(user)?.sender(this.#now());
    if (sender === undefined) {
      return { payload: encodeMessage(this.#context.backend, message), flags: PacketFlag.none };
    }
    return { payload: sender.protect(parties, message), flags: PacketFlag.privmsgKey };
  }

  /** A message to this client has not arrived, or was not sent: the next one under the same keys would be unreadable. */
  lost(id: ClientId): void {
    const user = this.#context.picture.users.get(id);
    if (user !== undefined) this.#peers.get(user)?.lost();
  }

  /** The user has gone. */
  forget(user: UserRecord): void {
    const peer = this.#peers.get(user);
    if (peer === undefined) return;
    peer.wipe();
    this.#peers.delete(user);
    this.#context.picture.users.release(user);
  }

  /** Overwrites all keys. */
  close(): void {
    this.#closed = true;
    for (const peer of this.#peers.values()) peer.wipe();
    this.#peers.clear();
  }

  #exchange(user: UserRecord, { type, payload }: Tunnelled): void {
    if (user === this.#context.picture.self) return;
    const peer = this.#peer(user);
    switch (type) {
      case PacketType.keyExchange:
        if (this.#mayStep(peer)) this.#answerStart(user, peer, payload);
        return;
      case PacketType.keyExchange1:
        if (this.#mayStep(peer)) this.#answerOffer(user, peer, payload);
        return;
      case PacketType.failure:
        peer.halfOpen = undefined;
        peer.checking = undefined;
        peer.abandonNewest();
        return;
      case PacketType.keyExchange2:
        // Nothing was asked for.
        return;
    }
  }

  /** The peer's proposal: answered with the choice. A new one replaces an exchange under way. */
  #answerStart(user: UserRecord, peer: PeerKeys, payload: Uint8Array): void {
    peer.checking = undefined;
    try {
      const selection = receiveProposal(this.#party, payload);
      peer.halfOpen = { selection, until: this.#now() + EXCHANGE_MS };
      this.#boundHalfOpen();
      // While the peer works on its part.
      if (user.fingerprint === undefined) void this.#context.resolver.unknown(user);
      this.#send(user, { type: PacketType.keyExchange, payload: selection.payload });
    } catch (error) {
      this.#fail(user, peer, error);
    }
  }

  /** The peer's key and Diffie-Hellman value; without a proposal before it is a rekey. */
  #answerOffer(user: UserRecord, peer: PeerKeys, payload: Uint8Array): void {
    try {
      const halfOpen = peer.halfOpen;
      peer.halfOpen = undefined;
      const selection = halfOpen === undefined ? this.#rekeySelection(peer) : halfOpen.selection;
      if (halfOpen !== undefined && halfOpen.until < this.#now()) {
        throw refuse(FailureStatus.error, 'the exchange has taken too long');
      }
      const exchange = selection.receiveExchange(payload);
      if (user.fingerprint !== undefined) {
        this.#complete(user, peer, exchange);
        return;
      }
      const token = {};
      peer.checking = token;
      void within(this.#context.resolver.unknown(user), FINGERPRINT_MS).then(() => {
        if (this.#closed || peer.checking !== token || this.#peers.get(user) !== peer) return;
        peer.checking = undefined;
        try {
          this.#complete(user, peer, exchange);
        } catch (error) {
          this.#fail(user, peer, error);
        }
      });
    } catch (error) {
      this.#fail(user, peer, error);
    }
  }

  /** A rekey negotiates nothing: names and flags are those of the exchange before, and the start payload is empty. */
  #rekeySelection(peer: PeerKeys): ResponderSelection {
    if (!peer.established) throw refuse(FailureStatus.error, 'no keys that could be changed');
    return new ResponderSelection(this.#party, new Uint8Array(0), {
      algorithms: TUNNEL_NAMES,
      flags: KeyExchangeFlag.mutual | KeyExchangeFlag.pfs,
      startPayload: new Uint8Array(0),
      peerVersion: DEFAULT_VERSION,
    });
  }

  #complete(user: UserRecord, peer: PeerKeys, offer: ResponderExchange): void {
    this.#checkKey(user, peer, offer);
    const { payload, exchange } = offer.accept();
    peer.add(negotiatedPair(this.#context.backend, exchange));
    this.#send(user, { type: PacketType.keyExchange2, payload });
  }

  /** The key has to be the one that WHOIS tells of the peer; where it tells none, the one of the exchange before. */
  #checkKey(user: UserRecord, peer: PeerKeys, { peerPublicKey }: ResponderExchange): void {
    const { fingerprint } = user;
    const known = peer.publicKey;
    const right =
      fingerprint !== undefined
        ? matchesFingerprint(this.#context.backend, peerPublicKey, fingerprint)
        : known === undefined || equalBytes(known.encoded, peerPublicKey.encoded);
    if (!right) throw refuse(FailureStatus.unsupportedPublicKey, 'not the key that the network knows');
  }

  #fail(user: UserRecord, peer: PeerKeys, error: unknown): void {
    if (!(error instanceof SilcError)) throw error;
    peer.halfOpen = undefined;
    this.#send(user, { type: PacketType.failure, payload: encodePayload(statusPayload, statusOf(error)) });
  }

  /** Not while a NICK is under way: the server drops what comes from the old Client ID. */
  #send(user: UserRecord, packet: Tunnelled): void {
    const { backend, picture, connection } = this.#context;
    this.#gate
      .pass(() => {
        const payload = encodeTunnelled(backend, packet, picture.self.clientId, user.clientId);
        const destination = clientId(user.clientId);
        return connection.send({
          type: PacketType.privateMessage,
          flags: PacketFlag.privmsgKey,
          payload,
          destination,
        });
      })
      // The peer gives the exchange up by itself; what ended the connection is told by the session.
      .catch(() => undefined);
  }

  #mayStep(peer: PeerKeys): boolean {
    return peer.allowance.take() && this.#steps.take();
  }

  #peer(user: UserRecord): PeerKeys {
    const known = this.#peers.get(user);
    const peer = known ?? new PeerKeys(new Allowance(PEER_STEPS.burst, PEER_STEPS.intervalMs, this.#now));
    if (known === undefined) this.#context.picture.users.retain(user);
    this.#touch(user, peer);
    while (this.#peers.size > MAX_PEERS) this.#dropOne(user);
    return peer;
  }

  #touch(user: UserRecord, peer: PeerKeys): void {
    this.#peers.delete(user);
    this.#peers.set(user, peer);
  }

  /** Peers without keys go first: nobody can drive out the keys of others by exchanges that are never completed. */
  #dropOne(except: UserRecord): void {
    const others = [...this.#peers].filter(([user]) => user !== except);
    const [victim] = others.find(([, peer]) => !peer.established) ?? others[0] ?? [];
    if (victim !== undefined) this.forget(victim);
  }

  #boundHalfOpen(): void {
    const open = [...this.#peers.values()].filter(({ halfOpen }) => halfOpen !== undefined);
    for (const peer of open.slice(0, -MAX_HALF_OPEN)) peer.halfOpen = undefined;
  }
}

/**
 * A message that has the flag for keyed ones and is in the clear all the same; undefined when it is none. Octets that
 * are encrypted would pass for a message now and then, long ones quite often, so everything about it has to fit.
 */
function plainMessage(payload: Uint8Array): MessagePayload | undefined {
  try {
    const message = decodeMessage(payload);
    const { flags, data, padding, signature } = message;
    const length = 6 + data.length + padding.length;
    const signed = (flags & MessageFlag.signed) !== 0;
    const whole = signed ? signature !== undefined : length === payload.length;
    return whole && padding.length <= MAX_PADDING && (flags & ~KNOWN_FLAGS) === 0 ? message : undefined;
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}
