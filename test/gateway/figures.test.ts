import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Status } from '../../src/silc/status.js';
import { World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const MALLORY = 'mallory@jabber.test/phone';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('counts joins and refused ones, by the gateway and by SILC, with their conditions', async () => {
  const world = await World.start();
  await world.join(MALLORY, 'lounge', 'mallory');
  expect(world.counts.get('joins_refused')).toBe(1);
  expect(world.counts.get('refusals presence forbidden')).toBe(1);
  world.silc.refuse.set('closed', Status.bannedFromChannel);
  await world.join(ALICE, 'closed', 'alice');
  expect(world.counts.get('joins_refused')).toBe(2);
  expect(world.counts.get('refusals presence forbidden')).toBe(2);
  await world.join(ALICE, 'lounge', 'alice');
  expect(world.counts.get('joins')).toBe(1);
  expect(world.counts.get('join_seconds')).toBe(1);
  expect(world.counts.get('silc_handshakes net ok')).toBe(2);
});

it('measures what is said, and counts what is refused and dropped', async () => {
  const world = await World.start();
  await world.join(ALICE, 'lounge', 'alice');
  await world.receive(
    `<message from='${ALICE}' to='lounge@gw.test' type='groupchat' id='1'><body>hello</body></message>`,
  );
  expect(world.counts.get('message_to_silc_seconds')).toBe(1);
  await world.receive(
    `<message from='${ALICE}' to='elsewhere@gw.test' type='groupchat' id='2'><body>hello</body></message>`,
  );
  expect(world.counts.get('refusals message not-acceptable')).toBe(1);
  await world.receive(`<message from='${ALICE}' type='groupchat'><body>to nobody</body></message>`);
  expect(world.counts.get('drops from_jabber no-address')).toBe(1);
  expect(world.counts.get('stanzas_dropped')).toBe(1);
});

it('tells how many sessions of a network are how far', async () => {
  const world = await World.start();
  await world.join(ALICE, 'lounge', 'alice');
  const sessions = () => [...(world.gateway.status()?.networks.values() ?? [])][0]?.sessions;
  expect(sessions()).toEqual({ connected: 1, connecting: 0, reconnecting: 0, idle: 0 });
  world.silc.session.lose();
  expect(sessions()).toEqual({ connected: 0, connecting: 0, reconnecting: 1, idle: 0 });
});
