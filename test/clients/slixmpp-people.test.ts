import { describe, expect, test } from 'vitest';
import { pictureOf } from '../../src/mapping/profile/picture.js';
import { JABBER_SERVERS } from '../e2e/support/jabber-server.js';
import { ScenarioWorld } from '../e2e/support/scenario.js';
import { sharedJabberServer } from '../e2e/support/shared-server.js';
import { every, PNG } from '../mapping/profile/sample.js';
import { SlixmppClient } from './support/slixmpp.js';

describe.each(JABBER_SERVERS)('slixmpp on %s', (kind) => {
  test('a day with a contact: list, card, picture, mood, commands, registration, blocking', async () => {
    const server = sharedJabberServer(kind);
    const world = await ScenarioWorld.start(server, {});
    const alice = await SlixmppClient.login(server, 'alice', 'contacts');
    try {
      // The contact is added, comes, and tells of itself.
      const contact = world.silcUser('bob');
      await alice.do('add', { jid: contact });
      await expect.poll(() => alice.do('roster'), { timeout: 20_000 }).toEqual({ [contact]: 'both' });
      const bob = await world.native('bob');
      bob.session.setAttributes(every);
      const hash = pictureOf(PNG)?.id;
      await alice.expect('avatar', { from: contact, hash });
      await alice.expect('mood', { from: contact, mood: 'happy', text: 'excited' });
      await alice.expect('avatar metadata', { from: contact, ids: [hash] });
      const status = alice.events.filter(({ event }) => event === 'contact').map((one) => one['status']);
      expect(status).toContainEqual(expect.stringContaining('Having tea'));
      expect(await alice.do('avatar', { jid: contact, id: hash })).toBe(PNG.length);
      expect(await alice.do('card', { jid: contact })).toEqual({
        ...{ name: 'Alice Liddell', nicknames: ['bob'], octets: PNG.length },
        description: expect.stringContaining('Signed with this key.') as string,
      });

      // Registered, and a profile of one's own, by the form of the settings.
      await alice.do('register', { to: world.gw, nick: 'alicia' });
      expect(await alice.do('registration', { to: world.gw })).toMatchObject({ registered: true });
      await alice.do('set_card', { name: 'Alice of Oxford' });
      const forms = [{ 'share-profile': true }];
      expect(await alice.do('command', { to: world.gw, node: 'settings', forms })).toMatchObject({
        status: 'completed',
      });
      await alice.do('say', { to: contact, body: 'hello', kind: 'chat' });
      const { sender } = await bob.log.find('private-message');
      const shown = async (): Promise<string> =>
        JSON.stringify((await bob.session.whoisById(sender.clientId, { attributes: true }))?.attributes);
      await expect.poll(shown, { timeout: 20_000 }).toContain('Alice of Oxford');
      expect(await shown()).toContain('"signature":"verified"');

      // Blocked and heard again, at the gateway.
      expect(await alice.do('block', { at: world.gw, jid: contact, to_block: true })).toEqual([contact]);
      await alice.expect('contact', { from: contact, show: 'unavailable' });
      expect(await alice.do('block', { at: world.gw, jid: contact, to_block: false })).toEqual([]);
      await bob.session.tell(sender.clientId, 'good night');
      await alice.expect('message', { body: 'good night' });
    } finally {
      await alice.logout();
      await world.close();
    }
  });
});
