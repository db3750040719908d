import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { UserMode } from '../../../src/silc/modes.js';
import { availabilityOf, correspondents, presenceOf, rosterItem } from '../support/contacts.js';
import type { JabberUser } from '../support/jabber-user.js';
import { type NativeUser, scenario } from '../support/scenario.js';

const subscriptionOf = async (user: JabberUser, contact: string): Promise<string | undefined> =>
  (await rosterItem(user, contact))?.attrs.subscription;

const modeOn = async ({ session }: NativeUser, nickname: string): Promise<number> =>
  (await session.whois(nickname))[0]?.user.mode ?? 0;

// RFC 6121, 3.1.3: a request may be refused, and the user still sees the contact.
scenario('a contact whose request is refused is seen, and does not see', async (world) => {
  const address = world.silcUser('bob');
  const bob = await world.native('bob');
  const alice = await world.user();
  await bob.session.join('lounge');
  await alice.join(world.room('lounge'), 'alice');
  await alice.send(xml('presence', { to: address, type: 'subscribe' }));
  await presenceOf(alice, address, 'subscribe');
  await alice.send(xml('presence', { to: address, type: 'unsubscribed' }));
  await presenceOf(alice, address);
  await expect.poll(() => subscriptionOf(alice, address)).toBe('to');
  await alice.leave(world.room('lounge'), 'alice');

  await bob.session.setUserMode({ set: UserMode.busy });
  await availabilityOf(alice, address, 'dnd', null);
  await alice.send(xml('presence', {}, xml('show', {}, 'dnd')));
  await alice.barrier(world.gw);
  expect((await modeOn(bob, 'alice')) & UserMode.busy).toBe(0);
  // Nobody is asked a second time for what was refused.
  await alice.expectNothing(world.gw, (stanza) => stanza.attrs.type === 'subscribe');
});

// RFC 6121, 3.2: what was granted may be taken back, by each for itself.
scenario('what a contact may see is taken back, and the contact is seen on', async (world) => {
  const { alice, bob, address, sender } = await correspondents(world);
  const nickname = sender.nickname ?? '';
  await alice.send(xml('presence', {}, xml('show', {}, 'dnd')));
  await expect.poll(async () => (await modeOn(bob, nickname)) & UserMode.busy).toBe(UserMode.busy);

  await alice.send(xml('presence', { to: address, type: 'unsubscribed' }));
  await expect.poll(() => subscriptionOf(alice, address)).toBe('to');
  await bob.session.setUserMode({ set: UserMode.gone });
  await availabilityOf(alice, address, 'xa', null);

  // The other way round: the contact is not watched any more, and nothing of it is shown.
  await alice.send(xml('presence', { to: address, type: 'unsubscribe' }));
  await presenceOf(alice, address, 'unavailable');
  await expect.poll(() => subscriptionOf(alice, address)).toBe('none');
  await bob.session.setUserMode({ clear: UserMode.gone });
  await alice.expectNothing(
    world.gw,
    (stanza) => stanza.attrs.from === `${address}/silc` && stanza.attrs.type === undefined,
  );
});
