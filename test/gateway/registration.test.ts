import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const DESK = 'alice@jabber.test/desk';
const set = (query: string, from = ALICE): string =>
  `<iq type='set' id='r' from='${from}' to='gw.test'><query xmlns='jabber:iq:register'>${query}</query></iq>`;
const presence = (type: string, from = ALICE): string =>
  `<presence from='${from}' to='gw.test'${type === '' ? '' : ` type='${type}'`}/>`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('connects who is registered with the first client, and lets go with the last', async () => {
  const world = await World.start();
  expect(outlines(await world.receive(set('<nick>alice</nick>')))).toEqual([
    'presence subscribe gw.test>alice@jabber.test',
    `iq result gw.test>${ALICE}`,
  ]);
  expect(world.silc.sessions).toHaveLength(0);
  await world.receive(presence(''));
  await world.receive(presence('', DESK));
  expect(world.silc.sessions).toHaveLength(1);
  expect(world.silc.session.self.nickname).toBe('alice');
  await world.receive(presence('unavailable'));
  expect(world.silc.session.state).toBe('ready');
  await world.receive(presence('unavailable', DESK));
  expect(world.silc.sessions.map(({ state }) => state)).not.toContain('ready');
  // Once more online, and registered no more.
  await world.receive(presence(''));
  expect(world.silc.sessions).toHaveLength(2);
  expect(world.silc.session.state).toBe('ready');
  expect(outlines(await world.receive(set('<remove/>')))).toContain(`iq result gw.test>${ALICE}`);
  expect(world.silc.sessions.map(({ state }) => state)).not.toContain('ready');
  expect(await world.store.userRecords.users('registration')).toEqual([]);
});

it('connects nobody else by presence', async () => {
  const world = await World.start();
  await world.receive(presence(''));
  expect(world.silc.sessions).toHaveLength(0);
});

it('gives the passphrase of a user to servers that want one, and never shows it', async () => {
  const auth = { method: 'passphrase', passphrase: 'of all' } as const;
  const networks = { net: { default: true, servers: [{ host: 'silc.test', port: 706 }], auth } };
  const world = await World.start(testConfig({ networks }));
  const get = `<iq type='get' id='g' from='${ALICE}' to='gw.test'><query xmlns='jabber:iq:register'/></iq>`;
  const [asked] = await world.receive(get);
  expect(asked?.getChild('query')?.getChild('password')).toBeDefined();
  await world.receive(set('<nick>alice</nick><password>of alice</password>'));
  await world.receive(presence(''));
  expect(world.silc.session.options.auth).toEqual({ method: 'passphrase', passphrase: 'of alice' });
  const [shown] = await world.receive(get);
  expect(String(shown)).not.toContain('of alice');
  expect(shown?.getChild('query')?.getChildText('nick')).toBe('alice');
  // Who has given none uses that of all.
  await world.join('bob@jabber.test/phone', 'lounge', 'bob');
  expect(world.silc.session.options.auth).toEqual(auth);
  // A new nickname is no reason to give the passphrase again.
  await world.receive(set('<nick>alicia</nick>'));
  await world.receive(presence('unavailable'));
  await world.receive(presence(''));
  expect(world.silc.session.options.auth).toMatchObject({ passphrase: 'of alice' });
});
