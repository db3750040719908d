import type { Addressing } from '../../../mapping/address.js';
import type { ArchiveRepository, ArchiveRoom } from '../../../store/archive-types.js';
import { type Command, type CommandCall, type CommandStep, done } from '../../commands/command.js';
import type { SessionRegistry } from '../../sessions/session-registry.js';
import type { ArchiveWriter } from './archive-writer.js';
import { type AnyText, text } from '../../../text/text.js';

const ALL = 'all';
const ROOM = 'room';

/** What the commands of the archive are made with. */
export interface ArchiveCommandParts {
  readonly addressing: Addressing;
  readonly sessions: SessionRegistry;
  readonly repository: ArchiveRepository;
  readonly writer: ArchiveWriter;
}

/** A user takes the own view of what was said in rooms away for good. The lines stay for the others who were there. */
export function forgetHistory({ addressing, sessions, repository, writer }: ArchiveCommandParts): Command {
  const forget = async ({ from }: CommandCall, room: ArchiveRoom | undefined): Promise<CommandStep> => {
    await writer.flush();
    await repository.forget(from.bare, room, new Date());
    return done(
      room === undefined
        ? text(({ history }) => history.forgotAll)
        : text(({ history }) => history.forgot(room.channel)),
    );
  };

  const sure = (title: AnyText, next: (call: CommandCall) => Promise<CommandStep>): CommandStep => ({
    kind: 'form',
    form: {
      title,
      instructions: text(({ history }) => history.forgetHint),
      fields: [{ name: 'sure', type: 'boolean', label: text(({ history }) => history.forgetIt), value: '0' }],
    },
    next: (values, call) =>
      values.get('sure') === 'true' ? next(call) : done(text(({ asking }) => asking.notConfirmed)),
  });

  function chooseRoom({ from }: CommandCall): CommandStep {
    const rooms = [...sessions.sessionsOf(from)].flatMap((session) => [...session.rooms.keys()]);
    const options = [ALL, ...rooms].map((value) => ({
      value,
      label: value === ALL ? text(({ history }) => history.allRooms) : value,
    }));
    return {
      kind: 'form',
      form: {
        title: text(({ history }) => history.forgetForm),
        fields: [
          {
            name: ROOM,
            type: 'list-single',
            label: text(({ history }) => history.room),
            value: ALL,
            options,
            isRequired: true,
          },
        ],
      },
      hasMore: true,
      next: (values) => {
        const jid = values.get(ROOM) ?? '';
        const address = jid === ALL ? undefined : addressing.parse(jid);
        const room =
          address?.kind === 'channel' ? { network: address.network, channel: address.name } : undefined;
        return sure(
          room === undefined
            ? text(({ history }) => history.forgetAll)
            : text(({ history }) => history.forgetOf(jid)),
          (call) => forget(call, room),
        );
      },
    };
  }

  return {
    name: 'forget-history',
    title: text(({ history }) => history.forgetTitle),
    at: ['gateway', 'channel'],
    isOffered: () => true,
    begin: (call) => {
      const { to } = call;
      if (to.kind === 'gateway') return chooseRoom(call);
      const room = { network: to.network, channel: to.name };
      return sure(
        text(({ history }) => history.forgetOf(to.jid)),
        (later) => forget(later, room),
      );
    },
  };
}
