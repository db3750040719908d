import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { supportedAlgorithms } from '../../src/silc/crypto/algorithms.js';
import { SilcError, SilcKeyExchangeError } from '../../src/silc/errors.js';
import { initiate, respond } from '../../src/silc/ke/driver.js';
import { DEFAULT_VERSION } from '../../src/silc/ke/negotiation.js';
import { propose, receiveProposal, type ExchangeParty } from '../../src/silc/ke/state.js';
import { streamPair } from '../../src/silc/memory-stream.js';
import type { ByteStream } from '../../src/silc/stream.js';
import { initiatorOptions, responderOptions } from '../support/connections.js';
import { testKeyPair } from '../support/keys.js';
import { mutated, mutations } from './support/mutations.js';

const party: ExchangeParty = {
  backend: nodeBackend,
  keyPair: testKeyPair('k1024v1'),
  supported: { ...supportedAlgorithms, groups: ['diffie-hellman-group1'] },
  version: DEFAULT_VERSION,
  mutual: true,
  pfs: false,
};

test('a key exchange with one changed payload is refused, or both sides have the same keys', () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 }), mutations, (step, changes) => {
      const change = (at: number, payload: Uint8Array) => (at === step ? mutated(payload, changes) : payload);
      try {
        const proposal = propose(party);
        const selection = receiveProposal(party, change(0, proposal.payload));
        const offer = proposal.receiveSelection(change(1, selection.payload));
        const accepted = selection.receiveExchange(change(2, offer.payload)).accept();
        const exchange = offer.receiveExchange(change(3, accepted.payload));
        // Nothing that was changed may end in a completed exchange with different views of it.
        expect(exchange.hash).toEqual(accepted.exchange.hash);
        expect(exchange.keys).toEqual(accepted.exchange.keys);
        expect(exchange.algorithms).toEqual(accepted.exchange.algorithms);
      } catch (error) {
        if (!(error instanceof SilcKeyExchangeError)) throw error;
        refused++;
      }
    }),
    { numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(50);
});

/** Changes each run of octets that is read. */
function spoiled(stream: ByteStream, change: (read: number, octets: Uint8Array) => Uint8Array): ByteStream {
  let reads = 0;
  return {
    remoteAddress: undefined,
    localAddress: undefined,
    read: async () => {
      const octets = await stream.read();
      return octets === undefined ? undefined : change(reads++, octets);
    },
    write: (octets) => stream.write(octets),
    end: () => stream.end(),
    destroy: () => stream.destroy(),
  };
}

test('both drivers end with a connection or a SilcError whatever arrives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('initiator', 'responder'),
      fc.integer({ min: 0, max: 3 }),
      mutations,
      async (victim, at, changes) => {
        const [near, far] = streamPair();
        const change = (read: number, octets: Uint8Array) =>
          read === at ? mutated(octets, changes) : octets;
        const ends = await Promise.allSettled([
          initiate(victim === 'initiator' ? spoiled(near, change) : near, {
            ...initiatorOptions,
            timeoutMs: 100,
          }),
          respond(victim === 'responder' ? spoiled(far, change) : far, {
            ...responderOptions,
            timeoutMs: 100,
          }),
        ]);
        for (const end of ends) {
          if (end.status === 'fulfilled') end.value.destroy();
          else expect(end.reason).toBeInstanceOf(SilcError);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('garbage instead of a key exchange is refused within the deadline', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.boolean(), async (garbage, isServer) => {
      const [near, far] = streamPair();
      await far.write(garbage);
      far.end();
      const attempt = isServer
        ? respond(near, { ...responderOptions, timeoutMs: 1_000 })
        : initiate(near, { ...initiatorOptions, timeoutMs: 1_000 });
      await expect(attempt).rejects.toBeInstanceOf(SilcError);
    }),
    { numRuns: 60 },
  );
});
