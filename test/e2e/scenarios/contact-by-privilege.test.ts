import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ensurePackages } from '../../../src/demo/debian-packages.js';
import { presenceOf, rosterItem } from '../support/contacts.js';
import { type JabberServerKind, startJabberServer } from '../support/jabber-server.js';
import type { JabberUser } from '../support/jabber-user.js';
import { ScenarioWorld } from '../support/scenario.js';

const MODULE = '/usr/lib/prosody/modules/mod_privilege/mod_privilege.lua';

/** Alice asks for Bob, whom her list has under a name of her own. */
async function withPrivileges(
  kind: JabberServerKind,
  run: (world: ScenarioWorld, alice: JabberUser, contact: string) => Promise<void>,
): Promise<void> {
  const server = await startJabberServer(kind, { isPrivileged: true });
  try {
    const world = await ScenarioWorld.start(server, {});
    try {
      const contact = world.silcUser('bob');
      const alice = await world.user();
      const item = xml('item', { jid: contact, name: 'My Bob' }, xml('group', {}, 'Friends'));
      await alice.request(alice.bare, 'set', xml('query', { xmlns: 'jabber:iq:roster' }, item));
      await alice.send(xml('presence', { to: contact, type: 'subscribe' }));
      await run(world, alice, contact);
    } finally {
      await world.close();
    }
  } finally {
    await server.stop();
  }
}

// XEP-0356: where the server lets the gateway write lists, the user is not asked for presence in turn.
test('on Prosody with mod_privilege a contact is in the list both ways', { timeout: 120_000 }, async () => {
  await ensurePackages({ 'prosody-modules': () => existsSync(MODULE) }, (line) => console.log(line));
  await withPrivileges('prosody', async (world, alice, contact) => {
    await expect.poll(async () => (await rosterItem(alice, contact))?.attrs.subscription).toBe('both');
    const kept = await rosterItem(alice, contact);
    expect([kept?.attrs.name, kept?.getChildText('group')]).toEqual(['My Bob', 'Friends']);
    const bob = await world.native('bob');
    await presenceOf(alice, contact);
    await bob.session.setUserMode({ set: 4 });
    expect((await presenceOf(alice, contact)).getChildText('show')).toBe('xa');
    await alice.expectNothing(world.gw, (stanza) => stanza.attrs.type === 'subscribe');
  });
});

// ejabberd 23.01 grants it, and fails when a component uses it (module_not_loaded of the component's domain).
test('on ejabberd, which fails to write the list, the user is asked', { timeout: 90_000 }, async () => {
  await withPrivileges('ejabberd', async (_world, alice, contact) => {
    await presenceOf(alice, contact, 'subscribe');
    expect((await rosterItem(alice, contact))?.attrs.name).toBe('My Bob');
  });
});
