import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { toldAndBack } from '../support/jabber-link.js';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// Contract 0: whoever may have missed a line, or said one that nobody got, is told.
scenario(
  'when the Jabber link is half-open, everybody in the room is told, and SILC sees nobody leave',
  async (world) => {
    const { room, alice, bob, carol, channel } = await loungeOfBob(world);
    for (const user of [alice, carol]) user.onRequest((iq) => iqResult(iq));
    await bob.session.say(channel.id, 'before');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'before' });

    world.jabberProxy.freeze(0);
    await bob.session.say(channel.id, 'who hears me?');
    await alice.say(room, 'I do not');
    await world.jabberProxy.left(0);
    world.jabberProxy.bury(0);
    for (const [user, nick] of [
      [alice, 'alice'],
      [carol, 'carol'],
    ] as const) {
      await toldAndBack(user, room, nick);
    }

    await bob.session.say(channel.id, 'and now?');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'and now?' });
    await alice.say(room, 'now I do');
    await carol.expect({ from: `${room}/alice`, body: 'now I do' });
    await bob.log.find('channel-message', ({ message }) => message.text === 'now I do');
    expect(bob.log.texts).toEqual(['now I do']);
    expect(bob.log.of('member-left')).toEqual([]);
    const bodies = carol.received.flatMap((stanza) => stanza.getChildText('body') ?? []);
    expect(bodies).toEqual(['before', 'and now?', 'now I do']);
  },
  { isJabberProxied: true, timeoutMs: 120_000 },
);
