import { expect } from 'vitest';
import { concat, toHex, utf8 } from '../../../src/silc/bytes.js';
import type { KeyPair } from '../../../src/silc/client/types.js';
import { ciphers } from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../../../src/silc/crypto/key-file.js';
import { joinKeyPair } from '../../../src/silc/crypto/key-pair.js';
import { signData, verifyData } from '../../../src/silc/crypto/signature.js';
import { type DirectionKeys, type Packet } from '../../../src/silc/frame.js';
import { decodeKeyExchange } from '../../../src/silc/ke/payloads.js';
import { rekeyedKeys, type SessionKeys } from '../../../src/silc/ke/session-keys.js';
import { type Exchange } from '../../../src/silc/ke/state.js';
import { decodePayload } from '../../../src/silc/packets/codec.js';
import { connectionAuthPayload } from '../../../src/silc/packets/connection-auth.js';
import { PacketType } from '../../../src/silc/packets/index.js';
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
import { checkPayload, MessageReader } from './transcript-messages.js';
import { at, payloadsOf, playInitiator, present, type Sighted } from './transcript-play.js';
import type { CaseCheck, VectorRunner } from './types.js';

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
    readPrivateKeyFile(backend, recorded.client_key.private_key_file_hex, recorded.client_key_passphrase)
      .numbers,
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
        decodeKeyExchange(
          at(
            pair.filter((one) => one.dir === direction),
            0,
          ).packet.payload,
        ),
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

export const runner: VectorRunner = { kinds: { default: transcript } };
