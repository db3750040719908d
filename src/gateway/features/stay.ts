import type { ChannelAddress } from '../../mapping/address.js';
import { NS_BOOKMARKS } from '../../mapping/bookmarks.js';
import { NS_COMMANDS } from '../../mapping/ad-hoc.js';
import { StanzaError } from '../../component/stanza.js';
import { type Command, type CommandCall, type CommandStep, done } from '../commands/command.js';
import type { Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';
import { joinTexts, text } from '../../text/text.js';

/** Field by which a user says whether to stay in a room without a client. */
const STAY_FIELD = 'silc#stay';
const ROOM = 'room';

/** By a command, of a room or with its address, a user says whether to stay there. */
export function stay({ context, sessions, bookmarks }: FeatureParts): Feature {
  const placeOf = ({ from }: CommandCall, { network, name }: ChannelAddress) => ({
    user: from.bare,
    network,
    channel: name,
  });

  function ask(call: CommandCall, room: ChannelAddress): CommandStep {
    const isWanted = context.stays.wants(placeOf(call, room));
    return {
      kind: 'form',
      form: {
        title: text(({ rooms }) => rooms.stayIn(room.jid)),
        instructions: text(({ rooms }) => rooms.stayHint),
        fields: [
          {
            name: STAY_FIELD,
            type: 'boolean',
            label: text(({ rooms }) => rooms.stayLabel),
            value: isWanted ? '1' : '0',
          },
        ],
      },
      next: (values, later) => choose(later, room, values.get(STAY_FIELD) === 'true'),
    };
  }

  async function choose(call: CommandCall, room: ChannelAddress, isWanted: boolean): Promise<CommandStep> {
    await context.stays.choose(placeOf(call, room), isWanted);
    sessions.findRoom(call.from, room.network, room.jid)?.reconsider();
    const said = isWanted ? text(({ rooms }) => rooms.stays) : text(({ rooms }) => rooms.leaves);
    if (await bookmarks.write(call.from, room, isWanted)) return done(said);
    return done(joinTexts([said, text(({ rooms }) => rooms.bookmarkAsBefore)], ' '), 'warn');
  }

  function askForRoom(): CommandStep {
    return {
      kind: 'form',
      form: {
        title: text(({ rooms }) => rooms.stayForm),
        fields: [
          {
            name: ROOM,
            type: 'jid-single',
            label: text(({ rooms }) => rooms.addressOfRoom),
            isRequired: true,
          },
        ],
      },
      hasMore: true,
      next: (values, call) => {
        const room = context.addressing.parse(values.get(ROOM) ?? '');
        if (room.kind === 'channel') return ask(call, room);
        throw new StanzaError(
          'modify',
          'jid-malformed',
          text(({ rooms }) => rooms.notRoomHere),
        );
      },
    };
  }

  const command: Command = {
    name: 'stay',
    title: text(({ rooms }) => rooms.stayTitle),
    at: ['gateway', 'channel'],
    isOffered: () => true,
    begin: (call) => (call.to.kind === 'channel' ? ask(call, call.to) : askForRoom()),
  };
  return {
    name: 'staying in a room',
    specs: [
      {
        xep: 50,
        title: 'Ad-Hoc Commands',
        version: '1.3.0',
        date: '2020-06-09',
        status: 'complete',
        part: 'staying in a room',
        namespaces: [NS_COMMANDS],
      },
      {
        xep: 402,
        title: 'PEP Native Bookmarks',
        version: '1.2.0',
        date: '2024-08-15',
        status: 'partial',
        part: 'the bookmarks of users who want to stay in bookmarked rooms, where their servers grant it (XEP-0356)',
        leftOut: 'notifications: bookmarks are read when the user comes online',
        namespaces: [NS_BOOKMARKS],
      },
    ],
    commands: [command],
  };
}
