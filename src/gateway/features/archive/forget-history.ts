import type { Addressing } from '../../../mapping/address.js';
import type { ArchiveRepository, ArchiveRoom } from '../../../store/archive-types.js';
import { type Command, type CommandCall, type CommandStep, done } from '../../commands/command.js';
import type { SessionRegistry } from '../../sessions/session-registry.js';
import type { ArchiveWriter } from './archive-writer.js';

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
        ? 'Done: you have no history of any room any more.'
        : `Done: you have no history of ${room.channel} any more.`,
    );
  };

  const sure = (title: string, next: (call: CommandCall) => Promise<CommandStep>): CommandStep => ({
    kind: 'form',
    form: {
      title,
      instructions: 'This cannot be undone. Others who were there keep theirs.',
      fields: [{ name: 'sure', type: 'boolean', label: 'Forget it', value: '0' }],
    },
    next: (values, call) =>
      values.get('sure') === 'true' ? next(call) : done('Nothing was changed: it was not confirmed.'),
  });

  function chooseRoom({ from }: CommandCall): CommandStep {
    const rooms = [...sessions.sessionsOf(from)].flatMap((session) => [...session.rooms.keys()]);
    const options = [ALL, ...rooms].map((value) => ({ value, label: value === ALL ? 'All rooms' : value }));
    return {
      kind: 'form',
      form: {
        title: 'Forget what was said while I was there',
        fields: [{ name: ROOM, type: 'list-single', label: 'Room', value: ALL, options, isRequired: true }],
      },
      next: (values) => {
        const jid = values.get(ROOM) ?? '';
        const address = jid === ALL ? undefined : addressing.parse(jid);
        const room =
          address?.kind === 'channel' ? { network: address.network, channel: address.name } : undefined;
        return sure(
          room === undefined ? 'Forget the history of all rooms' : `Forget the history of ${jid}`,
          (call) => forget(call, room),
        );
      },
    };
  }

  return {
    name: 'forget-history',
    title: 'Take away what I can see of what was said in rooms',
    at: ['gateway', 'channel'],
    isOffered: () => true,
    begin: (call) => {
      const { to } = call;
      if (to.kind === 'gateway') return chooseRoom(call);
      const room = { network: to.network, channel: to.name };
      return sure(`Forget the history of ${to.jid}`, (later) => forget(later, room));
    },
  };
}
