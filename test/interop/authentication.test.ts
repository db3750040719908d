import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keyPairNamed } from '../support/silc-world.js';
import { withCode } from '../support/silc-error.js';
import { openTarget, type Target } from './support/target.js';

describe('a server without authentication', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget('none');
  });
  afterEach(() => target.quitAll());
  afterAll(() => target.close());

  it('lets in who sends nothing', async () => {
    const session = await target.client('open', { auth: { method: 'none' } });
    expect(session.state).toBe('ready');
  });

  it('tells who asks that it wants nothing', async () => {
    const session = await target.client('asking', { auth: 'ask' });
    expect(session.state).toBe('ready');
  });
});

describe('a server with a passphrase', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget('passphrase');
  });
  afterEach(() => target.quitAll());
  afterAll(() => target.close());

  it('lets in who knows it', async () => {
    const session = await target.client('knowing');
    expect(session.state).toBe('ready');
    expect(await session.whois(session.self.nickname ?? '')).toHaveLength(1);
  });

  it.each([
    ['a wrong passphrase', { method: 'passphrase', passphrase: 'not this one' } as const],
    ['no passphrase', { method: 'none' } as const],
    ['a signature', { method: 'publickey' } as const],
  ])('refuses %s', async (_what, auth) => {
    await expect(target.client('guessing', { auth })).rejects.toThrow(withCode('auth-failed'));
  });

  it('tells who asks that it wants one', async () => {
    await expect(target.client('asking', { auth: 'ask' })).rejects.toThrow(withCode('auth-failed'));
  });
});

describe('a server with a list of public keys', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget('publickey');
  });
  afterEach(() => target.quitAll());
  afterAll(() => target.close());

  it('lets in who has a key of the list', async () => {
    const session = await target.client('listed');
    expect(session.state).toBe('ready');
  });

  it('lets in who asks for the method and then signs', async () => {
    const session = await target.client('asking', { auth: 'ask' });
    expect(session.state).toBe('ready');
  });

  it.each([
    ['another key', { keyPair: keyPairNamed('stranger') }],
    ['a passphrase', { auth: { method: 'passphrase', passphrase: 'secret' } as const }],
    ['nothing', { auth: { method: 'none' } as const }],
  ])('refuses %s', async (_what, options) => {
    await expect(target.client('guessing', options)).rejects.toThrow(withCode('auth-failed'));
  });
});
