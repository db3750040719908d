import { randomUUID } from 'node:crypto';
import { StanzaError } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import { retractedBy } from '../../mapping/moderation.js';
import { type SilcForm, silcFormOf, type Unseen } from '../../mapping/silc-form.js';
import { unseenNotice } from '../../mapping/unseen.js';
import { addressedTo, asOccupant, type Feature, type OccupantRequest } from '../feature.js';
import { multiUserChat } from '../spec.js';
import type { UserRoom } from '../rooms/user-room.js';
import { checkSize, isMissed, saysAnything } from './message-rules.js';
import { text } from '../../text/text.js';

/** Messages to everybody in a room. */
export function mucMessage(): Feature {
  const told = new WeakMap<UserRoom, Set<Unseen>>();

  /** Local users get the whole stanza, SILC users what it says in the words of SILC. */
  async function sayInRoom({ stanza, from, room }: OccupantRequest): Promise<void> {
    const isHidden =
      !room.context.config.rooms.retractions_on_silc && retractedBy(stanza.getChildElements()) !== undefined;
    const form: SilcForm = isHidden ? { kind: 'passing' } : silcFormOf(stanza);
    await room.say(stanza, form.kind === 'content' ? checkSize(form.content) : undefined);
    if (form.kind !== 'unseen' || !isNews(room, form.what)) return;
    room.context.send(unseenNotice(room.jid, from.full, randomUUID(), form.what));
  }

  /** Who writes what SILC users do not see is told so once a room. */
  function isNews(room: UserRoom, what: Unseen): boolean {
    const before = told.get(room) ?? new Set();
    if (before.has(what)) return false;
    told.set(room, before.add(what));
    return true;
  }

  return {
    name: 'messages to a room',
    specs: [
      multiUserChat('7.4: messages to all occupants', [Namespace.stableId]),
      {
        xep: 359,
        title: 'Unique and Stable Stanza IDs',
        version: '0.7.0',
        date: '2023-02-20',
        status: 'complete',
        namespaces: [Namespace.stanzaId],
      },
    ],
    disco: { channel: [Namespace.stanzaId, Namespace.stableId] },
    extensions: [Namespace.stanzaId, Namespace.stableId],
    message: [
      {
        types: ['groupchat'],
        matches: saysAnything,
        ...asOccupant('channel', 'not-acceptable', sayInRoom),
      },
      {
        matches: isMissed,
        ...addressedTo(['channel'], () => {
          throw new StanzaError(
            'modify',
            'not-acceptable',
            text(({ rooms }) => rooms.joinToTalk),
          );
        }),
      },
    ],
  };
}
