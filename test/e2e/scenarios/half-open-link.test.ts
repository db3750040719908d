import { expect } from 'vitest';
import { isGap } from '../support/gap.js';
import { refusalOf } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 2: a dead link is found within 20 s of what was sent on it; what it swallowed is told to its author, and is not said twice.
scenario(
  'a SILC link goes dead without a word: its user misses nothing, and is told what SILC users may not have',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const carol = await world.user();
    await carol.join(room, 'carol');
    await alice.expect({ name: 'presence', from: `${room}/carol` });
    await alice.say(room, 'good morning');
    await bob.log.find('channel-message', ({ message }) => message.text === 'good morning');

    world.proxy.freeze(0);
    const id = await alice.say(room, 'who hears me?');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/alice`, body: 'who hears me?' });
    await bob.session.say(channel.id, 'is it silent?');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'is it silent?' });

    const error = await alice.expect({ name: 'message', type: 'error', from: room }, undefined, 30_000);
    expect(error.attrs.id).toBe(id);
    expect(refusalOf(error)).toEqual({
      type: 'wait',
      condition: 'remote-server-timeout',
      text:
        'Users of this gateway have this message. Whether SILC users have it is not known: ' +
        'the link to the SILC server broke just then.',
    });
    // Back on a new link: what is said now arrives.
    await alice.say(room, 'and now?');
    await bob.log.find('channel-message', ({ message }) => message.text === 'and now?', 30_000);
    expect(bob.log.texts).toEqual(['good morning', 'and now?']);
    for (const user of [alice, carol]) {
      await user.expect({ from: `${room}/alice`, body: 'and now?' });
      await user.barrier(world.gw);
      expect(user.received.filter(isGap)).toEqual([]);
      expect(user.received.filter(({ attrs }) => attrs.type === 'unavailable')).toEqual([]);
    }
  },
  { isProxied: true, timeoutMs: 90_000 },
);
