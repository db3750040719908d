import { beforeEach, describe, expect, test, vi } from 'vitest';
import { parseJid } from '../../../src/component/jid.js';
import { StanzaError } from '../../../src/component/errors.js';
import { Access } from '../../../src/gateway/access.js';
import { noMetrics } from '../../../src/gateway/metrics-types.js';
import { Quotas } from '../../../src/gateway/quotas/quotas.js';
import { BURST_MINUTES, DEFAULT_RATES, QUOTA_KINDS } from '../../../src/gateway/quotas/rates.js';
import { testConfig } from '../support/world.js';

const count = vi.fn();
const metrics = { ...noMetrics, count };
/** Nothing comes back while a test runs. */
const now = (): number => 0;
const invitations = { user: 5, domain: 15, all: 200 };
// Two minutes' worth at once.
const BURST = BURST_MINUTES.invitations;

function quotas(allow: readonly string[] = []): Quotas {
  const config = testConfig({ limits: { rates: { ...DEFAULT_RATES, invitations } } });
  const access = new Access({ allow, deny: [], admins: [] });
  return new Quotas({ config, access, metrics }, now);
}

/** How many of these attempts succeed. */
function taken(made: Quotas, users: readonly string[], times: number): number {
  let count = 0;
  for (const user of users) {
    for (let i = 0; i < times; i++) if (made.tryTake('invitations', parseJid(user)) === undefined) count++;
  }
  return count;
}

const people = (domain: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `user${i}@${domain}`);

beforeEach(() => void count.mockClear());

describe('shares', () => {
  test('a user has its own, whichever client asks', () => {
    const made = quotas();
    expect(taken(made, ['a@x.example/one'], 20)).toBe(invitations.user * BURST);
    expect(taken(made, ['a@x.example/two'], 20)).toBe(0);
    expect(taken(made, ['b@x.example'], 1)).toBe(1);
    expect(count).toHaveBeenCalledWith('quota_refusals', { kind: 'invitations', scope: 'user' });
  });

  test('users of one domain share one', () => {
    const made = quotas();
    expect(taken(made, people('x.example', 50), 3)).toBe(invitations.domain * BURST);
    expect(taken(made, people('y.example', 1), 1)).toBe(1);
  });

  test('subdomains have four times as much together, in whatever form they are written', () => {
    const made = quotas();
    const users = Array.from({ length: 100 }, (_, i) =>
      people(i % 2 === 0 ? `s${i}.ümlaut.example` : `s${i}.xn--mlaut-jva.example`, 3),
    ).flat();
    expect(taken(made, users, 3)).toBe(invitations.domain * 4 * BURST);
    expect(taken(made, people('other.example', 1), 1)).toBe(1);
  });

  test('everybody together has no more than there is', () => {
    const made = quotas();
    const users = Array.from({ length: 100 }, (_, i) => people(`server${i}`, 10)).flat();
    expect(taken(made, users, 3)).toBe(invitations.all * BURST);
  });

  test('a domain that the operator has named has no share of its own', () => {
    const made = quotas(['x.example']);
    expect(taken(made, people('x.example', 50), 3)).toBe(150);
    expect(taken(made, people('deep.x.example', 60), 5)).toBe(250);
  });

  test('what is refused to one costs the others nothing', () => {
    const made = quotas();
    taken(made, ['greedy@x.example'], 1_000);
    expect(taken(made, people('x.example', 10), 1)).toBe(10);
  });
});

describe('refusals', () => {
  function refusal(made: Quotas, user: string): StanzaError {
    try {
      for (let i = 0; i < 1_000; i++) made.take('invitations', parseJid(user));
    } catch (error) {
      if (error instanceof StanzaError) return error;
    }
    throw new Error('not refused');
  }

  test('of a user say when it will pass', () => {
    const error = refusal(quotas(), 'a@x.example');
    expect(error).toMatchObject({ type: 'wait', condition: 'policy-violation' });
    expect(error.text).toBe('You use up too much: invitations. Try again in 12 seconds.');
  });

  test('of a domain are nothing that the user has done', () => {
    const made = quotas();
    taken(made, people('x.example', 50), 3);
    const error = refusal(made, 'late@x.example');
    expect(error).toMatchObject({ type: 'wait', condition: 'resource-constraint' });
    expect(error.text).toMatch(/^The users of your server use up too much.*in 4 seconds/);
  });
});

test('another limit holds at once', () => {
  const config = testConfig({ limits: { rates: { ...DEFAULT_RATES, invitations } } });
  const access = new Access({ allow: [], deny: [], admins: [] });
  const made = new Quotas({ config, access, metrics }, now);
  expect(taken(made, ['a@x.example'], 50)).toBe(10);
  const rates = { ...DEFAULT_RATES, invitations: { ...invitations, user: 7 } };
  Object.assign(config, { limits: { ...config.limits, rates } });
  expect(taken(made, ['a@x.example'], 50)).toBe(14);
});

test('what is longer than the whole share is let through now and then, and paid for', () => {
  const made = quotas();
  const huge = DEFAULT_RATES.octets.user * BURST_MINUTES.octets * 2;
  const user = parseJid('a@x.example');
  expect(made.tryTake('octets', user, huge)).toBeUndefined();
  expect(made.tryTake('octets', user, 1)).toMatchObject({ scope: 'user' });
});

test.each(QUOTA_KINDS)('by default no domain can take everything: %s', (kind) => {
  const { user, domain, all } = DEFAULT_RATES[kind];
  expect(user).toBeLessThan(domain);
  expect(domain * 2).toBeLessThanOrEqual(all);
});
