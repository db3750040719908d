import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { scenario } from '../support/scenario.js';

// XEP-0085, XEP-0184, XEP-0333: SILC has no form for them; they are nobody's fault, so nobody gets an error.
scenario(
  'chat states, receipts and empty bodies: local users see them, SILC users are not bothered',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const alice = await world.user();
    const stranger = await world.user();
    await alice.join(room, 'alice');

    const payloads = () => [
      xml('composing', { xmlns: 'http://jabber.org/protocol/chatstates' }),
      xml('received', { xmlns: 'urn:xmpp:receipts', id: 'x' }),
      xml('displayed', { xmlns: 'urn:xmpp:chat-markers:0', id: 'x' }),
      xml('body'),
      undefined,
    ];
    for (const [index, payload] of payloads().entries()) {
      await alice.send(xml('message', { to: room, type: 'groupchat', id: `g${index}` }, payload));
    }
    for (const [index, name] of ['composing', 'received', 'displayed'].entries()) {
      const seen = await alice.expect({ name: 'message', from: `${room}/alice`, id: `g${index}` });
      expect(seen.getChildElements().map((child) => child.getName())).toContain(name);
    }
    for (const user of [alice, stranger]) {
      for (const to of [world.silcUser('bob'), world.silcUser('nobody'), `${room}/bob`, world.gw]) {
        for (const payload of payloads())
          await user.send(xml('message', { to, type: 'chat', id: 'p' }, payload));
      }
      await user.expectNothing(world.gw);
    }

    await alice.say(room, 'text');
    await bob.log.find('channel-message', ({ message }) => message.text === 'text');
    expect(bob.log.texts).toEqual(['text']);
    // None of it was a reason for a session of the stranger.
    expect(await bob.session.whois('alice')).toHaveLength(1);
  },
);
