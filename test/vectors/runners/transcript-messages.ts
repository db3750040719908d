import { expect } from 'vitest';
import { toHex } from '../../../src/silc/bytes.js';
import type { KeyPair } from '../../../src/silc/client/types.js';
import { commandByNumber, decodeReply, decodeRequest } from '../../../src/silc/commands/index.js';
import { join } from '../../../src/silc/commands/join.js';
import { isCipherName, isHmacName, supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';
import { PacketDecoder, type DirectionKeys, type Packet } from '../../../src/silc/frame.js';
import { idBytes, type ClientId } from '../../../src/silc/ids.js';
import {
  channelKeyCandidates,
  decodeMessage,
  MessageFlag,
  NegotiatedReceiver,
  openWithAny,
  verifyMessage,
  type MessageKey,
  type MessageParties,
  type MessagePayload,
  type NegotiatedKey,
} from '../../../src/silc/messages/index.js';
import { channelKeyPayload } from '../../../src/silc/packets/channel-key.js';
import { decodePayload, encodePayload, type Codec } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { decodeNotify, PacketFlag, packetCodecs, PacketType } from '../../../src/silc/packets/index.js';
import { notifyPayload } from '../../../src/silc/packets/notify.js';
import { type Direction, type Transcript } from '../../support/transcript.js';
import { playInitiator, playResponder, type Sighted } from './transcript-play.js';

/** Every payload is decoded by its codec, down to commands and notifies, and means the same when encoded again. */
export function checkPayload({ type, payload }: Packet): void {
  const codec = Object.hasOwn(packetCodecs, type)
    ? (packetCodecs as Readonly<Record<number, Codec<unknown>>>)[type]
    : undefined;
  if (codec === undefined) {
    const opaque: readonly number[] = [
      PacketType.channelMessage,
      PacketType.privateMessage,
      PacketType.rekey,
      PacketType.rekeyDone,
      PacketType.heartbeat,
    ];
    expect(opaque).toContain(type);
    return;
  }
  const value = decodePayload(codec, payload);
  expect(decodePayload(codec, encodePayload(codec, value))).toEqual(value);
  if (type === PacketType.notify) decodeNotify(decodePayload(notifyPayload, payload));
  if (type !== PacketType.command && type !== PacketType.commandReply) return;
  const message = decodePayload(commandPayload, payload);
  const command = commandByNumber(message.command);
  if (command === undefined) throw new Error(`command ${message.command} is not in the table`);
  if (type === PacketType.command) decodeRequest(command, message);
  else decodeReply(command, message);
}

export interface ReadEvent {
  readonly event: string;
  readonly channel: string | undefined;
  readonly flags: number;
  readonly data: string;
  readonly senderHash: string;
}

/** Follows a session's channel keys and private message keys, and opens every message of both directions. */
export class MessageReader {
  readonly events: ReadEvent[] = [];
  /** Packets of a key exchange inside private messages. */
  readonly tunnelled: Packet[] = [];
  readonly #backend: CryptoBackend;
  readonly #recorded: Transcript;
  readonly #keyPair: KeyPair;
  readonly #channelNames = new Map<string, string>();
  /** Newest first. */
  readonly #channelKeys: MessageKey[] = [];
  readonly #tunnel: Sighted[] = [];
  #receivers: Record<Direction, NegotiatedReceiver> | undefined;

  constructor(backend: CryptoBackend, recorded: Transcript, keyPair: KeyPair) {
    this.#backend = backend;
    this.#recorded = recorded;
    this.#keyPair = keyPair;
  }

  see({ dir, packet }: Sighted): void {
    switch (packet.type) {
      case PacketType.commandReply:
        this.#joined(packet.payload);
        break;
      case PacketType.channelKey:
        this.#addChannelKey(packet.payload, undefined);
        break;
      case PacketType.channelMessage:
        this.#channelMessage(dir, packet);
        break;
      case PacketType.privateMessage:
        this.#privateMessage(dir, packet);
        break;
    }
  }

  #joined(payload: Uint8Array): void {
    const message = decodePayload(commandPayload, payload);
    if (message.command !== join.number) return;
    const reply = decodeReply(join, message);
    if (!('value' in reply)) return;
    this.#channelNames.set(reply.value.channelId, reply.value.name);
    if (reply.value.channelKey !== undefined) this.#addChannelKey(reply.value.channelKey, reply.value.hmac);
  }

  #addChannelKey(payload: Uint8Array, hmac: string | undefined): void {
    const { cipher, key } = decodePayload(channelKeyPayload, payload);
    if (!isCipherName(cipher)) throw new Error(`channel with cipher ${cipher}`);
    const names = hmac !== undefined && isHmacName(hmac) ? [hmac] : supportedAlgorithms.hmacs;
    this.#channelKeys.unshift(
      ...names.flatMap((name) => channelKeyCandidates(this.#backend, key, { cipher, hmac: name })),
    );
  }

  #channelMessage(dir: Direction, packet: Packet): void {
    const parties = partiesOf(packet);
    const opened = openWithAny(this.#backend, this.#channelKeys, parties, packet.payload);
    if (opened === undefined) throw new Error('a channel message that no channel key opens');
    expect(opened.macForm).toBe('with-ids');
    this.#delivered('channel_message', dir, packet, opened.message);
  }

  #privateMessage(dir: Direction, packet: Packet): void {
    const keyed = (packet.flags & PacketFlag.privmsgKey) !== 0;
    if (keyed && this.#receivers !== undefined) {
      const { message } = this.#receivers[dir].open(partiesOf(packet), packet.payload);
      this.#delivered('private_message', dir, packet, message);
      return;
    }
    const message = decodeMessage(packet.payload);
    if ((message.flags & MessageFlag.packet) === 0) {
      expect(keyed).toBe(false);
      this.#delivered('private_message', dir, packet, message);
      return;
    }
    const decoder = new PacketDecoder(this.#backend);
    decoder.push(message.data);
    const inner = decoder.next();
    if (inner === undefined) throw new Error('a tunnelled packet that is cut short');
    checkPayload(inner);
    this.tunnelled.push(inner);
    this.#tunnel.push({ dir, packet: inner });
    if (inner.type === PacketType.keyExchange2) this.#negotiated();
  }

  /** The exchange inside private messages is complete: both directions have keys. */
  #negotiated(): void {
    const stated = this.#recorded.private_message_key_exchange;
    if (stated === undefined) throw new Error('a key exchange in private messages that is not recorded');
    const play = stated.client_is_initiator ? playInitiator : playResponder;
    const exchange = play(this.#backend, this.#keyPair, stated.client_secret_exponent, this.#tunnel);
    const { initiatorToResponder: forth, responderToInitiator: back } = exchange.keys;
    const material = stated.key_material;
    if (stated.hash !== undefined) expect(toHex(exchange.hash)).toBe(toHex(stated.hash));
    expect(exchange.algorithms).toMatchObject({ cipher: stated.cipher, hmac: stated.hmac });
    expect(toHex(forth.encryptionKey)).toBe(toHex(material.send_enc_key));
    expect(toHex(back.encryptionKey)).toBe(toHex(material.receive_enc_key));
    expect(toHex(forth.hmacKey)).toBe(toHex(material.send_hmac_key));
    expect(toHex(back.hmacKey)).toBe(toHex(material.receive_hmac_key));
    // Unlike in packets the IV is the whole counter block.
    const receiver = (keys: DirectionKeys, iv: Uint8Array): NegotiatedReceiver => {
      const key: NegotiatedKey = { ...keys, iv };
      return new NegotiatedReceiver(this.#backend, key);
    };
    const initiators = receiver(forth, material.send_iv);
    const responders = receiver(back, material.receive_iv);
    this.#receivers = stated.client_is_initiator
      ? { c2s: initiators, s2c: responders }
      : { c2s: responders, s2c: initiators };
  }

  #delivered(event: string, dir: Direction, packet: Packet, message: MessagePayload): void {
    if (dir === 'c2s') {
      const { signature } = message;
      if (signature === undefined) return;
      expect(verifyMessage(this.#backend, this.#keyPair.publicKey.numbers, signature)).toBe(true);
      return;
    }
    const { destination } = packet;
    const channel = destination.type === 3 ? this.#channelNames.get(destination.id) : undefined;
    this.events.push({
      event,
      channel,
      flags: message.flags,
      data: toHex(message.data),
      senderHash: toHex(idBytes(packet.source).slice(-11)),
    });
  }
}

export function partiesOf({ source, destination }: Packet): MessageParties {
  if (source.type !== 2 || (destination.type !== 2 && destination.type !== 3)) {
    throw new Error('a message that is not of a client to a client or channel');
  }
  const sender: ClientId = source.id;
  return { sender, receiver: destination.id };
}
