import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';
import type { Unseen } from './silc-form.js';

const texts: Readonly<Record<Unseen, string>> = {
  encrypted:
    'SILC cannot carry messages that are encrypted end to end by XMPP. The users of this gateway in the room get them; SILC users do not, ' +
    'and nothing of them was sent to SILC.',
  other:
    'SILC has no form for this kind of message. The users of this gateway in the room get it; SILC users do not.',
};

/** What a room says to the author of a message that SILC users do not see. */
export function unseenNotice(room: string, to: string, id: string, what: Unseen): Element {
  return xml(
    'message',
    { from: room, to, id, type: 'groupchat' },
    xml('body', {}, texts[what]),
    xml('silc', { xmlns: Namespace.silcMessage, kind: 'unseen' }),
  );
}

/** Why a private message of this kind is not sent to a SILC user. */
export const unseenRefusal: Readonly<Record<Unseen, string>> = {
  encrypted:
    'SILC cannot carry messages that are encrypted end to end by XMPP. Nothing was sent. Turn that encryption off for this contact, or use OTR.',
  other: 'SILC has no form for this kind of message. Nothing was sent.',
};
