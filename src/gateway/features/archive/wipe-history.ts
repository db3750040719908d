import { rankOf } from '../../../mapping/affiliation.js';
import { type Command, type CommandCall, done } from '../../commands/command.js';
import type { ArchiveCommandParts } from './forget-history.js';
import { text } from '../../../text/text.js';

/** Lines that go in one step: the store has others to serve. */
const LINES = 500;

/** An owner of a channel deletes what the archive has of it. */
export function wipeHistory({ sessions, repository, writer }: ArchiveCommandParts): Command {
  const isOwner = ({ from, to }: CommandCall): boolean => {
    const room = to.kind === 'channel' ? sessions.joinedRoom(from, to) : undefined;
    return rankOf(room?.self?.affiliation ?? 'none') >= rankOf('owner');
  };

  async function wipe({ to, signal }: CommandCall): Promise<number> {
    if (to.kind !== 'channel') return 0;
    const room = { network: to.network, channel: to.name };
    await writer.flush();
    let lines = 0;
    for (let step = LINES; step === LINES && !signal.aborted; lines += step) {
      step = await repository.wipe(room, LINES);
    }
    signal.throwIfAborted();
    return lines;
  }

  return {
    name: 'wipe-history',
    title: text(({ history }) => history.wipeTitle),
    at: ['channel'],
    isOffered: isOwner,
    begin: ({ to }) => ({
      kind: 'form',
      form: {
        title: text(({ history }) => history.wipeOf(to.jid)),
        instructions: text(({ history }) => history.wipeHint),
        fields: [{ name: 'sure', type: 'boolean', label: text(({ history }) => history.wipeIt), value: '0' }],
      },
      next: async (values, call) => {
        if (values.get('sure') !== 'true') return done(text(({ asking }) => asking.notConfirmed));
        const lines = await wipe(call);
        return done(text(({ history }) => history.wiped(lines)));
      },
    }),
  };
}
