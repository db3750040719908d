import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { carryOut, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

// Contract 0, never a secret by surprise: what was meant for a key of the two never goes without it.
scenario(
  'nothing goes to a SILC user without the key that was set by hand, until it is set again or dropped',
  async (world) => {
    const alice = await world.user();
    alice.onRequest((iq) => iqResult(iq));
    const room = world.room('lounge');
    await alice.join(room, 'alice');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    await alice.expect({ from: `${room}/bob` });
    const contact = world.silcUser('bob');
    const passphrase = 'between the two of us';
    await carryOut(alice, world.gw, 'key-set', [{ contact, passphrase }]);

    const isRefused = async (to: string, text: string): Promise<void> => {
      const id = await alice.tell(to, text);
      const answer = await alice.expect({ name: 'message', type: 'error', id });
      expect(answer.getChild('error')?.getChildText('text')).toContain('key-set');
    };
    world.proxy.cut(0);
    await isRefused(contact, 'after a broken link');
    await isRefused(`${room}/bob`, 'by way of the room');
    await world.stopGateway('suspend');
    await world.startGateway();
    await alice.join(room, 'alice');
    await isRefused(contact, 'after a restart');

    await carryOut(alice, world.gw, 'key-set', [{ contact, passphrase }]);
    // The session of the broken link may still be there.
    for (const { user } of await bob.session.whois('alice')) {
      await bob.session.setPrivateKey(user.clientId, passphrase, 'responder');
    }
    await alice.tell(contact, 'under the key');
    const heard = await bob.log.find('private-message');
    expect([heard.message.text, heard.protection]).toEqual(['under the key', 'static-key']);

    await inWords(alice, world.gw, `key-clear ${contact}`);
    await alice.tell(contact, 'in the open');
    const open = await bob.log.find('private-message', ({ message }) => message.text === 'in the open');
    expect(open.protection).toBe('session');
  },
  { isProxied: true },
);
