import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { toldAndBack } from '../support/jabber-link.js';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// Prosody refuses the gateway while it holds the dead connection to be alive; ejabberd takes the new one and shares out the stanzas.
scenario(
  'while the Jabber server still has the dead connection of the gateway, what is lost in it is told',
  async (world) => {
    const { room, alice, bob, carol, channel } = await loungeOfBob(world);
    for (const user of [alice, carol]) user.onRequest((iq) => iqResult(iq));
    const { jabberProxy: proxy } = world;
    proxy.freeze(0);
    await bob.session.say(channel.id, 'into the dark');
    await proxy.left(0);
    await expect.poll(() => proxy.count, { timeout: 30_000 }).toBeGreaterThan(1);
    if (world.kind === 'ejabberd') await proxy.says(1, 'urn:xmpp:ping');
    for (let count = 0; count < 6; count++) await alice.say(room, `one of six ${count}`);
    await carol.barrier('localhost');
    alice.takeAll();
    carol.takeAll();
    proxy.bury(0);
    await toldAndBack(alice, room, 'alice');
    await toldAndBack(carol, room, 'carol');

    await alice.say(room, 'nothing is lost now');
    await carol.expect({ from: `${room}/alice`, body: 'nothing is lost now' });
    await bob.log.find('channel-message', ({ message }) => message.text === 'nothing is lost now');
    expect(bob.log.of('member-left')).toEqual([]);
  },
  { isJabberProxied: true, timeoutMs: 120_000 },
);
