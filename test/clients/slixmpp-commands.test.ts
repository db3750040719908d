import { describe, expect, test } from 'vitest';
import { JABBER_SERVERS } from '../e2e/support/jabber-server.js';
import { ScenarioWorld } from '../e2e/support/scenario.js';
import { sharedJabberServer } from '../e2e/support/shared-server.js';
import { SlixmppClient } from './support/slixmpp.js';

describe.each(JABBER_SERVERS)('slixmpp on %s', (kind) => {
  test('commands with forms, and registration, by its plug-ins', async () => {
    const server = sharedJabberServer(kind);
    const world = await ScenarioWorld.start(server, {});
    const client = await SlixmppClient.login(server, 'commander');
    try {
      const nodes = await client.do('commands', { to: world.gw });
      expect(nodes).toEqual(expect.arrayContaining(['identity', 'settings', 'trusted-keys', 'verify']));
      expect(nodes).not.toContain('sessions');
      const contact = world.silcUser('bob');
      const keys = `${contact} ${'ab'.repeat(20)} verified`;
      const forms = [{ what: 'import' }, { keys }];
      expect(await client.do('command', { to: world.gw, node: 'trusted-keys', forms })).toMatchObject({
        status: 'completed',
      });
      const listed = await client.do('command', {
        ...{ to: world.gw, node: 'trusted-keys', forms: [{ what: 'list' }] },
      });
      expect(listed).toMatchObject({ note: expect.stringContaining('verified by you') as string });

      expect(await client.do('registration', { to: world.gw })).toMatchObject({ registered: false });
      await client.do('register', { to: world.gw, nick: 'commander' });
      expect(await client.do('registration', { to: world.gw })).toMatchObject({ registered: true });
      await client.do('unregister', { to: world.gw });
      expect(await client.do('registration', { to: world.gw })).toMatchObject({ registered: false });
    } finally {
      await client.logout();
      await world.close();
    }
  });
});
