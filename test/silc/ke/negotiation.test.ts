import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultProposal, supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import { SilcError, SilcKeyExchangeError } from '../../../src/silc/errors.js';
import { FailureStatus } from '../../../src/silc/ke/failure.js';
import {
  acceptSelection,
  checkedProposal,
  checkVersion,
  DEFAULT_VERSION,
  proposalFields,
  select,
} from '../../../src/silc/ke/negotiation.js';
import { KeyExchangeFlag, type KeyExchangeStart } from '../../../src/silc/packets/key-exchange-start.js';

const cookie = Uint8Array.from({ length: 16 }, (_, i) => i);
const options = { version: DEFAULT_VERSION, mutual: false, pfs: false };
const proposal = proposalFields(defaultProposal, { ...options, cookie });

function statusOf(action: () => unknown): number | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof SilcKeyExchangeError) return error.status;
    throw error;
  }
}

describe('the responder', () => {
  test("takes the initiator's first name of each list that it supports", () => {
    const { algorithms, reply } = select(
      {
        ...proposal,
        groups: ['elliptic', 'diffie-hellman-group1', 'diffie-hellman-group2'],
        ciphers: ['serpent-256-cbc', 'twofish-256-ctr', 'aes-128-cbc', 'aes-256-ctr'],
        hashes: ['sha512', 'sha1', 'sha256'],
        hmacs: ['', 'hmac-md5', 'hmac-sha1'],
        pkcs: ['dss', 'rsa'],
      },
      supportedAlgorithms,
      options,
    );
    expect(algorithms).toEqual({
      group: 'diffie-hellman-group1',
      cipher: 'aes-128-cbc',
      hash: 'sha1',
      hmac: 'hmac-md5',
    });
    expect(reply).toMatchObject({ groups: ['diffie-hellman-group1'], pkcs: ['rsa'], cookie });
  });

  test('takes the largest group where a peer offers it', () => {
    const groups = ['diffie-hellman-group3', 'diffie-hellman-group1'];
    const { algorithms } = select({ ...proposal, groups }, supportedAlgorithms, options);
    expect(algorithms.group).toBe('diffie-hellman-group3');
  });

  test.each<[keyof KeyExchangeStart, number]>([
    ['groups', FailureStatus.unsupportedGroup],
    ['ciphers', FailureStatus.unsupportedCipher],
    ['pkcs', FailureStatus.unsupportedPkcs],
    ['hashes', FailureStatus.unsupportedHash],
    ['hmacs', FailureStatus.unsupportedHmac],
  ])('refuses a proposal without usable %s with status %i', (list, status) => {
    const unusable = { ...proposal, [list]: ['x', 'y'] };
    expect(statusOf(() => select(unusable, supportedAlgorithms, options))).toBe(status);
  });

  test('strips the IV flag, keeps MUTUAL and PFS, and adds what it demands itself', () => {
    const flags = KeyExchangeFlag.ivIncluded | KeyExchangeFlag.pfs | 0x80;
    const kept = select({ ...proposal, flags }, supportedAlgorithms, options);
    expect(kept.reply.flags).toBe(KeyExchangeFlag.pfs);
    const added = select({ ...proposal, flags }, supportedAlgorithms, { ...options, mutual: true });
    expect(added.reply.flags).toBe(KeyExchangeFlag.pfs | KeyExchangeFlag.mutual);
  });

  test.each([
    [['none'], []],
    [[], []],
    [['zlib'], []],
    [['zlib', 'none'], ['none']],
  ])('answers the compression list %j with %j', (compressions, answer) => {
    const { reply } = select({ ...proposal, compressions }, supportedAlgorithms, options);
    expect(reply.compressions).toEqual(answer);
  });

  test('never throws anything but a key exchange error, whatever the lists hold', () => {
    const list = fc.array(fc.oneof(fc.string(), fc.constantFrom('rsa', 'sha1', 'aes-256-cbc')));
    fc.assert(
      fc.property(list, list, fc.string(), fc.nat(255), (names, others, version, flags) => {
        const start = { ...proposal, groups: names, ciphers: others, hashes: names, version, flags };
        expect(statusOf(() => select(start, supportedAlgorithms, options))).not.toBe(0);
      }),
    );
  });
});

describe('the initiator', () => {
  const { reply } = select(proposal, supportedAlgorithms, options);

  test('accepts what it has proposed', () => {
    expect(acceptSelection(reply, defaultProposal, cookie)).toEqual({
      group: 'diffie-hellman-group2',
      cipher: 'aes-256-ctr',
      hash: 'sha256',
      hmac: 'hmac-sha256-96',
    });
  });

  test.each<[string, Partial<KeyExchangeStart>, number]>([
    ['another cookie', { cookie: new Uint8Array(16) }, FailureStatus.invalidCookie],
    ['no version', { version: 'SSH-2.0-x' }, FailureStatus.badVersion],
    ['the IV flag', { flags: KeyExchangeFlag.ivIncluded }, FailureStatus.badPayload],
    ['compression', { compressions: ['zlib'] }, FailureStatus.badPayload],
    ['a group not proposed', { groups: ['diffie-hellman-group3'] }, FailureStatus.unsupportedGroup],
    ['two ciphers', { ciphers: ['aes-256-ctr', 'aes-256-cbc'] }, FailureStatus.unsupportedCipher],
    ['a weak hash function', { hashes: ['md5'] }, FailureStatus.unsupportedHash],
    ['no HMAC', { hmacs: [] }, FailureStatus.unsupportedHmac],
    ['another public key algorithm', { pkcs: ['dss'] }, FailureStatus.unsupportedPkcs],
  ])('refuses %s', (_what, change, status) => {
    const answer = { ...reply, ...change };
    expect(statusOf(() => acceptSelection(answer, defaultProposal, cookie))).toBe(status);
  });
});

describe('versions', () => {
  test.each(['SILC-1.2-1.1.19 default', 'SILC-1.3-x', DEFAULT_VERSION])('%s is taken', (version) => {
    expect(statusOf(() => checkVersion(version))).toBeUndefined();
  });

  test.each(['', 'SILC', 'SILC-1', 'SILC-1.2', 'SSH-2.0-x', `SILC-1.2-${'x'.repeat(300)}`])(
    '%s is refused',
    (version) => {
      expect(statusOf(() => checkVersion(version))).toBe(FailureStatus.badVersion);
    },
  );
});

describe("an application's proposal", () => {
  test('fills in what is not told', () => {
    expect(checkedProposal({ ciphers: ['aes-128-cbc'] }, defaultProposal)).toEqual({
      groups: defaultProposal.groups,
      ciphers: ['aes-128-cbc'],
      hashes: defaultProposal.hashes,
      hmacs: defaultProposal.hmacs,
    });
  });

  test.each([{ ciphers: ['serpent-256-cbc'] }, { hmacs: [] }, { groups: ['modp1'] }])(
    'with unknown names or none is refused: %j',
    (lists) => {
      expect(() => checkedProposal(lists, defaultProposal)).toThrow(SilcError);
    },
  );
});
