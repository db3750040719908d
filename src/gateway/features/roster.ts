import type { Jid } from '../../component/jid.js';
import { StanzaError, xml } from '../../component/stanza.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

/** The gateway in somebody's roster; rooms are in none. */
export function roster({ context, contacts, caps, ownProfiles }: FeatureParts): Feature {
  function answer({ to: { jid: from } }: Request, to: string, type: string): void {
    context.send(xml('presence', { from, to, type }));
  }

  /** Servers learn what the gateway wants to be told (XEP-0163) by what they get for the account. */
  function show(user: Jid, to: string): void {
    const shared = ownProfiles.sharedBy(user.bare);
    const addressee = shared.isProfile || shared.isPlace ? user.bare : to;
    context.send(xml('presence', { from: context.domain, to: addressee }, caps.ofGateway(shared)));
  }

  return {
    name: 'roster',
    specs: [
      {
        rfc: 6121,
        title: 'XMPP: Instant Messaging and Presence',
        part: '3 and 4: subscriptions to the gateway, probes',
      },
    ],
    presence: [
      {
        types: ['available', 'probe'],
        ...addressedTo(['gateway'], (asked) => {
          show(asked.from, asked.from.full);
          if (asked.stanza.attrs.type === 'probe') return;
          ownProfiles.heard(asked.from, asked.stanza, asked.lang);
          contacts.clients.heard(asked.from, asked.stanza, asked.to.jid);
          contacts.online.available(asked.from, asked.stanza, asked.to.jid);
          context.waiting.deliver(asked.from);
        }),
      },
      {
        types: ['probe'],
        ...addressedTo(['channel'], (asked) => answer(asked, asked.from.full, 'unavailable')),
      },
      {
        types: ['subscribe'],
        // Subscriptions are between bare addresses.
        ...addressedTo(['gateway'], (asked) => {
          answer(asked, asked.from.bare, 'subscribed');
          show(asked.from, asked.from.bare);
        }),
      },
      {
        types: ['subscribe'],
        ...addressedTo(['channel', 'occupant'], () => {
          const said = text(({ rooms }) => rooms.joinInstead);
          throw new StanzaError('cancel', 'not-allowed', said);
        }),
      },
      {
        types: ['unsubscribe'],
        ...addressedTo(['gateway', 'channel', 'occupant'], (asked) =>
          answer(asked, asked.from.bare, 'unsubscribed'),
        ),
      },
    ],
  };
}
