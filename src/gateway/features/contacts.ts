import { randomUUID } from 'node:crypto';
import { StanzaError, xml } from '../../component/stanza.js';
import { NS_PRIVILEGE, NS_PRIVILEGE_1, NS_ROSTER, rosterRights } from '../../mapping/privileged-roster.js';
import { NS_IDLE } from '../../mapping/availability.js';
import { CONTACT_RESOURCE, NS_NICK } from '../../mapping/contact-presence.js';
import type { User } from '../../silc/client/types.js';
import { text, textIn } from '../../text/text.js';
import type { Contact } from '../contacts/contact.js';
import { ContactOffers } from '../contacts/contact-offers.js';
import { contactsCommand } from '../commands/user/contacts.js';
import { NS_ROSTER_EXCHANGE } from '../../mapping/roster-exchange.js';
import { RosterPrivileges } from '../contacts/roster-privileges.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import { isInternalError, reportInternalError } from '../failures.js';
import type { FeatureParts } from './parts.js';

/**
 * SILC users in the lists of Jabber users. SILC knows no consent: whoever does not want to be watched says so by a mode, which is
 * respected. A contact who is not on the network now is accepted as one who is offline.
 */
export function contacts(parts: FeatureParts): Feature {
  const { context, contacts: all, lookup, away, sessions, ownProfiles } = parts;
  const privileges = new RosterPrivileges(context, parts.privileges);
  const offers = new ContactOffers(context, all, privileges);

  function answer({ to, from }: Request<'user'>, type?: string): void {
    context.send(xml('presence', { from: to.jid, to: from.bare, type }));
  }

  function available({ stanza, from, to, lang }: Request): void {
    ownProfiles.heard(from, stanza, lang);
    all.online.available(from, stanza, to.jid);
    if (to.kind === 'user') all.clients.heard(from, stanza, `${to.jid}/${CONTACT_RESOURCE}`);
    context.waiting.deliver(from);
  }

  function unavailable({ from, to }: Request): void {
    all.online.gone(from, to.jid);
    all.clients.gone(from);
    if (all.online.isOnline(from.bare)) return;
    for (const session of sessions.sessionsOf(from)) away.sign(session, 'away');
  }

  async function probed(request: Request<'user'>): Promise<void> {
    const { from, to } = request;
    // The server asks since the user's list has the contact; perhaps it was made by other means.
    const known = context.contacts.book.get(from.bare, to.jid);
    const contact =
      known?.state.isWatched === true ? known : await all.change(from.bare, to, { isWatched: true });
    all.online.probed(from);
    all.show(contact, from.full);
  }

  async function subscribe(request: Request<'user'>): Promise<void> {
    const { from, to } = request;
    try {
      if (!to.canonical) {
        throw new StanzaError(
          'modify',
          'jid-malformed',
          text((words) => words.contacts.addressIs(to.jid)),
        );
      }
      const found = await meant(request);
      const contact = await all.change(from.bare, to, { isWatched: true, ...keyOf(found) });
      answer(request, 'subscribed');
      if (found !== undefined) all.found(contact, found);
      if (contact.state.sharing !== 'granted') await share(request, contact);
    } catch (error) {
      // Clients hide the text of a refusal.
      if (error instanceof StanzaError) {
        const { anyText: why } = error;
        const told = text((words, language) => words.contacts.refused(to.jid, textIn(language, why)));
        const body = xml('body', {}, told);
        context.send(xml('message', { from: context.domain, to: from.bare, id: randomUUID() }, body));
      }
      throw error;
    }
  }

  /** The contact is to see the user, too: written into the user's list where its server lets us, else the user is asked. */
  async function share({ from, to }: Request<'user'>, contact: Contact): Promise<void> {
    if (!(await privileges.add(contact))) {
      all.askFor(await all.change(from.bare, to, { sharing: 'asked' }));
      return;
    }
    await all.change(from.bare, to, { sharing: 'granted' });
    context.send(xml('presence', { from: to.jid, to: from.bare, type: 'probe' }));
  }

  function granted({ stanza, from }: Request): void {
    parts.privileges.granted(from, stanza);
  }

  /** Who has the address now; nobody, or not known, is no reason to refuse. @throws StanzaError conflict where it may be one of several */
  async function meant(request: Request<'user'>): Promise<User | undefined> {
    const known = context.contacts.book.get(request.from.bare, request.to.jid);
    if (known?.state.fingerprint !== undefined) return;
    try {
      return await lookup.find(request);
    } catch (error) {
      if (error instanceof StanzaError && error.condition === 'conflict') throw error;
      if (isInternalError(error)) {
        reportInternalError(context, error, 'a contact could not be looked up', { user: request.from.bare });
      }
      return undefined;
    }
  }

  /** The user lets the contact see presence. */
  async function subscribed({ from, to }: Request<'user'>): Promise<void> {
    if (context.contacts.book.get(from.bare, to.jid) !== undefined)
      await all.change(from.bare, to, { sharing: 'granted' });
  }

  async function unsubscribed({ from, to }: Request<'user'>): Promise<void> {
    if (context.contacts.book.get(from.bare, to.jid) !== undefined)
      await all.change(from.bare, to, { sharing: 'refused' });
  }

  async function unsubscribe(request: Request<'user'>): Promise<void> {
    const { from, to } = request;
    const known = context.contacts.book.get(from.bare, to.jid);
    if (known !== undefined) await all.change(from.bare, to, { isWatched: false, sharing: 'none' });
    answer(request, 'unavailable');
    answer(request, 'unsubscribed');
    if (known?.state.sharing === 'granted') answer(request, 'unsubscribe');
  }

  return {
    name: 'contacts',
    specs: [
      {
        rfc: 6121,
        title: 'XMPP: Instant Messaging and Presence',
        part: '3 and 4: SILC users as contacts: subscriptions, probes, presence both ways',
      },
      {
        xep: 172,
        title: 'User Nickname',
        version: '1.1',
        date: '2012-03-21',
        status: 'partial',
        part: 'in presence of contacts and their requests',
        leftOut: 'telling of the nickname node (PEP), which is there for who asks',
        namespaces: [NS_NICK],
      },
      {
        xep: 144,
        title: 'Roster Item Exchange',
        version: '1.1.1',
        date: '2017-11-28',
        status: 'partial',
        part: 'SILC users that the own client is asked to add, by a command',
        leftOut: 'lists that clients send; items that are deleted or modified',
        namespaces: [NS_ROSTER_EXCHANGE],
      },
      {
        xep: 319,
        title: 'Last User Interaction in Presence',
        version: '1.0.2',
        date: '2017-07-17',
        status: 'partial',
        part: 'since when a contact has been idle',
        leftOut: 'servers that tell by notifies who comes and goes: nothing tells there when idle time ends',
        namespaces: [NS_IDLE],
      },
      {
        xep: 356,
        title: 'Privileged Entity',
        version: '0.4.1',
        date: '2023-03-07',
        status: 'partial',
        part: 'lists of contacts and bookmarks: a contact is written into the list of its user, where the server grants it',
        leftOut:
          'messages and presence in the name of users; ejabberd lets no component set a subscription, there the user is asked',
        namespaces: [NS_PRIVILEGE, NS_PRIVILEGE_1, NS_ROSTER],
      },
    ],
    commands: [contactsCommand({ context, offers })],
    disco: { user: [NS_NICK] },
    extensions: [NS_NICK],
    message: [
      {
        types: ['normal'],
        matches: ({ stanza, from }) =>
          from.local === '' && from.resource === '' && rosterRights(stanza) !== undefined,
        ...addressedTo(['gateway'], granted),
      },
    ],
    presence: [
      { types: ['available'], ...addressedTo(['user'], available) },
      { types: ['unavailable'], ...addressedTo(['user'], unavailable) },
      { types: ['probe'], ...addressedTo(['user'], probed) },
      { types: ['subscribe'], ...addressedTo(['user'], subscribe) },
      { types: ['subscribed'], ...addressedTo(['user'], subscribed) },
      { types: ['unsubscribed'], ...addressedTo(['user'], unsubscribed) },
      { types: ['unsubscribe'], ...addressedTo(['user'], unsubscribe) },
    ],
  };
}

const keyOf = (user: User | undefined): { readonly fingerprint?: string } =>
  user?.fingerprint === undefined ? {} : { fingerprint: user.fingerprint };
