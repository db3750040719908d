import { type Element, xml } from '../component/stanza.js';
import type { UndecryptableReason } from '../silc/client/types.js';
import { Namespace } from './namespaces.js';
import { text } from '../text/text.js';

const mark = (): Element => xml('silc', { xmlns: Namespace.silcMessage, kind: 'undecryptable' });

/** Stand-in for a private message under keys that are not at hand. */
export function undecryptablePayload(): readonly Element[] {
  return [
    xml(
      'body',
      {},
      text(({ rooms }) => rooms.unknownKey),
    ),
    mark(),
  ];
}

const reasons = {
  'no-key': 'noKey',
  'unsupported-cipher': 'cipherNotKnown',
  'no-private-key': 'privateKeyNotKnown',
  'other-private-key': 'privateKeyNotKnown',
  'wrong-key': 'wrongKey',
  malformed: 'noMessage',
} as const satisfies Readonly<Record<UndecryptableReason, string>>;

/** What a room itself says when messages of its channel cannot be shown. */
export function undecryptableNotice(
  room: string,
  to: string | undefined,
  id: string,
  reason: UndecryptableReason,
): Element {
  const said = text(({ rooms }) => rooms.unreadable(rooms[reasons[reason]]));
  return xml('message', { from: room, to, id, type: 'groupchat' }, xml('body', {}, said), mark());
}
