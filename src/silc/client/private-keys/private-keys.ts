import { utf8, wipe } from '../../bytes.js';
import { isCipherName, isHmacName } from '../../crypto/algorithms.js';
import { SilcError } from '../../errors.js';
import type { ClientId } from '../../ids.js';
import { clientId } from '../../ids.js';
import type { Exchange } from '../../ke/state.js';
import {
  acknowledgementOf,
  asksForAcknowledgement,
  decodeMessage,
  encodeMessage,
  MessageFlag,
  openWithAny,
  protectMessage,
  staticMessageKeys,
  type MessageParties,
  type MessagePayload,
  type OutgoingMessage,
} from '../../messages/index.js';
import { decodePayload, encodePayload } from '../../packets/codec.js';
import { PacketFlag, PacketType } from '../../packets/packet-type.js';
import { privateMessageKeyPayload } from '../../packets/private-message-key.js';
import { type SessionContext } from '../context.js';
import { heardOutOfSight } from '../people/id-holders.js';
import type { OutgoingGate } from '../messages/outgoing.js';
import type { OpenedPrivateMessage, PrivateMessageProtection, ProtectedPrivateMessage } from '../ports.js';
import type { KeyPair } from '../../crypto/key-pair.js';
import type { PrivateKeyInfo } from '../api/messages.js';
import type { UserRecord } from '../people/users.js';
import { Exchanges } from './exchanges.js';
import { agreedPair } from './negotiated-pair.js';
import type { PeerKeys } from './peer-keys.js';
import { Peers } from './peers.js';
import { decodeTunnelled } from './tunnel.js';
import { type Clock, monotonicMs } from '../../../util/clock.js';

/** Keys by hand in one session. */
const MAX_FIXED = 64;
/** Longest padding that any sender puts into a message. */
const MAX_PADDING = 16;
/** Between the two ends of a key exchange there is one packet: so long own messages wait for it. */
const AGREE_MS = 5_000;
/** Flags of messages that somebody may send (draft flags-payloads-04, 2). */
const KNOWN_FLAGS = 0x0fff;

export interface PrivateKeysOptions {
  readonly keyPair: KeyPair;
  /** Begin key exchanges too, instead of only answering them. */
  readonly negotiate: boolean;
  /** Clock in milliseconds. */
  readonly now?: Clock;
}

/** Keys of a direct connection, which the peer may not have yet. One of the two ends it. */
export interface AgreedKeys {
  /** HASH of the exchange. */
  readonly hash: Uint8Array;
  /** Both have them: they take the place of all others. */
  readonly confirm: () => void;
  readonly drop: () => void;
}

type Receiver = MessageParties & { readonly receiver: ClientId };

/**
 * The keys by which private messages are protected end to end: negotiated ones, made in exchanges inside private
 * messages, and those that users set by hand. libsilcclient begins an exchange before its first message to somebody,
 * and drops that message when nobody answers; so exchanges are always answered, and begun only where the application
 * wants it, or where the peer's messages cannot be read any more.
 */
export class PrivateKeys implements PrivateMessageProtection {
  readonly #context: SessionContext;
  readonly #gate: OutgoingGate;
  readonly #negotiate: boolean;
  readonly #now: Clock;
  readonly #peers: Peers;
  readonly #exchanges: Exchanges;

  constructor(context: SessionContext, gate: OutgoingGate, options: PrivateKeysOptions) {
    const { keyPair, negotiate, now = monotonicMs } = options;
    this.#context = context;
    this.#gate = gate;
    this.#negotiate = negotiate;
    this.#now = now;
    this.#peers = new Peers(context.network.users, now);
    this.#exchanges = new Exchanges(context, gate, this.#peers, { keyPair, now });
  }

  /**
   * Opens the payload of a PRIVATE_MESSAGE packet. Undefined where there is nothing to show: a packet of a key exchange,
   * or a message under keys that are not at hand.
   * @throws SilcError `malformed`
   */
  open(parties: MessageParties, flags: number, payload: Uint8Array): OpenedPrivateMessage | undefined {
    const { users } = this.#context.network;
    const keyed = (flags & PacketFlag.privmsgKey) !== 0;
    const sender = users.get(parties.sender);
    const peer = this.#peers.get(sender);
    const opened = keyed && peer !== undefined ? this.#openKeyed(peer, parties, payload) : undefined;
    if (opened !== undefined) return opened;
    // The packets of an exchange have the flag too, so that clients without it ignore them; and a peer may have dropped
    // its keys: whatever does not verify is looked at as it is.
    const message = keyed ? plainMessage(payload) : decodeMessage(payload);
    if (message === undefined) {
      this.#illegible(users.ensure(parties.sender));
      return undefined;
    }
    if ((message.flags & MessageFlag.packet) === 0) return { message, protection: 'session' };
    const packet = decodeTunnelled(this.#context.backend, message.data, parties.sender);
    if (packet !== undefined) this.#exchanges.receive(users.ensure(parties.sender), packet);
    return undefined;
  }

  /** Runs `task`, which sends a message to this client, when it is settled what the message is protected by. */
  pass<T>(receiver: ClientId, task: () => Promise<T>): Promise<T> {
    const { users, self } = this.#context.network;
    const user = this.#negotiate ? users.ensure(receiver) : users.get(receiver);
    const peer = this.#peers.get(user);
    const wanted = this.#negotiate && user !== undefined && user !== self;
    if (wanted && peer?.due(this.#now()) !== false) {
      this.#exchanges.begin(user, peer ?? this.#peers.ensure(user));
    }
    const settled = this.#peers.get(user)?.gate;
    return settled === undefined ? this.#gate.pass(task) : settled.pass(() => this.#gate.pass(task));
  }

  /**
   * The payload of a message, under the peer's keys where it surely has them. It has to be sent, and in order. Without
   * keys nothing can be acknowledged, and it does not ask for it.
   * @throws SilcError `limit`
   */
  protect(parties: Receiver, message: OutgoingMessage): ProtectedPrivateMessage {
    const { backend, network } = this.#context;
    const peer = this.#peers.get(network.users.get(parties.receiver));
    const flags = PacketFlag.privmsgKey;
    const asks = asksForAcknowledgement(message.flags);
    if (peer?.fixed !== undefined) {
      const key = peer.fixed.keys.send;
      const payload = protectMessage(backend, key, parties, message, { macForm: peer.macForm });
      return { payload, flags, ...(asks && { acknowledgement: acknowledgementOf(backend, key, payload) }) };
    }
    const sender = peer?.sender(this.#now());
    if (sender !== undefined) {
      const payload = sender.protect(parties, message, peer?.macForm);
      return { payload, flags, ...(asks && { acknowledgement: sender.acknowledgement(payload) }) };
    }
    const plain = asks ? { ...message, flags: message.flags & ~MessageFlag.ack } : message;
    return { payload: encodeMessage(backend, plain), flags: PacketFlag.none };
  }

  /** A message to this client has not arrived, or was not sent: the next one under the same keys would be illegible. */
  lost(id: ClientId): void {
    const peer = this.#peers.get(this.#context.network.users.get(id));
    if (peer === undefined) return;
    peer.lost();
    this.#exchanges.undelivered(peer);
  }

  /** The user has gone. */
  forget(user: UserRecord): void {
    this.#peers.remove(user);
  }

  negotiatedWith(): readonly ClientId[] {
    return this.#peers.entries().flatMap(([user, peer]) => (peer.established ? [user.clientId] : []));
  }

  renegotiate(id: ClientId): void {
    const user = this.#context.network.users.ensure(id);
    if (user !== this.#context.network.self) this.#exchanges.begin(user, this.#peers.ensure(user));
  }

  /** PRIVATE_MESSAGE_KEY: the peer has set a key by hand, and waits for the same here. @throws SilcError `malformed` */
  receiveOffer(source: ClientId, payload: Uint8Array): void {
    const { cipher, hmac } = decodePayload(privateMessageKeyPayload, payload);
    const user = this.#context.network.users.ensure(source);
    if (user === this.#context.network.self) return;
    const offer = (this.#peers.ensure(user).offered = { cipher, hmac });
    // What there was with another holder of the Client ID is forgotten, and this is not of it.
    const named = heardOutOfSight(this.#context, user)?.then(() => {
      this.#peers.ensure(user).offered ??= offer;
    });
    this.#context.post([user], { type: 'private-key-offered', user, cipher, hmac }, named);
  }

  /**
   * Sets a key of a passphrase that both users know. Whoever is first is the initiator, and tells the other side so.
   * @throws SilcError `usage` for an empty passphrase or oneself, `unsupported` for algorithms of the peer's choice that
   *   are not at hand, `overflow`
   */
  async set(id: ClientId, passphrase: string, role?: 'initiator' | 'responder'): Promise<void> {
    const { backend, network, connection } = this.#context;
    const secret = utf8(passphrase);
    const user = network.users.ensure(id);
    if (secret.length === 0) throw new SilcError('usage', 'a key by hand needs a passphrase');
    if (user === network.self) throw new SilcError('usage', 'no private messages to oneself');
    const peer = this.#peers.ensure(user);
    if (peer.fixed === undefined && this.#fixed().length >= MAX_FIXED) {
      throw new SilcError('overflow', `more than ${MAX_FIXED} keys by hand`);
    }
    const { offered } = peer;
    const own = role ?? (offered === undefined ? 'initiator' : 'responder');
    const { cipher = 'aes-256-cbc', hmac = 'hmac-sha1-96' } = own === 'responder' ? (offered ?? {}) : {};
    if (!isCipherName(cipher) || !isHmacName(hmac)) {
      throw new SilcError('unsupported', 'the peer wants algorithms that are not at hand');
    }
    peer.setFixed({ keys: staticMessageKeys(backend, secret, own, { cipher, hmac }), role: own });
    wipe(secret);
    if (own === 'responder') return;
    await this.#gate.pass(() => {
      const payload = encodePayload(privateMessageKeyPayload, { cipher, hmac });
      return connection.send({
        type: PacketType.privateMessageKey,
        payload,
        destination: clientId(user.clientId),
      });
    });
  }

  /**
   * Keys of a direct connection with a user (KEY_AGREEMENT). What the peer sends under them is read from here on; own
   * messages wait for a moment, and are under them once the peer is known to have them too.
   */
  agree(user: UserRecord, exchange: Exchange): AgreedKeys {
    const peer = this.#peers.ensure(user);
    const pair = agreedPair(this.#context.backend, exchange);
    peer.add(pair);
    peer.unsettle(AGREE_MS);
    return {
      hash: exchange.hash,
      confirm: () => {
        peer.dropFixed();
        peer.confirm(pair, this.#now());
      },
      drop: () => peer.drop(pair),
    };
  }

  /** Drops the keys shared with a client. True when there were some. */
  remove(id: ClientId): boolean {
    const user = this.#context.network.users.get(id);
    const peer = this.#peers.get(user);
    if (user === undefined || peer === undefined) return false;
    const had = peer.fixed !== undefined || peer.established;
    this.#peers.remove(user);
    return had;
  }

  list(): readonly PrivateKeyInfo[] {
    return this.#peers.entries().flatMap(([user, peer]): readonly PrivateKeyInfo[] => {
      const { fixed } = peer;
      if (fixed !== undefined) {
        const { cipher, hmac } = fixed.keys.send;
        return [{ user, kind: 'static-key', cipher, hmac, role: fixed.role }];
      }
      const { confirmed } = peer;
      if (confirmed === undefined) return [];
      const { cipher, hmac } = confirmed;
      return [{ user, kind: 'negotiated-key', cipher, hmac, role: undefined }];
    });
  }

  /** Overwrites all keys. */
  close(): void {
    for (const [user] of this.#peers.entries()) this.#peers.remove(user);
  }

  #openKeyed(peer: PeerKeys, parties: MessageParties, payload: Uint8Array): OpenedPrivateMessage | undefined {
    const { backend } = this.#context;
    try {
      const fixed = peer.fixed && openWithAny(backend, [peer.fixed.keys.receive], parties, payload);
      if (fixed !== undefined) {
        const { message, key } = fixed;
        peer.macForm = fixed.macForm;
        const asks = asksForAcknowledgement(message.flags);
        const answer = asks && { acknowledgement: acknowledgementOf(backend, key, payload) };
        return { message, protection: 'static-key', ...answer };
      }
      const opened = peer.open(parties, payload, this.#now());
      if (opened === undefined) return undefined;
      const { message, receiver } = opened;
      const asks = asksForAcknowledgement(message.flags);
      const answer = asks && { acknowledgement: receiver.acknowledgement(payload) };
      return { message, protection: 'negotiated-key', ...answer };
    } catch (error) {
      if (!(error instanceof SilcError)) throw error;
      return undefined;
    }
  }

  /**
   * A message cannot be read: keys that have been negotiated are of no use any more, or are from before a session was
   * resumed. The peer does not know, and all it says would be lost; so it is asked for new ones.
   */
  #illegible(sender: UserRecord): void {
    const named = heardOutOfSight(this.#context, sender);
    this.#context.post([sender], { type: 'private-message-undecryptable', sender }, named);
    const peer = this.#peers.ensure(sender);
    // Who has set a key by hand would lose it by an exchange.
    if (peer.fixed !== undefined || peer.offered !== undefined) return;
    peer.wipe();
    this.#exchanges.begin(sender, peer);
  }

  #fixed(): readonly PeerKeys[] {
    return this.#peers.entries().flatMap(([, peer]) => (peer.fixed === undefined ? [] : [peer]));
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
    const signed = (flags & MessageFlag.signed) !== 0;
    const whole = signed ? signature !== undefined : 6 + data.length + padding.length === payload.length;
    return whole && padding.length <= MAX_PADDING && (flags & ~KNOWN_FLAGS) === 0 ? message : undefined;
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}
