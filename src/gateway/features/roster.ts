import { StanzaError, xml } from '../../component/stanza.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

/** The gateway in somebody's roster. SILC users cannot be watched yet. */
export function roster({ context }: FeatureParts): Feature {
  function answer({ to: { jid: from } }: Request, to: string, type?: string): void {
    context.send(xml('presence', { from, to, type }));
  }
  return {
    name: 'roster',
    specs: [
      {
        rfc: 6121,
        title: 'XMPP: Instant Messaging and Presence',
        part: '3 and 4: subscriptions to the gateway, probes; the presence of SILC users is not offered',
      },
    ],
    presence: [
      {
        types: ['available', 'probe'],
        ...addressedTo(['gateway'], (asked) => {
          answer(asked, asked.from.full);
          if (asked.stanza.attrs.type !== 'probe') context.waiting.deliver(asked.from);
        }),
      },
      {
        types: ['probe'],
        ...addressedTo(['channel', 'user'], (asked) => answer(asked, asked.from.full, 'unavailable')),
      },
      {
        types: ['subscribe'],
        // Subscriptions are between bare addresses.
        ...addressedTo(['gateway'], (asked) => {
          answer(asked, asked.from.bare, 'subscribed');
          answer(asked, asked.from.bare);
        }),
      },
      {
        types: ['subscribe'],
        ...addressedTo(['channel', 'occupant', 'user'], ({ to: { kind } }) => {
          const said =
            kind === 'user'
              ? text(({ people }) => people.notWatched)
              : text(({ rooms }) => rooms.joinInstead);
          throw new StanzaError('cancel', 'not-allowed', said);
        }),
      },
      {
        types: ['unsubscribe'],
        ...addressedTo(['gateway', 'channel', 'occupant', 'user'], (asked) =>
          answer(asked, asked.from.bare, 'unsubscribed'),
        ),
      },
    ],
  };
}
