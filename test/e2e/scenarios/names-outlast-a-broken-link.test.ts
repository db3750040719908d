import { expect } from 'vitest';
import type { Element } from '../../../src/component/types.js';
import { occupantIdOf } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

/** Who is shown: name → occupant id. */
function shownIn(...presences: readonly Element[]): Readonly<Record<string, string | undefined>> {
  const name = ({ attrs: { from = '' } }: Element): string => from.slice(from.indexOf('/') + 1);
  return Object.fromEntries(presences.map((presence) => [name(presence), occupantIdOf(presence)]));
}

// Contract 1 and 2: names are the same for all local users, and outlast a broken link while its ghost is on the server.
scenario(
  "when a user's link breaks and comes back, everybody keeps the name, for everybody",
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const other = await world.native('alice');
    await other.session.join('lounge');
    const carol = await world.user();
    const before = await carol.join(room, 'carol');
    const names = shownIn(...before.occupants, before.self);
    const [marked = ''] = Object.keys(names).filter((name) => name.startsWith('alice*'));
    expect(Object.keys(names).sort()).toEqual(['alice', marked, 'bob', 'carol']);
    expect(new Set(Object.values(names)).size).toBe(4);
    await alice.expectSequence([{ from: `${room}/${marked}` }, { from: `${room}/carol` }]);

    bob.log.clear();
    const isBack = bob.log.find('member-joined', ({ member }) => member.user.nickname === 'alice');
    world.proxy.hold();
    world.proxy.cut(0);
    world.proxy.release();
    await isBack;
    await expect.poll(() => channel.members.size, { timeout: 30_000 }).toBe(5);
    // Said by the new client, heard by all: she is all there.
    await alice.say(room, 'I am back');
    await bob.log.find('channel-message', ({ message }) => message.text === 'I am back');
    for (const user of [alice, carol])
      await user.expectSequence([{ from: `${room}/alice`, body: 'I am back' }]);

    // A newcomer, one who asks again and one who was there all the time are shown the same; the ghost nobody.
    const dave = await world.user();
    const seen = await dave.join(room, 'dave');
    expect(shownIn(...seen.occupants)).toEqual(names);
    for (const user of [alice, carol]) await user.expectSequence([{ from: `${room}/dave`, type: null }]);
    const again = await alice.join(room, 'alice');
    const { dave: daveId, ...others } = shownIn(...again.occupants, again.self);
    expect(others).toEqual(names);
    expect(daveId).toBe(occupantIdOf(seen.self));

    await other.session.say(channel.id, 'I am the other one');
    for (const user of [alice, carol, dave]) {
      const line = await user.expect({ body: 'I am the other one' });
      expect(line.attrs.from).toBe(`${room}/${marked}`);
      expect(occupantIdOf(line)).toBe(names[marked]);
    }
    world.proxy.bury(0);
    await expect.poll(() => channel.members.size, { timeout: 30_000 }).toBe(5);
    for (const user of [alice, carol, dave]) await user.expectNothing(world.gw);
  },
  { isProxied: true, timeoutMs: 90_000 },
);
