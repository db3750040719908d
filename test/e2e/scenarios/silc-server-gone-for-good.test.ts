import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { expectStanza } from '../support/expect-stanza.js';
import { loungeWithTwoClients } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// Contract 2 and 3: beyond the grace period the rooms are told (333, role none), and nothing is lost silently.
scenario(
  'when the SILC server stays away, everybody is told that the session is lost',
  async (world) => {
    const { room, bob, phone, laptop } = await loungeWithTwoClients(world);

    const lost = bob.log.find('closed');
    await world.silc.stopServer();
    await lost;
    const id = await phone.say(room, 'into the void');
    for (const client of [phone, laptop])
      await client.expect({ from: `${room}/alice`, body: 'into the void' });
    for (const client of [phone, laptop]) {
      const farewell = await client.expect({ name: 'presence', from: `${room}/alice`, type: 'unavailable' });
      const x = farewell.getChild('x');
      const occupantId = farewell.getChild('occupant-id')?.attrs['id'];
      const status = farewell.getChildText('status') ?? '';
      expect(status).toMatch(/./);
      expect(x?.getChild('item')?.getChildText('reason')).toBe(status);
      expectStanza(
        farewell,
        `<presence from="${room}/alice" to="${client.full}" type="unavailable">
          <x xmlns="http://jabber.org/protocol/muc#user">
            <item affiliation="none" jid="${world.silcUser('alice')}" role="none"><reason>${status}</reason></item>
            <status code="333"/>
            <status code="110"/>
          </x>
          <occupant-id xmlns="urn:xmpp:occupant-id:0" id="${occupantId}"/>
          <status>${status}</status>
        </presence>`,
      );
    }
    const undelivered = await phone.expect({ name: 'message', type: 'error', id });
    const { type, text } = parseStanzaError(undelivered);
    expect(type).toBe('wait');
    expect(text).toContain('SILC users have not');

    // From now on it is as before a join.
    const refused = await phone.say(room, 'hello?');
    await phone.expect({ name: 'message', type: 'error', id: refused, error: 'not-acceptable' });
    const selfPing = phone.request(`${room}/alice`, 'get', xml('ping', { xmlns: 'urn:xmpp:ping' }));
    await expect(selfPing).rejects.toMatchObject({ condition: 'not-acceptable' });
    await expect(phone.join(room, 'alice')).rejects.toMatchObject({
      type: 'wait',
      condition: 'remote-server-timeout',
    });
    await phone.expectNothing(world.gw);
    await laptop.expectNothing(world.gw);

    // And it works again when the server does.
    await world.silc.startServer();
    await phone.join(room, 'alice');
  },
  { config: { timeouts: { grace_ms: 1500 } } },
);
