import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/types.js';
import { SilcError } from '../../src/silc/errors.js';
import { Status } from '../../src/silc/status.js';
import { ChannelMode } from '../../src/silc/modes.js';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const BOB = 'bob@jabber.test/phone';
const OWNER = 'http://jabber.org/protocol/muc#owner';
const FORM_TYPE = `<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Alice has founded the room and left it; Bob is there. */
async function withoutOwner(): Promise<World> {
  const rooms = { founder_keys: true, founder_keys_per_user: 3, retractions_on_silc: true };
  const world = await World.start(testConfig({ rooms }));
  await world.join(ALICE, 'lounge', 'alice');
  await world.receive(`<presence from='${ALICE}' to='lounge@gw.test/alice' type='unavailable'/>`);
  await world.join(BOB, 'lounge', 'bob');
  await world.settle();
  return world;
}

const ask = (world: World, from: string): Promise<Element[]> =>
  world.receive(`<iq type='get' id='q' from='${from}' to='lounge@gw.test'><query xmlns='${OWNER}'/></iq>`);

const moderate = (world: World, from: string): Promise<Element[]> =>
  world.receive(`<iq type='set' id='s' from='${from}' to='lounge@gw.test'><query xmlns='${OWNER}'>
    <x xmlns='jabber:x:data' type='submit'>${FORM_TYPE}
      <field var='muc#roomconfig_moderatedroom'><value>1</value></field></x></query></iq>`);

const nicknames = (world: World): (string | undefined)[] =>
  [...world.silc.channel('lounge').members.values()].map(({ user }) => user.nickname);

describe('an owner who is not in the room', () => {
  it('reads without being seen, and comes to set something, for a while', async () => {
    const world = await withoutOwner();
    const sessions = world.silc.sessions.length;
    const [form] = await ask(world, ALICE);
    expect(form?.getChild('query')?.getChild('x')?.attrs.type).toBe('form');
    expect(world.silc.sessions).toHaveLength(sessions);
    expect(world.gauges).toMatchObject({ sessions: 1, rooms: 1 });

    const set = outlines(await moderate(world, ALICE));
    expect(set).toContain(`iq result lounge@gw.test>${ALICE}`);
    expect(set).toContain(`presence lounge@gw.test/alice>${BOB} owner/moderator`);
    expect(set.filter((line) => line.includes('presence') && line.includes(ALICE))).toEqual([]);
    expect(world.silc.channel('lounge').mode & ChannelMode.silenceUsers).not.toBe(0);
    // What comes soon after it is the same visit.
    await vi.advanceTimersByTimeAsync(5_000);
    await moderate(world, ALICE);
    expect(nicknames(world).sort()).toEqual(['alice', 'bob']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(nicknames(world)).toEqual(['bob']);
    expect(world.gauges).toMatchObject({ sessions: 1, rooms: 1 });
    expect(world.faults).toEqual([]);
  });

  it('is let in by a join in the midst of a visit', async () => {
    const world = await withoutOwner();
    const setting = moderate(world, ALICE);
    const joining = world.join(ALICE, 'lounge', 'alice');
    const both = outlines([...(await setting), ...(await joining), ...(await world.settle())]);
    expect(both.filter((line) => line.includes(`lounge@gw.test/alice>${ALICE}`))).toHaveLength(1);
    expect(both).toContain(`iq result lounge@gw.test>${ALICE}`);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(nicknames(world).sort()).toEqual(['alice', 'bob']);
  });

  it('is told why it cannot be', async () => {
    const world = await withoutOwner();
    world.silc.refuse.set('lounge', Status.bannedFromChannel);
    const [banned] = outlines(await moderate(world, ALICE));
    expect(banned).toMatch(/^iq error lounge@gw.test>alice@jabber.test\/phone .*forbidden/);
    world.silc.refuse.clear();
    world.silc.connectFailure = () => Promise.reject(new SilcError('closed', 'no route'));
    const [away] = outlines(await moderate(world, ALICE));
    expect(away).toMatch(/^iq error lounge@gw.test>alice@jabber.test\/phone .*remote-server-timeout/);
    expect(world.gauges).toMatchObject({ sessions: 1, rooms: 1 });
  });
});

it('costs a stranger no session, and no room', async () => {
  const world = await withoutOwner();
  const [refused] = outlines(await moderate(world, 'eve@jabber.test/pc'));
  expect(refused).toMatch(/^iq error lounge@gw.test>eve@jabber.test\/pc .*forbidden/);
  const [other] = outlines(
    await world.receive(
      `<iq type='get' id='q' from='${ALICE}' to='nowhere@gw.test'><query xmlns='${OWNER}'/></iq>`,
    ),
  );
  expect(other).toMatch(/^iq error nowhere@gw.test>alice@jabber.test\/phone .*forbidden/);
  expect(world.gauges).toMatchObject({ sessions: 1, rooms: 1 });
});
