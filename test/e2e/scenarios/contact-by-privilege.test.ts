import { expect, test } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { availabilityOf, presenceOf, rosterItem } from '../support/contacts.js';
import type { JabberUser } from '../support/jabber-user.js';
import { withPrivileges } from '../support/privileges.js';
import type { ScenarioWorld } from '../support/scenario.js';

/** Alice asks for Bob, whom her list has under a name of her own. */
async function asked(world: ScenarioWorld): Promise<{ alice: JabberUser; contact: string }> {
  const contact = world.silcUser('bob');
  const alice = await world.user();
  const item = xml('item', { jid: contact, name: 'My Bob' }, xml('group', {}, 'Friends'));
  await alice.request(alice.bare, 'set', xml('query', { xmlns: 'jabber:iq:roster' }, item));
  await alice.send(xml('presence', { to: contact, type: 'subscribe' }));
  return { alice, contact };
}

// XEP-0356: where the server lets the gateway write lists, the user is not asked for presence in turn.
test('on Prosody with mod_privilege a contact is in the list both ways', { timeout: 120_000 }, () =>
  withPrivileges('prosody', async (world) => {
    const { alice, contact } = await asked(world);
    await expect.poll(async () => (await rosterItem(alice, contact))?.attrs.subscription).toBe('both');
    const kept = await rosterItem(alice, contact);
    expect([kept?.attrs.name, kept?.getChildText('group')]).toEqual(['My Bob', 'Friends']);
    const bob = await world.native('bob');
    await presenceOf(alice, contact);
    await bob.session.setUserMode({ set: 4 });
    await availabilityOf(alice, contact, 'xa', null);
    await alice.expectNothing(world.gw, (stanza) => stanza.attrs.type === 'subscribe');
  }),
);

// ejabberd 23.01 grants it, and fails when a component writes (module_not_loaded of the component's domain); later ones take no subscription.
test('on ejabberd, which fails to write the list, the user is asked', { timeout: 90_000 }, () =>
  withPrivileges('ejabberd', async (world) => {
    const { alice, contact } = await asked(world);
    await presenceOf(alice, contact, 'subscribe');
    expect((await rosterItem(alice, contact))?.attrs.name).toBe('My Bob');
  }),
);
