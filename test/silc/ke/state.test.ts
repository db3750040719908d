import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/silc/bytes.js';
import { supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';
import { nobleBackend } from '../../../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { groups } from '../../../src/silc/crypto/groups.js';
import { SilcKeyExchangeError } from '../../../src/silc/errors.js';
import { FailureStatus } from '../../../src/silc/ke/failure.js';
import { DEFAULT_VERSION } from '../../../src/silc/ke/negotiation.js';
import { decodeKeyExchange, encodeKeyExchange } from '../../../src/silc/ke/payloads.js';
import { propose, receiveProposal, type Exchange, type ExchangeParty } from '../../../src/silc/ke/state.js';
import { testKeyPair } from '../../support/keys.js';

const backends = [nodeBackend, nobleBackend];

function party(backend: CryptoBackend, changes: Partial<ExchangeParty> = {}): ExchangeParty {
  return {
    backend,
    keyPair: testKeyPair('k1024v1'),
    supported: supportedAlgorithms,
    version: DEFAULT_VERSION,
    mutual: true,
    pfs: false,
    ...changes,
  };
}

function statusOf(action: () => unknown): number | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof SilcKeyExchangeError) return error.status;
    throw error;
  }
}

/** A whole exchange; `change` may spoil the payloads on their way. */
function run(
  initiatorParty: ExchangeParty,
  responderParty: ExchangeParty,
  change: (step: 13 | 14 | 15 | 'reply', payload: Uint8Array) => Uint8Array = (_step, payload) => payload,
): readonly [Exchange, Exchange] {
  const proposal = propose(initiatorParty);
  const selection = receiveProposal(responderParty, change(13, proposal.payload));
  const offer = proposal.receiveSelection(change('reply', selection.payload));
  const { payload, exchange } = selection.receiveExchange(change(14, offer.payload)).accept();
  return [offer.receiveExchange(change(15, payload)), exchange];
}

const cheap = { ...supportedAlgorithms, groups: ['diffie-hellman-group1'] as const };

describe.each(backends)('a key exchange with the $name backend', (backend) => {
  test.each(['k1024v1', 'k1024v2', 'k2048v1'] as const)('is completed with key %s', (name) => {
    const [initiator, responder] = run(
      party(backend, { keyPair: testKeyPair(name), supported: cheap }),
      party(backend, { supported: cheap }),
    );
    expect(toHex(initiator.hash)).toBe(toHex(responder.hash));
    expect(initiator.keys).toEqual(responder.keys);
    expect(responder.peerPublicKey).toEqual(testKeyPair(name).publicKey);
    expect(initiator.mutual).toBe(true);
  });

  test.each(supportedAlgorithms.groups)('agrees in %s', (group) => {
    const supported = { ...supportedAlgorithms, groups: [group] };
    const [initiator, responder] = run(
      party(backend, { supported }),
      party(backend, { supported, mutual: false }),
    );
    expect(initiator.algorithms.group).toBe(group);
    expect(initiator.keys).toEqual(responder.keys);
  });

  const hash = supportedAlgorithms.hashes.map((name) => ({ hashes: [name] }));
  test.each(hash)('derives the same keys on both sides with $hashes', ({ hashes }) => {
    for (const cipher of supportedAlgorithms.ciphers) {
      for (const hmac of supportedAlgorithms.hmacs) {
        // The Diffie-Hellman part is the same for all: fixed exponents keep this cheap.
        const secretExponent = fromHex('0123456789abcdef0123456789abcdef');
        const supported = { ...cheap, hashes, ciphers: [cipher], hmacs: [hmac] };
        const both = party(backend, { supported, secretExponent, mutual: false });
        const [initiator, responder] = run(both, both);
        expect(initiator.keys).toEqual(responder.keys);
        expect(initiator.keys.initiatorToResponder).toMatchObject({ cipher, hmac });
        expect(initiator.keys.initiatorToResponder).not.toEqual(initiator.keys.responderToInitiator);
      }
    }
  });

  test("without MUTUAL the initiator does not sign, and the responder's word decides", () => {
    const silent = party(backend, { supported: cheap, mutual: false });
    const [initiator, responder] = run(silent, silent, (step, payload) => {
      if (step === 14) expect(decodeKeyExchange(payload).signature).toHaveLength(0);
      return payload;
    });
    expect([initiator.mutual, responder.mutual]).toEqual([false, false]);
    const [asked] = run(silent, party(backend, { supported: cheap }));
    expect(asked.mutual).toBe(true);
  });

  test('PFS is on when either side wants it', () => {
    const plain = party(backend, { supported: cheap });
    const wanting = { ...plain, pfs: true };
    expect(run(plain, plain).map(({ pfs }) => pfs)).toEqual([false, false]);
    expect(run(wanting, plain).map(({ pfs }) => pfs)).toEqual([true, true]);
    expect(run(plain, wanting).map(({ pfs }) => pfs)).toEqual([true, true]);
  });

  test('a signature by another key is refused', () => {
    const plain = party(backend, { supported: cheap });
    const other = testKeyPair('k1024v2').publicKey.encoded;
    for (const spoilt of [14, 15] as const) {
      const status = statusOf(() =>
        run(plain, plain, (step, payload) =>
          step === spoilt ? encodeKeyExchange({ ...decodeKeyExchange(payload), publicKey: other }) : payload,
        ),
      );
      expect(status).toBe(FailureStatus.incorrectSignature);
    }
  });

  test('a missing signature or key is refused', () => {
    const plain = party(backend, { supported: cheap });
    for (const spoilt of [14, 15] as const) {
      for (const field of ['signature', 'publicKey'] as const) {
        const status = statusOf(() =>
          run(plain, plain, (step, payload) =>
            step === spoilt
              ? encodeKeyExchange({ ...decodeKeyExchange(payload), [field]: new Uint8Array(0) })
              : payload,
          ),
        );
        expect(status).toBe(FailureStatus.badPayload);
      }
    }
  });

  test('degenerate Diffie-Hellman values are refused on both sides', () => {
    const prime = fromHex(groups['diffie-hellman-group1'].prime);
    const minusOne = prime.slice();
    minusOne[minusOne.length - 1] = (minusOne.at(-1) ?? 0) - 1;
    const padded = (last: number): Uint8Array =>
      Uint8Array.from({ length: 128 }, (_, i) => (i === 127 ? last : 0));
    const plain = party(backend, { supported: cheap, mutual: false });
    for (const spoilt of [14, 15] as const) {
      for (const publicValue of [padded(0), padded(1), minusOne, prime, new Uint8Array(129).fill(0xff)]) {
        const status = statusOf(() =>
          run(plain, plain, (step, payload) =>
            step === spoilt ? encodeKeyExchange({ ...decodeKeyExchange(payload), publicValue }) : payload,
          ),
        );
        expect(status).toBe(FailureStatus.badPayload);
      }
    }
  });

  test('a replayed reply of another exchange is refused by its cookie', () => {
    const plain = party(backend, { supported: cheap });
    const old = receiveProposal(plain, propose(plain).payload).payload;
    const status = statusOf(() => run(plain, plain, (step, payload) => (step === 'reply' ? old : payload)));
    expect(status).toBe(FailureStatus.invalidCookie);
  });
});

test('every single changed bit of a mutual exchange is noticed', () => {
  const fixed = party(nodeBackend, {
    supported: { ...cheap, hashes: ['sha1'], ciphers: ['aes-128-cbc'], hmacs: ['hmac-sha1-96'] },
    secretExponent: fromHex('00112233445566778899aabbccddeeff'),
    cookie: new Uint8Array(16).fill(7),
  });
  const lengths = new Map<string, number>();
  run(fixed, fixed, (step, payload) => {
    lengths.set(String(step), payload.length);
    return payload;
  });
  let changed = 0;
  for (const step of [13, 'reply', 14, 15] as const) {
    const length = lengths.get(String(step)) ?? 0;
    for (let offset = 0; offset < length; offset++) {
      const bit = 1 << (offset % 8);
      let outcome: readonly [Exchange, Exchange] | undefined;
      const status = statusOf(() => {
        outcome = run(fixed, fixed, (at, payload) => {
          if (at !== step) return payload;
          const spoilt = payload.slice();
          spoilt[offset] = (spoilt[offset] ?? 0) ^ bit;
          return spoilt;
        });
      });
      // The responder's reply is under no hash: of it only what was proposed can be chosen, and its version is free.
      if (outcome !== undefined) expect(step).toBe('reply');
      else expect(status).toBeGreaterThan(0);
      changed++;
    }
  }
  expect(changed).toBeGreaterThan(1000);
});

test.each([
  [2, 'SSH2'],
  [3, 'X.509v3'],
  [4, 'OpenPGP'],
  [5, 'SPKI'],
])('a key of type %i is refused by its name, %s', (type, name) => {
  const plain = party(nodeBackend, { supported: cheap });
  const retype = (step: unknown, payload: Uint8Array): Uint8Array => {
    const changed = payload.slice();
    if (step === 14) changed[3] = type;
    return changed;
  };
  expect(() => run(plain, plain, retype)).toThrow(
    expect.objectContaining({
      status: FailureStatus.unsupportedPublicKey,
      message: expect.stringContaining(`public key of type ${name}`) as unknown,
    }),
  );
});

test('arbitrary payloads never end in anything but a key exchange error', () => {
  const plain = party(nodeBackend, { supported: cheap });
  const proposal = propose(plain);
  const selection = receiveProposal(plain, proposal.payload);
  const offer = proposal.receiveSelection(selection.payload);
  const octets = fc.uint8Array({ maxLength: 600 });
  fc.assert(
    fc.property(octets, (payload) => {
      expect(statusOf(() => receiveProposal(plain, payload))).toBeGreaterThan(0);
      expect(statusOf(() => proposal.receiveSelection(payload))).toBeGreaterThan(0);
      expect(statusOf(() => selection.receiveExchange(payload))).toBeGreaterThan(0);
      expect(statusOf(() => offer.receiveExchange(payload))).toBeGreaterThan(0);
    }),
  );
});
