import { expect, test, vi } from 'vitest';
import { Access } from '../../../src/gateway/access.js';
import type { GatewayConfig } from '../../../src/gateway/config-types.js';
import { noMetrics } from '../../../src/gateway/metrics-types.js';
import { KeyPairCounts } from '../../../src/gateway/quotas/key-pair-counts.js';
import { testConfig } from '../support/world.js';

/** @param stored - users who have a pair before anybody asks */
function counts(
  limits: Partial<GatewayConfig['limits']>,
  {
    stored = [],
    allow = [],
  }: { readonly stored?: readonly string[]; readonly allow?: readonly string[] } = {},
) {
  const users = vi.fn((max: number, after = '') =>
    Promise.resolve(
      [...stored]
        .sort()
        .filter((user) => user > after)
        .slice(0, max),
    ),
  );
  const made = new KeyPairCounts({
    store: { identities: { users } },
    config: testConfig({ limits: { key_pairs_per_domain: undefined, ...limits } }),
    access: new Access({ allow, deny: [], admins: [] }),
    metrics: noMetrics,
  });
  return { made, users };
}

/** How many of these get a pair. */
async function given(made: KeyPairCounts, users: readonly string[], asker?: string): Promise<number> {
  let count = 0;
  for (const user of users) {
    try {
      await made.reserve(user, asker ?? user);
      count++;
    } catch (error) {
      expect(error).toMatchObject({ type: 'wait', condition: 'resource-constraint' });
    }
  }
  return count;
}

const people = (domain: (i: number) => string): string[] =>
  Array.from({ length: 100 }, (_, i) => `user${i}@${domain(i)}`);

test('one domain has half of the pairs, its subdomains three quarters; those that are stored count', async () => {
  const stored = ['old1@x.example', 'old2@xn--mnchen-3ya.example', 'the-gateways-own'];
  const { made } = counts({ key_pairs: 20 }, { stored });
  expect(
    await given(
      made,
      people(() => 'x.example'),
    ),
  ).toBe(9);
  expect(
    await given(
      made,
      people((i) => `d${i}.other${i}`),
    ),
  ).toBe(9);
  const family = counts({ key_pairs: 20 }).made;
  expect(
    await given(
      family,
      people((i) => `d${i}.x.example`),
    ),
  ).toBe(15);
  const own = counts({ key_pairs: 20, key_pairs_per_domain: 2 }, { stored }).made;
  expect(
    await given(
      own,
      people(() => 'münchen.example'),
    ),
  ).toBe(1);
});

test('thousands of stored ones are read a page at a time, once', async () => {
  const stored = Array.from({ length: 4_100 }, (_, i) => `user${i}@x.example`);
  const { made, users } = counts({ key_pairs: 8_210 }, { stored });
  expect(
    await given(
      made,
      people(() => 'x.example'),
    ),
  ).toBe(5);
  expect(users).toHaveBeenCalledTimes(3);
});

test('a domain that the operator has named has all', async () => {
  const { made } = counts({ key_pairs: 20 }, { allow: ['x.example'] });
  expect(
    await given(
      made,
      people(() => 'x.example'),
    ),
  ).toBe(20);
});

test('people of other domains whom one user names have a quarter, whoever is allowed', async () => {
  const { made } = counts({ key_pairs: 20 }, { allow: ['x.example'] });
  expect(
    await given(
      made,
      people((i) => `d${i}.other${i}`),
      'evil@evil.example',
    ),
  ).toBe(5);
  expect(
    await given(
      made,
      people(() => 'x.example'),
      'evil@evil.example',
    ),
  ).toBe(0);
  expect(
    await given(
      made,
      people(() => 'x.example'),
    ),
  ).toBe(15);
});

test('what was not kept, or is removed, makes room', async () => {
  const { made } = counts({ key_pairs: 1 });
  const giveBack = await made.reserve('a@x.example', 'a@x.example');
  giveBack();
  expect(await given(made, ['b@x.example', 'c@y.example'])).toBe(1);
  await made.removed('b@x.example');
  expect(await given(made, ['c@y.example'])).toBe(1);
});

test('the pairs of the gateway itself are not counted', async () => {
  const { made, users } = counts({ key_pairs: 1 });
  expect(await given(made, ['service net', 'service net', 'service other'])).toBe(3);
  expect(users).not.toHaveBeenCalled();
});

test('a store that could not tell is asked again', async () => {
  const { made, users } = counts({ key_pairs: 1 });
  users.mockRejectedValueOnce(new Error('locked'));
  await expect(made.reserve('a@x.example', 'a@x.example')).rejects.toThrow('locked');
  expect(await given(made, ['a@x.example'])).toBe(1);
});
