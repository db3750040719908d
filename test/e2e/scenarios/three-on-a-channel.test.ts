import { expect } from 'vitest';
import { loungeOfBob } from '../support/openings.js';
import { scenarioEverywhere } from '../support/scenario.js';

// The main road: every line reaches each of the others exactly once, and nobody gets the own line twice.
scenarioEverywhere(
  'two Jabber users and a SILC user hear each line of each other exactly once',
  async (world) => {
    const { room, alice, bob, channel, carol } = await loungeOfBob(world);

    const lines = { alice: 'one, from alice', carol: 'two, from carol', bob: 'three, from bob' };
    const aliceId = await alice.say(room, lines.alice);
    await carol.expect({ from: `${room}/alice`, type: 'groupchat', body: lines.alice });
    const carolId = await carol.say(room, lines.carol);
    await alice.expect({ from: `${room}/carol`, type: 'groupchat', body: lines.carol });
    await bob.log.find('channel-message', ({ message }) => message.text === lines.carol);
    await bob.session.say(channel.id, lines.bob);
    await carol.expect({ from: `${room}/bob`, type: 'groupchat', body: lines.bob });
    await alice.expect({ from: `${room}/bob`, type: 'groupchat', body: lines.bob });

    // The own line comes back once, with the id that the client gave it.
    await alice.expect({ from: `${room}/alice`, type: 'groupchat', body: lines.alice, id: aliceId });
    await carol.expect({ from: `${room}/carol`, type: 'groupchat', body: lines.carol, id: carolId });
    await alice.expectNothing(world.gw);
    await carol.expectNothing(world.gw);
    expect(bob.log.texts).toEqual([lines.alice, lines.carol]);

    // One stanza-id for all (XEP-0359), so that clients and archives agree.
    const idsOf = (user: typeof alice) =>
      user.received
        .filter((stanza) => stanza.getChild('body') !== undefined)
        .map((stanza) => [
          stanza.getChildText('body'),
          stanza.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs['id'],
        ])
        .sort();
    expect(idsOf(alice)).toHaveLength(3);
    expect(idsOf(alice)).toEqual(idsOf(carol));
  },
);
