import { expect } from 'vitest';
import { concat, toHex, utf8 } from '../../../src/silc/bytes.js';
import type { KeyPair } from '../../../src/silc/client/types.js';
import { commandByNumber, decodeReply, decodeRequest } from '../../../src/silc/commands/index.js';
import { join } from '../../../src/silc/commands/join.js';
import { ciphers, isCipherName, isHmacName, supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../../../src/silc/crypto/key-file.js';
import { joinKeyPair } from '../../../src/silc/crypto/key-pair.js';
import { signData, verifyData } from '../../../src/silc/crypto/signature.js';
import { PacketDecoder, type DirectionKeys, type Packet } from '../../../src/silc/frame.js';
import { idBytes, type ClientId } from '../../../src/silc/ids.js';
import { decodeKeyExchange, decodeStart } from '../../../src/silc/ke/payloads.js';
import { rekeyedKeys, type SessionKeys } from '../../../src/silc/ke/session-keys.js';
import { InitiatorExchange, ResponderSelection, type Exchange, type ExchangeParty } from '../../../src/silc/ke/state.js';
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
import { connectionAuthPayload } from '../../../src/silc/packets/connection-auth.js';
import { decodeNotify, PacketFlag, packetCodecs, PacketType } from '../../../src/silc/packets/index.js';
import { notifyPayload } from '../../../src/silc/packets/notify.js';
import {
  cuttings,
  describePacket,
  describeRecorded,
  directions,
  reencode,
  octetsOf,
  replay,
  transcriptExpect,
  transcriptInput,
  type Direction,
  type Transcript,
  type TranscriptSecret,
} from '../../support/transcript.js';
import type { CaseCheck, VectorRunner } from './types.js';

/** A packet of either direction, in the order in which the client processed them. */
interface Sighted {
  readonly dir: Direction;
  readonly packet: Packet;
}

const transcript: CaseCheck = ({ input, expect: wanted }, backend) => {
  const recorded = transcriptInput.parse(input);
  const result = transcriptExpect.parse(wanted);
  const byDirection = {
    c2s: result.packets.filter((one) => one.dir === 'c2s'),
    s2c: result.packets.filter((one) => one.dir === 's2c'),
  };

  const packets: Record<Direction, Packet[]> = { c2s: [], s2c: [] };
  for (const direction of directions) {
    const stated = byDirection[direction];
    for (const cutting of cuttings) {
      const replayed = replay(backend, recorded, direction, cutting);
      expect(replayed.map((one) => describePacket(one.packet))).toEqual(stated.map(describeRecorded));
      expect(replayed.map((one) => [one.sequence, one.epoch])).toEqual(
        stated.map((one) => [one.sequence, one.key_epoch]),
      );
      packets[direction] = replayed.map((one) => one.packet);
    }
    const again = reencode(backend, recorded, direction, stated, packets[direction]);
    expect(toHex(again)).toBe(toHex(concat(...octetsOf(recorded, direction))));
  }

  const next = { c2s: 0, s2c: 0 };
  const sighted = result.packets.map(({ dir }): Sighted => ({ dir, packet: at(packets[dir], next[dir]++) }));
  const keyPair = joinKeyPair(
    readPublicKeyFile(utf8(recorded.client_key.public_key_file)),
    readPrivateKeyFile(
      backend,
      recorded.client_key.private_key_file_hex,
      recorded.client_key_passphrase,
    ).numbers,
  );
  for (const { packet } of sighted) checkPayload(packet);
  const exchange = checkKeyExchange(backend, recorded, sighted, keyPair);
  checkConnectionAuth(backend, recorded, sighted, keyPair, exchange);
  const reader = new MessageReader(backend, recorded, keyPair);
  for (const one of sighted) reader.see(one);
  expect(reader.events.map(({ event, channel, flags, data }) => ({ event, channel, flags, data }))).toEqual(
    result.application_events.map(({ event, channel, flags, data }) => ({
      event,
      channel,
      flags,
      data: toHex(data),
    })),
  );
  // A Client ID ends with the head of a digest of the nickname: that is who sent it.
  for (const [i, { from }] of result.application_events.entries()) {
    const digest = backend.hash('md5', utf8(from.normalize('NFKC').toLowerCase()));
    expect(at(reader.events, i).senderHash).toBe(toHex(digest.subarray(0, 11)));
  }
  expect(reader.tunnelled.map(describePacket)).toEqual(
    (result.packets_inside_private_messages ?? []).map(describeRecorded),
  );
};

/** Every payload is decoded by its codec, down to commands and notifies, and means the same when encoded again. */
function checkPayload({ type, payload }: Packet): void {
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

/** Plays the client's part of every key exchange with its recorded exponent, and derives the keys of all epochs. */
function checkKeyExchange(
  backend: CryptoBackend,
  recorded: Transcript,
  sighted: readonly Sighted[],
  keyPair: KeyPair,
): Exchange {
  const first = at(recorded.key_exchanges, 0);
  const exchange = playInitiator(backend, keyPair, first.client_secret_exponent, sighted);
  const answered = decodeKeyExchange(present(payloadsOf(sighted, PacketType.keyExchange2)[0]));
  const agreed = backend
    .diffieHellman(first.group, first.client_secret_exponent)
    .computeSecret(answered.publicValue);
  expect(toHex(agreed)).toBe(toHex(first.shared_secret_key));
  expect(exchange.algorithms).toMatchObject({ group: first.group, hash: first.hash_function });
  if (first.hash !== undefined) expect(toHex(exchange.hash)).toBe(toHex(first.hash));
  checkEpoch(recorded, 1, exchange.keys);

  const offers = sighted.filter(({ packet }) => packet.type === PacketType.keyExchange1).slice(1);
  const answers = sighted.filter(({ packet }) => packet.type === PacketType.keyExchange2).slice(1);
  const rekeys = recorded.key_exchanges.filter((one) => one.rekey);
  expect(offers).toHaveLength(rekeys.length);
  let { rekeySecret: secret } = exchange.keys;
  const epochs = new Set(recorded.secrets.filter((one) => one.rekey).map((one) => one.key_epoch));
  for (const [i, epoch] of [...epochs].sort((a, b) => a - b).entries()) {
    if (exchange.pfs) {
      const { client_secret_exponent, shared_secret_key, group } = at(rekeys, i);
      const pair = [at(offers, i), at(answers, i)];
      const [own, peer] = directions.map((direction) =>
        decodeKeyExchange(at(pair.filter((one) => one.dir === direction), 0).packet.payload),
      );
      const half = backend.diffieHellman(group, client_secret_exponent);
      expect(toHex(half.publicValue)).toBe(toHex(own?.publicValue ?? new Uint8Array(0)));
      secret = half.computeSecret(peer?.publicValue ?? new Uint8Array(0));
      expect(toHex(secret)).toBe(toHex(shared_secret_key));
    }
    const keys = rekeyedKeys(backend, exchange.algorithms, secret);
    checkEpoch(recorded, epoch, keys);
    secret = keys.rekeySecret;
  }
  return exchange;
}

function checkEpoch(recorded: Transcript, epoch: number, keys: SessionKeys): void {
  const stated = recorded.secrets.filter((one) => one.key_epoch === epoch);
  expect(stated).toHaveLength(2);
  for (const one of stated) {
    checkKeys(one, one.key_material_half === 'send' ? keys.initiatorToResponder : keys.responderToInitiator);
  }
}

function checkKeys(stated: TranscriptSecret, keys: DirectionKeys): void {
  expect(keys.cipher).toBe(stated.cipher);
  expect(keys.hmac).toBe(stated.hmac);
  expect(toHex(keys.encryptionKey)).toBe(toHex(stated.enc_key));
  expect(toHex(keys.hmacKey)).toBe(toHex(stated.hmac_key));
  const counted = ciphers[keys.cipher].mode === 'ctr';
  // The packet layer clears the last four octets of a counter block before every packet.
  const wanted = (counted ? stated.counter_block : stated.iv)?.subarray(0, counted ? 12 : 16);
  expect(toHex(keys.iv.subarray(0, counted ? 12 : 16))).toBe(toHex(wanted ?? new Uint8Array(0)));
}

/** The first exchange among the packets, with the client as initiator. What it sends must be what was recorded. */
function playInitiator(
  backend: CryptoBackend,
  keyPair: KeyPair,
  secretExponent: Uint8Array,
  sighted: readonly Sighted[],
): Exchange {
  const [proposal, selection] = payloadsOf(sighted, PacketType.keyExchange);
  const [offer] = payloadsOf(sighted, PacketType.keyExchange1);
  const [answer] = payloadsOf(sighted, PacketType.keyExchange2);
  const initiator = new InitiatorExchange(
    partyOf(backend, keyPair, secretExponent),
    negotiated(present(proposal), present(selection)),
  );
  expect(toHex(initiator.payload)).toBe(toHex(present(offer)));
  return initiator.receiveExchange(present(answer));
}

/** The same with the client as responder. */
function playResponder(
  backend: CryptoBackend,
  keyPair: KeyPair,
  secretExponent: Uint8Array,
  sighted: readonly Sighted[],
): Exchange {
  const [proposal, selection] = payloadsOf(sighted, PacketType.keyExchange);
  const [offer] = payloadsOf(sighted, PacketType.keyExchange1);
  const [answer] = payloadsOf(sighted, PacketType.keyExchange2);
  const responder = new ResponderSelection(
    partyOf(backend, keyPair, secretExponent),
    present(selection),
    negotiated(present(proposal), present(selection)),
  );
  const { payload, exchange } = responder.receiveExchange(present(offer)).accept();
  expect(toHex(payload)).toBe(toHex(present(answer)));
  return exchange;
}

function partyOf(backend: CryptoBackend, keyPair: KeyPair, secretExponent: Uint8Array): ExchangeParty {
  return {
    ...{ backend, keyPair, secretExponent, supported: supportedAlgorithms, version: 'SILC-1.2-0.0 vectors' },
    ...{ mutual: false, pfs: false },
  };
}

/** What start payload and reply agree on. The proposal is hashed as it was sent. */
function negotiated(proposal: Uint8Array, selection: Uint8Array) {
  const { flags, version, groups, hashes, ciphers: cipherNames, hmacs } = decodeStart(selection);
  const only = <Name extends string>(known: readonly Name[], [name]: readonly string[]): Name =>
    present(known.find((candidate) => candidate === name));
  const algorithms = {
    group: only(supportedAlgorithms.groups, groups),
    cipher: only(supportedAlgorithms.ciphers, cipherNames),
    hash: only(supportedAlgorithms.hashes, hashes),
    hmac: only(supportedAlgorithms.hmacs, hmacs),
  };
  return { algorithms, flags, startPayload: proposal, peerVersion: version };
}

/** What the client sent as proof: nothing, the passphrase, or a signature that comes out the same again. */
function checkConnectionAuth(
  backend: CryptoBackend,
  recorded: Transcript,
  sighted: readonly Sighted[],
  keyPair: KeyPair,
  exchange: Exchange,
): void {
  for (const payload of payloadsOf(sighted, PacketType.connectionAuth)) {
    const { data } = decodePayload(connectionAuthPayload, payload);
    if (recorded.connection_passphrase_sent !== null) {
      expect(toHex(data)).toBe(toHex(utf8(recorded.connection_passphrase_sent)));
    } else if (data.length > 0) {
      const { hash } = exchange.algorithms;
      const parts = [exchange.hash, exchange.startPayload];
      expect(verifyData(backend, keyPair.publicKey.numbers, hash, parts, data)).toBe(true);
      expect(toHex(signData(backend, keyPair.privateKey, hash, parts))).toBe(toHex(data));
    }
  }
}

interface ReadEvent {
  readonly event: string;
  readonly channel: string | undefined;
  readonly flags: number;
  readonly data: string;
  readonly senderHash: string;
}

/** Follows a session's channel keys and private message keys, and opens every message of both directions. */
class MessageReader {
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

function partiesOf({ source, destination }: Packet): MessageParties {
  if (source.type !== 2 || (destination.type !== 2 && destination.type !== 3)) {
    throw new Error('a message that is not of a client to a client or channel');
  }
  const sender: ClientId = source.id;
  return { sender, receiver: destination.id };
}

function payloadsOf(sighted: readonly Sighted[], type: number): readonly Uint8Array[] {
  return sighted.filter(({ packet }) => packet.type === type).map(({ packet }) => packet.payload);
}

function at<T>(list: readonly T[], index: number): T {
  return present(list[index]);
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the transcript lacks something');
  return value;
}

export const runner: VectorRunner = { kinds: { default: transcript } };
