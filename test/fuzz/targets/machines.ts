import { readdirSync, readFileSync } from 'node:fs';
import type { ComponentError } from '../../../src/component/errors.js';
import { tryParseJid } from '../../../src/component/jid.js';
import { DEFAULT_PARSER_LIMITS, GuardedParser } from '../../../src/component/parser.js';
import { concat, equalBytes, utf8 } from '../../../src/silc/bytes.js';
import { supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { SilcError, SilcKeyExchangeError } from '../../../src/silc/errors.js';
import { PacketDecoder, PacketEncoder, type DirectionKeys } from '../../../src/silc/frame.js';
import { NO_ID } from '../../../src/silc/ids.js';
import { DEFAULT_VERSION } from '../../../src/silc/ke/negotiation.js';
import { propose, receiveProposal, type ExchangeParty } from '../../../src/silc/ke/state.js';
import { testKeyPair } from '../../support/keys.js';
import { HEADER } from '../../support/xmpp/fake-server.js';
import { readStrictly } from '../../support/xmpp/strict.js';
import { outcomeOf, type Target } from '../support/target.js';

const decoder = new TextDecoder();
const golden = new URL('../../golden/', import.meta.url);

/** Stanzas of every kind that the gateway takes or sends. */
export const stanzas: readonly Uint8Array[] = readdirSync(golden)
  .filter((name) => name.endsWith('.xml'))
  .map((name) => utf8(readFileSync(new URL(name, golden), 'utf8').trim()));

const componentStream: Target = {
  name: 'machine: component stream',
  seeds: stanzas,
  cost: 10,
  run: (octets) => {
    const violations: ComponentError[] = [];
    const outcome = { delivered: 0, dropped: 0, repaired: 0, ends: 0 };
    const parser = new GuardedParser(DEFAULT_PARSER_LIMITS, {
      onElement: (element) => {
        if (violations.length > 0) throw new Error('delivered after a violation');
        readStrictly(element.toString());
        outcome.delivered++;
      },
      onDropped: () => outcome.dropped++,
      onRepaired: () => outcome.repaired++,
      onEnd: () => outcome.ends++,
      onViolation: (error) => violations.push(error),
    });
    parser.write(HEADER);
    const text = decoder.decode(octets);
    // As TCP may cut it.
    const middle = text.length >> 1;
    parser.write(text.slice(0, middle));
    parser.write(text.slice(middle));
    if (violations.length > 1) throw new Error('several violations');
    const [violation] = violations;
    return violation === undefined ? JSON.stringify(outcome) : outcomeOf(violation);
  },
};

const addresses: Target = {
  name: 'machine: addresses',
  seeds: ['a@x', 'straße%net@gw.test/ß', `\\20a!@[::1]/${'r'.repeat(100)}`].map(utf8),
  cost: 1,
  run: (octets) => {
    const jid = tryParseJid(decoder.decode(octets));
    if (jid === undefined) return 'none';
    if (tryParseJid(jid.full)?.full !== jid.full) throw new Error('the canonical form is another address');
    return `${jid.local === '' ? '' : 'local '}${jid.resource === '' ? '' : 'resource'}`;
  },
};

const keys: DirectionKeys = {
  cipher: 'aes-256-cbc',
  hmac: 'hmac-sha256-96',
  encryptionKey: new Uint8Array(32).fill(1),
  iv: new Uint8Array(16).fill(2),
  hmacKey: new Uint8Array(20).fill(3),
};
const payloads = [1, 30, 300].map((length) => new Uint8Array(length).fill(length));

function wireOf(protection: DirectionKeys | undefined): Uint8Array {
  const encoder = new PacketEncoder(nodeBackend);
  encoder.setKeys(protection);
  return concat(
    ...payloads.map((payload) =>
      encoder.encode({ type: 1, flags: 0, source: NO_ID, destination: NO_ID, payload }),
    ),
  );
}

const packets = (name: string, protection: DirectionKeys | undefined): Target => ({
  name: `machine: packets ${name}`,
  seeds: [wireOf(protection)],
  cost: 10,
  run: (octets) => {
    const machine = new PacketDecoder(nodeBackend);
    machine.setKeys(protection);
    let found = 0;
    try {
      for (const half of [octets.subarray(0, octets.length >> 1), octets.subarray(octets.length >> 1)]) {
        machine.push(half);
        for (let packet = machine.next(); packet !== undefined; packet = machine.next()) {
          const sent = payloads[found++];
          if (protection === undefined) continue;
          if (sent === undefined || !equalBytes(packet.payload, sent)) throw new Error('a MAC was passed');
        }
      }
      return `${Math.min(found, 5)} packets`;
    } catch (error) {
      if (error instanceof SilcError) return `${Math.min(found, 5)}, ${outcomeOf(error)}`;
      throw error;
    }
  },
});

const party: ExchangeParty = {
  backend: nodeBackend,
  keyPair: testKeyPair('k1024v1'),
  supported: { ...supportedAlgorithms, groups: ['diffie-hellman-group1'] },
  version: DEFAULT_VERSION,
  mutual: true,
  pfs: false,
};
const opened = propose(party);
const selected = receiveProposal(party, opened.payload);
const offered = opened.receiveSelection(selected.payload);
const replied = selected.receiveExchange(offered.payload).accept();

/** One payload of an exchange is another one; each side is asked anew, up to where it is read. */
const keyExchange = (name: string, good: Uint8Array, receive: (payload: Uint8Array) => unknown): Target => ({
  name: `machine: key exchange, ${name}`,
  seeds: [good],
  // A modular exponentiation.
  cost: 1_000,
  run: (octets) => {
    try {
      receive(octets);
      return 'taken';
    } catch (error) {
      if (error instanceof SilcKeyExchangeError) return outcomeOf(error);
      throw error;
    }
  },
});

/** Everything that keeps a state between octets, and can be fed without a socket. */
export const machineTargets: readonly Target[] = [
  componentStream,
  addresses,
  packets('in clear', undefined),
  packets('under keys', keys),
  keyExchange('proposal', opened.payload, (payload) => receiveProposal(party, payload)),
  keyExchange('selection', selected.payload, (payload) => propose(party).receiveSelection(payload)),
  keyExchange('initiator', offered.payload, (payload) =>
    receiveProposal(party, propose(party).payload).receiveExchange(payload),
  ),
  keyExchange('responder', replied.payload, (payload) => {
    const proposal = propose(party);
    const selection = receiveProposal(party, proposal.payload);
    return proposal.receiveSelection(selection.payload).receiveExchange(payload);
  }),
];
