import { expect } from 'vitest';
import { statusCodes } from '../../support/xmpp/matcher.js';
import { scenario } from '../support/scenario.js';

// Contract 2: the nick is the session's. XEP-0045, 7.2.9: 210 tells a client that it got another nick.
scenario(
  'a second room joined with another nick shows the nick that the user has, with 210',
  async (world) => {
    const bob = await world.native('bob');
    await bob.session.join('kitchen');
    const alice = await world.user();
    await alice.join(world.room('hall'), 'alice');

    const kitchen = world.room('kitchen');
    await alice.sendJoin(kitchen, 'alicia');
    await alice.expectSequence([
      { name: 'presence', from: `${kitchen}/bob`, status: [] },
      { name: 'presence', from: `${kitchen}/alice`, type: null, status: [110, 210] },
      { name: 'message', type: 'groupchat', subject: '' },
    ]);
    const { member } = await bob.log.find('member-joined');
    expect(member.user.nickname).toBe('alice');

    // The name that was asked for is no occupant; the real one speaks.
    await alice.say(kitchen, 'hello');
    await alice.expect({ from: `${kitchen}/alice`, body: 'hello' });
    await bob.log.find('channel-message', ({ sender }) => sender.nickname === 'alice');

    // Asked for by the right name, there is nothing to tell.
    const { self } = await alice.join(world.room('cellar'), 'alice');
    expect(statusCodes(self)).toEqual([110, 201]);
    await alice.expectNothing(world.gw);
    expect(bob.log.of('nick-changed')).toEqual([]);
  },
);
