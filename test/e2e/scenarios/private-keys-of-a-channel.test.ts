import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelMode } from '../../../src/silc/modes.js';
import { carryOut } from '../support/commands.js';
import { configurationOf, configure } from '../support/rooms.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const PRIVATE_KEY = 'silc#roomconfig_privatekey';

// Mode k: whoever has not the key of the members learns nothing of what is said, nor of reactions to it.
scenario(
  'an owner turns on private keys by the form, and only who has the key is told anything',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const [carol, dave] = [await world.user(), await world.user()];
    await carol.join(room, 'carol');
    await dave.join(room, 'dave');
    await alice.expect({ name: 'presence', from: `${room}/dave` });

    // Who has no key would be silent from then on.
    await expect(configure(alice, room, { [PRIVATE_KEY]: '1' })).rejects.toMatchObject({
      condition: 'not-acceptable',
    });
    const key = { room, name: 'ours', passphrase: 'among us' };
    for (const user of [alice, carol]) await carryOut(user, world.gw, 'channel-key-set', [key]);
    bob.session.channelControl.setPrivateKey(channel.id, 'ours', 'among us');
    await configure(alice, room, { [PRIVATE_KEY]: '1' });
    const changed = await bob.log.find('channel-mode-changed');
    expect(changed.channel.mode & ChannelMode.privateKey).toBe(ChannelMode.privateKey);
    expect(await configurationOf(alice, room)).toMatchObject({ [PRIVATE_KEY]: '1' });

    await carol.say(room, 'among us');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/carol`, body: 'among us' });
    const heard = await bob.log.find('channel-message', ({ message }) => message.text === 'among us');
    expect(heard.protection).toBe('private-key');

    // A reaction is said on SILC, a marker only to local users.
    const said = [
      ['urn:xmpp:reactions:0', 'reactions', xml('reaction', {}, '👍')],
      ['urn:xmpp:chat-markers:0', 'displayed', undefined],
    ] as const;
    const send = async (by: JabberUser): Promise<void> => {
      for (const [xmlns, name, child] of said) {
        await by.send(xml('message', { to: room, type: 'groupchat' }, xml(name, { xmlns, id: 'x' }, child)));
      }
    };
    const expectBoth = async (users: readonly JabberUser[]): Promise<void> => {
      for (const user of users) {
        for (const [xmlns] of said) await user.expect({ from: `${room}/alice`, has: [xmlns] });
      }
    };
    await send(alice);
    await expectBoth([alice, carol]);
    await dave.barrier(world.gw);
    const toDave = dave.received.map((stanza) => stanza.toString());
    expect(toDave.filter((stanza) => /among us|reaction|displayed/.test(stanza))).toEqual([]);

    // Without the key nothing is said either.
    await send(dave);
    const isRefusal = { name: 'message', type: 'error', from: room } as const;
    for (let count = 0; count < said.length; count++) await dave.expect(isRefusal);
    await carryOut(dave, world.gw, 'channel-key-set', [key]);
    await send(alice);
    await expectBoth([alice, carol, dave]);

    await configure(alice, room, { [PRIVATE_KEY]: '0' });
    await bob.session.say(channel.id, 'in the open');
    for (const user of [alice, carol, dave]) await user.expect({ from: `${room}/bob`, body: 'in the open' });
  },
);
