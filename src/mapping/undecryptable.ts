import { type Element, xml } from '../component/stanza.js';
import type { UndecryptableReason } from '../silc/client/types.js';
import { Namespace } from './namespaces.js';

const mark = (): Element => xml('silc', { xmlns: Namespace.silcMessage, kind: 'undecryptable' });

/** Stand-in for a private message under keys that are not at hand. */
export function undecryptablePayload(): readonly Element[] {
  return [xml('body', {}, '[encrypted with a key that is not known here]'), mark()];
}

const texts: Readonly<Record<UndecryptableReason, string>> = {
  'no-key': 'the SILC server has given no key for this channel',
  'unsupported-cipher': 'its cipher is not known here',
  'no-private-key': 'they are encrypted with a private key of the channel, which is not known here',
  'other-private-key': 'they are encrypted with a private key of the channel, which is not known here',
  'wrong-key': 'they are under another key, or were changed on their way',
  malformed: 'what they hold is no message',
};

/** What a room itself says when messages of its channel cannot be shown. */
export function undecryptableNotice(
  room: string,
  to: string | undefined,
  id: string,
  reason: UndecryptableReason,
): Element {
  const text = `Messages on this channel cannot be shown: ${texts[reason]}.`;
  return xml('message', { from: room, to, id, type: 'groupchat' }, xml('body', {}, text), mark());
}
