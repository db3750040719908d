import { xml } from '../../component/stanza.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import type { FeatureParts } from './parts.js';

/** The gateway in somebody's roster. SILC users cannot be watched yet. */
export function roster({ context }: FeatureParts): Feature {
  /** Roster stanzas go between bare addresses; an answer to presence goes to the client that sent it. */
  function answer({ stanza, from }: Request, type?: string, text?: string): void {
    const isSubscription = type === 'subscribed' || type === 'unsubscribed';
    const [sender] = (stanza.attrs.to ?? '').split('/', 1);
    context.send(
      xml(
        'presence',
        {
          from: sender,
          to: isSubscription || stanza.attrs.type === 'subscribe' ? from.bare : from.full,
          type,
        },
        text === undefined ? undefined : xml('status', {}, text),
      ),
    );
  }

  return {
    name: 'RFC 6121, 3 and 4: subscriptions and presence',
    presence: [
      { types: ['available', 'probe'], ...addressedTo(['gateway'], (request) => answer(request)) },
      {
        types: ['probe'],
        ...addressedTo(['channel', 'occupant', 'user'], (request) => answer(request, 'unavailable')),
      },
      {
        types: ['subscribe'],
        ...addressedTo(['gateway'], (request) => {
          answer(request, 'subscribed');
          answer(request);
        }),
      },
      {
        types: ['subscribe'],
        ...addressedTo(['channel', 'occupant', 'user'], (request) => {
          const text =
            request.to.kind === 'user'
              ? 'The presence of SILC users cannot be watched by this gateway; messages to this address work.'
              : 'This is a room: join it instead.';
          answer(request, 'unsubscribed', text);
        }),
      },
      {
        types: ['unsubscribe'],
        ...addressedTo(['gateway', 'channel', 'occupant', 'user'], (request) =>
          answer(request, 'unsubscribed'),
        ),
      },
    ],
  };
}
