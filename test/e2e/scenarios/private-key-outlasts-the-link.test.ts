import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { ChannelMode } from '../../../src/silc/modes.js';
import { carryOut } from '../support/commands.js';
import { isGap } from '../support/gap.js';
import { configure, refusalOf } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Mode k: what was set once is set again before anything is said, and nothing goes without it.
scenario(
  'a private key of a channel outlasts the link to SILC, a restart of the gateway and leaving the room',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    alice.onRequest((iq) => iqResult(iq));
    await alice.join(room, 'alice');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    await alice.expect({ from: `${room}/bob` });
    const key = { room, name: 'ours', passphrase: 'among the two of us' };
    await carryOut(alice, world.gw, 'channel-key-set', [key]);
    bob.session.channelControl.setPrivateKey(channel.id, key.name, key.passphrase);
    await configure(alice, room, { 'silc#roomconfig_privatekey': '1' });
    await bob.log.find(
      'channel-mode-changed',
      ({ channel: { mode } }) => (mode & ChannelMode.privateKey) !== 0,
    );

    const bothWays = async (when: string): Promise<void> => {
      await alice.say(room, `${when}, alice`);
      const heard = await bob.log.find('channel-message', ({ message }) => message.text === `${when}, alice`);
      expect(heard.protection).toBe('private-key');
      await bob.session.say(channel.id, `${when}, bob`);
      await alice.expect({ from: `${room}/bob`, body: `${when}, bob` });
    };
    await bothWays('at first');
    world.proxy.cut(0);
    // What is handed to a link that is dead already is in doubt.
    await alice.expect(isGap, 'the gap line');
    await bothWays('after a broken link');
    await world.stopGateway('suspend');
    await world.startGateway();
    await alice.join(room, 'alice');
    await bothWays('after a restart');
    await alice.leave(room, 'alice');
    await alice.join(room, 'alice');
    await bothWays('after another join');

    // Dropped is dropped, also after the next join: nothing is said without it.
    await carryOut(alice, world.gw, 'channel-key-clear', [{ room, name: key.name }]);
    await alice.leave(room, 'alice');
    await alice.join(room, 'alice');
    const id = await alice.say(room, 'who reads this?');
    expect(refusalOf(await alice.expect({ name: 'message', type: 'error', id }))).toMatchObject({
      type: 'cancel',
    });
    await bob.session.ping();
    expect(bob.log.texts).not.toContain('who reads this?');
  },
  { isProxied: true },
);
