import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';
import type { Unseen } from './silc-form.js';
import { type Text, text } from '../text/text.js';

const texts: Readonly<Record<Unseen, Text>> = {
  encrypted: text(({ rooms }) => rooms.unseenEncrypted),
  other: text(({ rooms }) => rooms.unseen),
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
export const unseenRefusal: Readonly<Record<Unseen, Text>> = {
  encrypted: text(({ people }) => people.unseenEncrypted),
  other: text(({ people }) => people.unseen),
};
