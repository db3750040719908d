import { expect } from 'vitest';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// Contract 5: what leads astray is isolated, and a nickname that looks like another carries a mark.
scenario(
  'a nickname that looks like another is marked, and writing directions end with their text',
  async (world) => {
    const { room, alice, bob, channel } = await loungeOfBob(world);
    // With a Cyrillic o.
    const [other, lookAlike] = [await world.native('carol2'), await world.native('b\u043eb')];
    await lookAlike.session.join('lounge');
    const shown = await alice.expect(
      ({ name, attrs }) => name === 'presence' && attrs.from?.startsWith(`${room}/b\u043eb`) === true,
      'the look-alike',
    );
    const [, name = ''] = (shown.attrs.from ?? '').split('/');
    expect(name).toMatch(/^b\u043eb\*[0-9a-f]{4,}$/);
    await other.session.join('lounge');
    await alice.expect({ from: `${room}/carol2` });

    // The mark is part of an address that reaches this one and nobody else.
    const item = shown.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item');
    await alice.tell(item?.attrs.jid ?? '', 'which of you?');
    await lookAlike.log.find('private-message', ({ message }) => message.text === 'which of you?');
    expect(bob.log.of('private-message')).toEqual([]);

    await bob.session.setTopic(channel.id, 'now \u202edesrever');
    await alice.expect({ from: `${room}/bob`, subject: 'now \u202edesrever\u202c' });
    await bob.session.say(channel.id, 'a \u2067b', { kind: 'notice' });
    await alice.expect({ from: `${room}/bob`, body: '[notice] a \u2067b\u2069' });
    // What is said is exact.
    await bob.session.say(channel.id, 'a \u2067b');
    await alice.expect({ from: `${room}/bob`, body: 'a \u2067b' });
  },
);
