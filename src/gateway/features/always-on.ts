import { mentionPayload, mentions } from '../../mapping/waiting-message.js';
import type { ChannelLine } from '../channels/line.js';
import type { Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

/** Longest part of a line that is told of a mention, in UTF-16 units: the whole is in the archive of the room. */
const MAX_MENTION = 4_000;

/** What happens for users who stay in rooms without a client: lines with their nicknames wait for them. */
export function alwaysOn({ context, sessions }: FeatureParts): Feature {
  function line(said: ChannelLine): void {
    const address = context.addressing.parse(said.room);
    if (address.kind !== 'channel') return;
    for (const user of context.stays.usersIn(address.network, address.name)) {
      const room = sessions.findRoom({ bare: user }, address.network, said.room);
      const { self } = room ?? {};
      if (room === undefined || self === undefined || room.clients.size > 0) continue;
      if (said.from === self.jid || !room.canRead(said)) continue;
      const text = said.payload.find((part) => part.is('body'))?.getText() ?? '';
      if (!mentions(text, self.name) || !context.preferences.get(user, 'mentions', address)) continue;
      const name = said.from.slice(said.room.length + 1);
      const payload = mentionPayload(name, said.room, text.slice(0, MAX_MENTION));
      context.waiting.keep(user, { from: context.domain, id: said.stanzaId, payload }, said.at);
    }
  }

  return {
    name: 'users who stay without a client',
    specs: [
      {
        xep: 203,
        title: 'Delayed Delivery',
        version: '2.0',
        date: '2009-09-15',
        status: 'complete',
        part: 'messages that waited for a user',
      },
    ],
    channel: { line },
  };
}
