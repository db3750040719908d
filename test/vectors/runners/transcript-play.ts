import { expect } from 'vitest';
import { toHex } from '../../../src/silc/bytes.js';
import type { KeyPair } from '../../../src/silc/client/types.js';
import { supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';
import { type Packet } from '../../../src/silc/frame.js';
import { decodeStart } from '../../../src/silc/ke/payloads.js';
import {
  InitiatorExchange,
  ResponderSelection,
  type Exchange,
  type ExchangeParty,
} from '../../../src/silc/ke/state.js';
import { PacketType } from '../../../src/silc/packets/index.js';
import { type Direction } from '../../support/transcript.js';

/** A packet of either direction, in the order in which the client processed them. */
export interface Sighted {
  readonly dir: Direction;
  readonly packet: Packet;
}

/** The first exchange among the packets, with the client as initiator. What it sends must be what was recorded. */
export function playInitiator(
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
export function playResponder(
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

export function partyOf(backend: CryptoBackend, keyPair: KeyPair, secretExponent: Uint8Array): ExchangeParty {
  return {
    ...{ backend, keyPair, secretExponent, supported: supportedAlgorithms, version: 'SILC-1.2-0.0 vectors' },
    ...{ mutual: false, pfs: false },
  };
}

/** What start payload and reply agree on. The proposal is hashed as it was sent. */
export function negotiated(proposal: Uint8Array, selection: Uint8Array) {
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

export function payloadsOf(sighted: readonly Sighted[], type: number): readonly Uint8Array[] {
  return sighted.filter(({ packet }) => packet.type === type).map(({ packet }) => packet.payload);
}

export function at<T>(list: readonly T[], index: number): T {
  return present(list[index]);
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the transcript lacks something');
  return value;
}
