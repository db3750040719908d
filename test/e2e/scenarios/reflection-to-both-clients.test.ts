import { expect } from 'vitest';
import { expectStanza } from '../support/expect-stanza.js';
import { loungeWithTwoClients } from '../support/openings.js';
import { scenarioEverywhere } from '../support/scenario.js';

// Contract 3, messages; XEP-0045, 7.4; XEP-0359; XEP-0421.
scenarioEverywhere(
  'a line comes back to both clients of its author, with the id that the author gave it',
  async (world) => {
    const { room, bob, phone, laptop } = await loungeWithTwoClients(world);

    const id = await phone.say(room, 'hello');
    const reflections = [];
    for (const client of [phone, laptop]) {
      const reflection = await client.expect({ name: 'message', type: 'groupchat', body: 'hello' });
      expect(reflection.attrs.id).toBe(id);
      expectStanza(
        reflection,
        `<message from="${room}/alice" to="${client.full}" type="groupchat">
  <body>hello</body>
  <occupant-id xmlns="urn:xmpp:occupant-id:0"/>
  <stanza-id xmlns="urn:xmpp:sid:0" by="${room}"/>
</message>`,
        { without: ['id'] },
      );
      reflections.push(reflection);
      await client.expectNothing(world.gw);
    }
    const [first, second] = reflections.map((reflection) => ({
      stanzaId: reflection.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs['id'],
      occupantId: reflection.getChild('occupant-id', 'urn:xmpp:occupant-id:0')?.attrs['id'],
    }));
    expect(first?.stanzaId).toMatch(/./);
    expect(first?.occupantId).toMatch(/./);
    expect(second).toEqual(first);

    await bob.log.find('channel-message');
    expect(bob.log.texts).toEqual(['hello']);
  },
);
