import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import type { Element } from '../../../src/component/types.js';
import type { User } from '../../../src/silc/client/types.js';
import type { JabberUser } from './jabber-user.js';
import type { NativeUser, ScenarioWorld } from './scenario.js';

/** Bare address of who sent a stanza. */
const bareFrom = ({ attrs: { from = '' } }: Element): string => from.split('/', 1)[0] ?? '';

/** A presence of a contact comes, of a type. What the contact was before it is of no interest any more. */
export async function presenceOf(
  user: JabberUser,
  contact: string,
  type?: string,
  deadlineMs?: number,
): Promise<Element> {
  const isPresence = (stanza: Element): boolean =>
    stanza.name === 'presence' && bareFrom(stanza) === contact && !isRequest(stanza);
  const taken = await user.expect(
    (stanza) => stanza.name === 'presence' && bareFrom(stanza) === contact && stanza.attrs.type === type,
    `presence ${type ?? ''} of ${contact}`,
    deadlineMs,
  );
  if (isPresence(taken)) user.dropBefore(taken, isPresence);
  return taken;
}

/** A contact comes to be shown with these words. The server may show what was before it a second time, when it asks for it. */
export async function availabilityOf(
  user: JabberUser,
  contact: string,
  show: string | null,
  status: string | null,
): Promise<void> {
  const isPresence = (stanza: Element): boolean =>
    stanza.name === 'presence' && bareFrom(stanza) === contact && stanza.attrs.type === undefined;
  const taken = await user.expect(
    (stanza) =>
      isPresence(stanza) && stanza.getChildText('show') === show && stanza.getChildText('status') === status,
    `${contact} ${show ?? 'available'} ${status ?? ''}`,
  );
  user.dropBefore(taken, isPresence);
}

const isRequest = ({ attrs: { type = '' } }: Element): boolean => /subscribe/.test(type);

/** Asks for a SILC user as a contact, and lets it see presence in turn, as clients do when their users agree. */
export async function subscribe(user: JabberUser, contact: string): Promise<void> {
  await user.send(xml('presence', { to: contact, type: 'subscribe' }));
  await presenceOf(user, contact, 'subscribe');
  await user.send(xml('presence', { to: contact, type: 'subscribed' }));
  // Prosody tells it to those only who have asked for the list.
  await expect.poll(async () => (await rosterItem(user, contact))?.attrs.subscription).toBe('both');
}

/** Two who see each other. */
interface Acquaintances {
  readonly alice: JabberUser;
  readonly bob: NativeUser;
  /** Of bob, as a contact. */
  readonly address: string;
}

/** A Jabber user, and a SILC user who is shown as its contact. */
export async function acquaintances(world: ScenarioWorld): Promise<Acquaintances> {
  const address = world.silcUser('bob');
  const bob = await world.native('bob');
  const alice = await world.user();
  await subscribe(alice, address);
  await presenceOf(alice, address);
  return { alice, bob, address };
}

/** The same, and the Jabber user has written, so that the SILC user knows who `sender` is. */
export async function correspondents(
  world: ScenarioWorld,
): Promise<Acquaintances & { readonly sender: User }> {
  const both = await acquaintances(world);
  await both.alice.tell(both.address, 'hello');
  return { ...both, sender: (await both.bob.log.find('private-message')).sender };
}

/** What a list of contacts says of one. */
export async function rosterItem(user: JabberUser, contact: string): Promise<Element | undefined> {
  const answer = await user.request(user.bare, 'get', xml('query', { xmlns: 'jabber:iq:roster' }));
  const items = answer.getChild('query', 'jabber:iq:roster')?.getChildren('item') ?? [];
  return items.find(({ attrs }) => attrs.jid === contact);
}
