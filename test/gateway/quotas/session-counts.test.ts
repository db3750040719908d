import { expect, test } from 'vitest';
import { parseJid } from '../../../src/component/jid.js';
import { Access } from '../../../src/gateway/access.js';
import type { GatewayConfig } from '../../../src/gateway/config-types.js';
import { noMetrics } from '../../../src/gateway/metrics-types.js';
import { SessionCounts } from '../../../src/gateway/quotas/session-counts.js';
import { testConfig } from '../support/world.js';

function counts(
  limits: Partial<GatewayConfig['limits']>,
  network: Partial<GatewayConfig['networks'][string]> = {},
  allow: readonly string[] = [],
): SessionCounts {
  const config = testConfig({ limits: { sessions_per_domain: undefined, ...limits } });
  const net = { default: true, servers: [], auth: { method: 'none' } as const, ...network };
  const access = { ...config.access, allow, admins: ['root@admin.example'] };
  return new SessionCounts({
    config: { ...config, networks: { net }, access },
    access: new Access(access),
    metrics: noMetrics,
  });
}

/** How many of these get a session, one each. */
function admitted(made: SessionCounts, domains: Iterable<string>): number {
  let count = 0;
  for (const domain of domains) {
    const user = parseJid(`user${count}@${domain}`);
    try {
      made.check(user, 1);
      made.checkNetwork(user, 'net');
    } catch {
      continue;
    }
    made.add(domain, 'net');
    count++;
  }
  return count;
}

const many = (domain: (i: number) => string): string[] => Array.from({ length: 100 }, (_, i) => domain(i));

test('one domain has half of the sessions at most', () => {
  const made = counts({ sessions: 20 });
  expect(
    admitted(
      made,
      many(() => 'x.example'),
    ),
  ).toBe(10);
  expect(
    admitted(
      made,
      many((i) => `d${i}.example${i}`),
    ),
  ).toBe(10);
  expect(made.total).toBe(20);
});

test('subdomains of one domain have three quarters at most', () => {
  const made = counts({ sessions: 20 });
  expect(
    admitted(
      made,
      many((i) => `s${i}.x.example`),
    ),
  ).toBe(15);
  expect(admitted(made, ['y.example1'])).toBe(1);
});

test('a limit of its own counts, four times for subdomains together', () => {
  const made = counts({ sessions: 100, sessions_per_domain: 3 });
  expect(
    admitted(
      made,
      many(() => 'x.example'),
    ),
  ).toBe(3);
  expect(
    admitted(
      made,
      many((i) => `s${i % 10}.x.example`),
    ),
  ).toBe(12);
});

test('a domain that the operator has named has all', () => {
  const made = counts({ sessions: 20 }, {}, ['x.example']);
  expect(
    admitted(
      made,
      many(() => 'x.example'),
    ),
  ).toBe(20);
});

test('what has ended makes room', () => {
  const made = counts({ sessions: 4 });
  expect(
    admitted(
      made,
      many(() => 'x.example'),
    ),
  ).toBe(2);
  made.remove('x.example', 'net');
  expect(
    admitted(
      made,
      many(() => 'x.example'),
    ),
  ).toBe(1);
});

test('a network has limits of its own', () => {
  const made = counts({ sessions: 100 }, { limits: { sessions: 5, sessions_per_domain: 2 } });
  expect(
    admitted(
      made,
      many(() => 'x.example'),
    ),
  ).toBe(2);
  expect(
    admitted(
      made,
      many((i) => `d${i}.example${i}`),
    ),
  ).toBe(3);
  expect(() => made.checkNetwork(parseJid('a@z.other'), 'net')).toThrow(
    expect.objectContaining({ type: 'wait', condition: 'resource-constraint' }),
  );
});

test('a network may be for some only; administrators are among them', () => {
  const made = counts({}, { access: { allow: ['x.example'], deny: ['bad@x.example'] } });
  const check = (user: string) => () => made.checkNetwork(parseJid(user), 'net');
  expect(check('a@deep.x.example')).not.toThrow();
  expect(check('root@admin.example')).not.toThrow();
  for (const user of ['bad@x.example', 'a@y.example']) {
    expect(check(user)).toThrow(expect.objectContaining({ type: 'auth', condition: 'forbidden' }));
  }
});

test('places in rooms: a domain has half, its subdomains three quarters, a user as many as are free', () => {
  const made = counts({ rooms: 20 });
  const enter = (domain: string): boolean => {
    try {
      made.checkRoom(parseJid(`user@${domain}`));
    } catch (error) {
      expect(error).toMatchObject({ type: 'wait', condition: 'resource-constraint' });
      return false;
    }
    made.changeRooms(domain, 1);
    return true;
  };
  const entered = (domains: readonly string[]): number => domains.filter(enter).length;
  expect(entered(many(() => 'x.example'))).toBe(10);
  expect(entered(many((i) => `d${i}.example${i}`))).toBe(10);
  made.changeRooms('x.example', -1);
  expect(entered(['x.example', 'x.example'])).toBe(1);
  expect(made.rooms).toBe(20);
});

test('names of many labels are counted by those above them', () => {
  const made = counts({ sessions: 20 });
  const deep = (i: number): string =>
    `${Array.from({ length: 60 }, (_, depth) => `l${depth * i}`).join('.')}.x.example`;
  expect(admitted(made, many(deep))).toBe(15);
});

test('other rules of a network hold at once', () => {
  const config = testConfig({ limits: { sessions: 100 } });
  const net = { default: true, servers: [], auth: { method: 'none' } as const };
  const changed = { ...config, networks: { net } };
  const made = new SessionCounts({ config: changed, access: new Access(config.access), metrics: noMetrics });
  const check = () => made.checkNetwork(parseJid('a@x.example'), 'net');
  expect(check).not.toThrow();
  Object.assign(changed, { networks: { net: { ...net, access: { allow: ['y.example'], deny: [] } } } });
  expect(check).toThrow(expect.objectContaining({ condition: 'forbidden' }));
  Object.assign(changed, { access: { ...config.access, allow: [], admins: ['a@x.example'] } });
  expect(check).not.toThrow();
  Object.assign(changed, { networks: { net: { ...net, limits: { sessions: 1 } } } });
  made.add('y.example', 'net');
  expect(check).toThrow(expect.objectContaining({ condition: 'resource-constraint' }));
});
