import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

// Contract 2: a nickname that the gateway made up gives way to the first one chosen.
scenario(
  'who has sent a private message first joins under the nickname that is chosen then',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const alice = await world.user();
    await alice.tell(world.silcUser('bob'), 'hello');
    const { sender } = await bob.log.find('private-message');
    expect(sender.nickname).toMatch(/^guest-/);

    const { self } = await alice.join(room, 'Root');
    expect(self.attrs.from).toBe(`${room}/Root`);
    const codes = self.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChildren('status');
    expect(codes?.map(({ attrs }) => attrs.code)).toEqual(['110']);
    const { member } = await bob.log.find('member-joined');
    expect(member.user.nickname).toBe('Root');
    // It is chosen now: another one in another room is answered with it.
    const other = await alice.join(world.room('kitchen'), 'Toor');
    expect(other.self.attrs.from).toBe(`${world.room('kitchen')}/Root`);
    const mark = other.self.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChildren('status');
    expect(mark?.map(({ attrs }) => attrs.code)).toContain('210');
  },
);
