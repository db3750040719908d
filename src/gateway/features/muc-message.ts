import { type Element, StanzaError } from '../../component/stanza.js';
import { contentOf, type MessageContent } from '../../mapping/message.js';
import { Namespace } from '../../mapping/namespaces.js';
import { addressedTo, asOccupant, type Feature } from '../feature.js';

/** Most octets of one SILC message. */
const MAX_MESSAGE_OCTETS = 64_000;

/** Whether a message has a text. Chat states, receipts and the like have no form in SILC. */
export const hasText = ({ stanza }: { readonly stanza: Element }): boolean => contentOf(stanza) !== undefined;

/** What a message says. @throws StanzaError modify/not-acceptable for a text beyond one SILC message: it is never cut. */
export function carriedContent(stanza: Element): MessageContent {
  const content = contentOf(stanza) ?? { kind: 'text', text: '' };
  const octets = new TextEncoder().encode(content.text).length;
  if (octets <= MAX_MESSAGE_OCTETS) return content;
  throw new StanzaError(
    'modify',
    'not-acceptable',
    `The message has ${octets} octets; SILC carries ${MAX_MESSAGE_OCTETS} at most. Nothing was sent.`,
  );
}

/** Text to everybody in a room. */
export const mucMessage = (): Feature => ({
  name: 'XEP-0045 1.35.3, 7.4: messages to all occupants; XEP-0359 0.7.0',
  disco: { channel: [Namespace.stanzaId, Namespace.stableId] },
  extensions: [Namespace.stanzaId, Namespace.stableId],
  message: [
    {
      types: ['groupchat'],
      matches: hasText,
      ...asOccupant('channel', 'not-acceptable', ({ stanza, room }) =>
        room.say(stanza, carriedContent(stanza)),
      ),
    },
    {
      matches: hasText,
      ...addressedTo(['channel'], () => {
        throw new StanzaError('modify', 'not-acceptable', 'This is a room: join it to talk in it.');
      }),
    },
  ],
});
