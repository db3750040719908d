import { randomUUID } from 'node:crypto';
import { type Element, StanzaError } from '../../component/stanza.js';
import { groupMessage } from '../../mapping/message.js';
import {
  moderationPayload,
  moderationTombstone,
  NS_MODERATE,
  NS_RETRACT,
  readModeration,
  retractedBy,
  retractionTombstone,
} from '../../mapping/moderation.js';
import { ChannelUserMode } from '../../silc/modes.js';
import { LruMap } from '../../util/lru-map.js';
import type { ChannelLine } from '../channels/line.js';
import { asOccupant, type Feature, type OccupantRequest } from '../feature.js';
import type { UserRoom } from '../rooms/user-room.js';
import type { FeatureParts } from './parts.js';
import { silcWords } from '../../text/silc.js';
import { text } from '../../text/text.js';

/** Lines that are remembered for those who take them back or away, where there is no archive. */
const MAX_LINES = 20_000;
const TOMBSTONES = `${NS_RETRACT}#tombstone`;

/** Moderators take messages away, and authors take their own back: the archive keeps that there was one, and no word of it. */
export function moderation({ context }: FeatureParts): Feature {
  /** Names of the authors of lines, by room and stanza-id. */
  const authors = new LruMap<string, string>(MAX_LINES);
  const keyOf = (room: string, stanzaId: string): string => `${room} ${stanzaId}`;

  function line(said: ChannelLine): void {
    const { room, stanzaId, from, occupantId, id, at } = said;
    const taken = retractedBy(said.payload);
    if (taken === undefined) {
      authors.set(keyOf(room, stanzaId), from.slice(room.length + 1));
      return;
    }
    // Whose line it is the archive knows: who takes back another's only says so.
    void context.hooks.retract({ room, stanzaId: taken, occupantId, tombstone: retractionTombstone(id, at) });
  }

  async function moderate(request: OccupantRequest<'channel'>, child: Element): Promise<undefined> {
    const { room } = request;
    const wanted = child.is('moderate') ? readModeration(child) : undefined;
    if (wanted === undefined) {
      throw new StanzaError(
        'modify',
        'bad-request',
        text(({ rooms }) => rooms.oneMessage),
      );
    }
    const { self } = room;
    const rights = ChannelUserMode.founder | ChannelUserMode.operator;
    if (self === undefined || (self.mode & rights) === 0) {
      throw new StanzaError(
        'auth',
        'forbidden',
        text(({ rooms }) => rooms.moderatorsOnly),
      );
    }
    const at = new Date();
    const { stanzaId } = wanted;
    const tombstone = moderationTombstone(wanted, self, at);
    const author = authors.get(keyOf(room.jid, stanzaId));
    const isKept = await context.hooks.retract({ room: room.jid, stanzaId, tombstone });
    if (!isKept && author === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ rooms }) => rooms.noSuchMessage),
      );
    }
    const id = context.ids.stanzaId(room.jid, randomUUID());
    const said: ChannelLine = {
      ...{ network: room.channel.network, room: room.jid, stanzaId: id, id, at, origin: 'jabber' },
      ...{ from: room.jid, occupantId: undefined, payload: [moderationPayload(wanted, self)] },
    };
    room.channel.delivery.toEverybody(groupMessage(said));
    context.hooks.line(said);
    tellSilc(room, author);
    return undefined;
  }

  /** SILC has no way to take a message away: its users read that it was done. */
  function tellSilc({ link, channel }: UserRoom, author: string | undefined): void {
    if (!context.config.rooms.retractions_on_silc || link === undefined) return;
    link.silc
      .say(link.silcChannel.id, silcWords.takesAway(author), {
        kind: 'action',
        onSending: ({ digest }) => channel.recognise(digest),
      })
      .catch((error: unknown) => context.log.debug({ room: channel.jid, err: error }, 'SILC was not told'));
  }

  return {
    name: 'moderation of messages',
    specs: [
      {
        xep: 425,
        title: 'Moderated Message Retraction',
        version: '0.3.0',
        date: '2023-03-02',
        status: 'complete',
        namespaces: [NS_MODERATE],
      },
      {
        xep: 424,
        title: 'Message Retraction',
        version: '0.4.2',
        date: '2025-01-18',
        status: 'complete',
        part: 'tombstones in the archive; SILC users read that a message is taken back',
        namespaces: [NS_RETRACT, TOMBSTONES],
      },
    ],
    disco: { channel: [NS_MODERATE, NS_RETRACT, TOMBSTONES] },
    extensions: [NS_RETRACT, TOMBSTONES],
    iq: [{ type: 'set', xmlns: NS_MODERATE, ...asOccupant('channel', 'not-acceptable', moderate) }],
    channel: { line },
  };
}
