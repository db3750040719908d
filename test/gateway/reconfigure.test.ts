import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseJid } from '../../src/component/jid.js';
import type { GatewayConfig } from '../../src/gateway/config-types.js';
import { outline, testConfig, World } from './support/world.js';

/** What changes while the gateway runs holds for whatever comes next, and takes nothing from who has it. */
let world: World;
let config: GatewayConfig;
beforeEach(async () => {
  vi.useFakeTimers();
  config = testConfig();
  world = await World.start(config);
});
afterEach(async () => {
  await world.gateway.stop();
  vi.useRealTimers();
});

async function joined(user: string, room = 'lounge'): Promise<boolean> {
  const nick = parseJid(user).local;
  const answers = await world.join(`${user}/x`, room, nick);
  return answers.map((answer) => outline(answer)).some((line) => line.includes('110'));
}

test('access to a network, and its limits', async () => {
  const { net } = config.networks;
  if (net === undefined) throw new Error('no network');
  const setNetwork = (changes: Partial<typeof net>): Promise<void> =>
    world.gateway.reconfigure({ networks: { net: { ...net, ...changes } } });
  expect(await joined('alice@jabber.test')).toBe(true);
  await setNetwork({ access: { allow: [], deny: ['jabber.test'] } });
  expect(await joined('bob@jabber.test')).toBe(false);
  expect(await joined('alice@jabber.test', 'another')).toBe(true);
  await setNetwork({ limits: { sessions: 1 } });
  expect(await joined('bob@jabber.test')).toBe(false);
  await setNetwork({});
  expect(await joined('bob@jabber.test')).toBe(true);
});

test('access to the gateway', async () => {
  const access = { allow: ['other.test'], deny: [], admins: [] };
  await world.gateway.reconfigure({ access });
  expect(await joined('alice@jabber.test')).toBe(false);
  expect(await joined('mallory@other.test')).toBe(true);
});

test('what users look like on SILC', async () => {
  await world.gateway.reconfigure({ users: { username: 'guest', real_name: 'Guest', key_bits: 1024 } });
  expect(await joined('alice@jabber.test')).toBe(true);
  expect(world.silc.sessions.at(-1)?.options).toMatchObject({ username: 'guest', realName: 'Guest' });
});

test.each([
  ['sessions', { sessions: 1 }],
  ['sessions of a domain', { sessions_per_domain: 1 }],
  ['places in rooms', { rooms: 1 }],
  ['places in rooms of a domain', { rooms_per_domain: 1 }],
  ['key pairs', { key_pairs: 1 }],
  ['key pairs of a domain', { key_pairs_per_domain: 1 }],
  ['new users', { new_users_per_hour: 1 }],
] as const)('%s', async (_what, limit) => {
  const { limits } = config;
  // A limit of new users that is another one begins anew.
  if (!('new_users_per_hour' in limit)) expect(await joined('alice@jabber.test')).toBe(true);
  await world.gateway.reconfigure({ limits: { ...limits, ...limit } });
  if ('new_users_per_hour' in limit) expect(await joined('alice@jabber.test')).toBe(true);
  expect(await joined('bob@jabber.test')).toBe(false);
  await world.gateway.reconfigure({ limits });
  expect(await joined('bob@jabber.test')).toBe(true);
});

test('rooms and clients of a user', async () => {
  const { limits } = config;
  expect(await joined('alice@jabber.test')).toBe(true);
  await world.gateway.reconfigure({ limits: { ...limits, rooms_per_user: 1, resources_per_user: 1 } });
  expect(await joined('alice@jabber.test', 'another')).toBe(false);
  const second = await world.join('alice@jabber.test/second', 'lounge', 'alice');
  expect(second.map((answer) => outline(answer)).join()).not.toContain('110');
});
