import { type Element, StanzaError } from '../../component/stanza.js';
import type { SilcContent } from '../../mapping/message.js';
import { endToEndMime } from '../../mapping/mime/end-to-end.js';
import { silcFormOf } from '../../mapping/silc-form.js';
import { unseenRefusal } from '../../mapping/unseen.js';
import { text } from '../../text/text.js';

/** Most octets of one SILC message. */
const MAX_MESSAGE_OCTETS = 64_000;

interface Said {
  readonly stanza: Element;
}

/** Whether a message says anything at all. */
export const saysAnything = ({ stanza }: Said): boolean => silcFormOf(stanza).kind !== 'empty';

/** Whether it is missed where it does not arrive, as states and receipts are not. */
export const isMissed = ({ stanza }: Said): boolean =>
  !['empty', 'passing'].includes(silcFormOf(stanza).kind);

/** @throws StanzaError modify/not-acceptable for a text beyond one SILC message: it is never cut. */
export function checkSize(content: SilcContent): SilcContent {
  // Goes in fragments; the engine refuses what is too long for that.
  if (content.kind === 'mime') return content;
  const octets = new TextEncoder().encode(content.text).length;
  if (octets <= MAX_MESSAGE_OCTETS) return content;
  throw new StanzaError(
    'modify',
    'not-acceptable',
    text(({ people }) => people.tooLong(octets, MAX_MESSAGE_OCTETS)),
  );
}

/** What a SILC user gets of a private message. @throws StanzaError modify/not-acceptable for one that SILC cannot carry. */
export function privateContent(stanza: Element): SilcContent {
  const entity = endToEndMime(stanza);
  if (entity !== undefined) return { kind: 'mime', entity };
  if (stanza.getChild('feature', 'http://jabber.org/protocol/feature-neg') !== undefined) {
    // As a client answers that has no sessions (XEP-0155, XEP-0116).
    const said = text(({ people }) => people.noNegotiation);
    throw new StanzaError('cancel', 'service-unavailable', said);
  }
  const form = silcFormOf(stanza);
  if (form.kind === 'content') return checkSize(form.content);
  const refusal = unseenRefusal[form.kind === 'unseen' ? form.what : 'other'];
  throw new StanzaError('modify', 'not-acceptable', refusal);
}
