import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { outlines, World } from './support/world.js';

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
