import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/silc/commands/index.js';
import type { SilcSession } from '../../src/silc/client/types.js';
import { SilcKeyExchangeError } from '../../src/silc/errors.js';
import { FailureStatus } from '../../src/silc/ke/failure.js';
import { nextEvent } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
let echo: SilcSession;

beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

/** Every cipher, HMAC, hash function and group of the protocol at least once. */
const combinations = [
  ['aes-256-ctr', 'hmac-sha256-96', 'sha256', 'diffie-hellman-group2'],
  ['aes-192-ctr', 'hmac-sha1-96', 'sha1', 'diffie-hellman-group1'],
  ['aes-128-ctr', 'hmac-md5-96', 'md5', 'diffie-hellman-group2'],
  ['aes-256-cbc', 'hmac-sha1', 'sha256', 'diffie-hellman-group1'],
  ['aes-192-cbc', 'hmac-md5', 'sha1', 'diffie-hellman-group2'],
  ['aes-128-cbc', 'hmac-sha1-96', 'md5', 'diffie-hellman-group1'],
  ['twofish-256-cbc', 'hmac-sha256-96', 'sha256', 'diffie-hellman-group1'],
  ['twofish-192-cbc', 'hmac-sha1-96', 'sha1', 'diffie-hellman-group1'],
  ['twofish-128-cbc', 'hmac-sha1', 'sha256', 'diffie-hellman-group1'],
] as const;

/** What the stock configuration of silcd leaves out: it may refuse, but then in these words. */
const optional = [
  {
    what: 'the full hmac-sha256',
    proposal: { hmacs: ['hmac-sha256'] },
    refusal: FailureStatus.unsupportedHmac,
  },
  {
    what: 'the 2048-bit group',
    proposal: { groups: ['diffie-hellman-group3'] },
    refusal: FailureStatus.unsupportedGroup,
  },
];

const proposalOf = ([cipher, hmac, hash, group]: readonly string[]) => ({
  ciphers: [cipher ?? ''],
  hmacs: [hmac ?? ''],
  hashes: [hash ?? ''],
  groups: [group ?? ''],
});

describe('algorithms of the key exchange', () => {
  beforeAll(async () => {
    echo = await target.client('echo');
    echo.subscribe((event) => {
      if (event.type === 'private-message') void echo.tell(event.sender.clientId, event.message.text ?? '');
    });
  });

  it.each(combinations)('%s with %s, %s and %s carries small and large packets both ways', async (...row) => {
    const session = await target.client('algo', { proposal: proposalOf(row) });
    for (const text of ['x', 'täxt 😀', 'long '.repeat(12_000)]) {
      const answered = nextEvent(session, 'private-message');
      await session.tell(echo.self.clientId, text);
      expect((await answered).message.text === text).toBe(true);
    }
    expect(await session.ping()).toBeGreaterThanOrEqual(0);
    await session.quit();
  });

  it('agrees on what was proposed', async () => {
    const [cipher, hmac, hash, group] = combinations[3];
    const client = await target.raw('agreed', { proposal: proposalOf(combinations[3]) });
    expect(client.connection.exchange.algorithms).toMatchObject({ cipher, hmac, hash, group });
    await client.quit();
  });

  it('takes the first of the initiator’s list that the server knows', async () => {
    const ciphers = ['aes-128-cbc', 'aes-256-ctr'];
    const client = await target.raw('ordered', { proposal: { ciphers } });
    expect(client.connection.exchange.algorithms.cipher).toBe('aes-128-cbc');
    await client.quit();
  });

  it.each(optional)('$what is carried, or refused as documented', async ({ what, proposal, refusal }) => {
    const outcome = await target.client('rare', { proposal }).catch((error: unknown) => error);
    if (outcome instanceof SilcKeyExchangeError) {
      console.log(`interop: ${what} was refused with key exchange status ${outcome.status}`);
      expect(outcome.status).toBe(refusal);
      expect(target.live).toBe(true);
      return;
    }
    expect(outcome).toMatchObject({ state: 'ready' });
    await (outcome as SilcSession).ping();
  });
});

describe('a refused key exchange', () => {
  afterEach(() => target.quitAll());

  it('leaves the server ready for the next one', async () => {
    const client = await target.raw('next');
    expect(await client.must(commands.ping, { serverId: client.serverId })).toEqual({});
  });
});
