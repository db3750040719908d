import { text } from '../../../text/text.js';
import { ask, value } from '../ask.js';
import { type Command, done } from '../command.js';
import type { UserCommandParts } from './parts.js';

/** Longest answer to who writes, in characters. */
const MAX_ANSWER = 256;

/** A user is away on SILC, whatever the clients say. */
export function away({ away: marks, sessions }: UserCommandParts): Command {
  return {
    name: 'away',
    title: text((words) => words.userCommands.awayTitle),
    details: text((words) => words.userCommands.awayDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        {
          title: text((words) => words.userCommands.awayForm),
          fields: [
            {
              ...({ name: 'text', type: 'text-single' } as const),
              label: text((words) => words.userCommands.awayText),
              max: MAX_ANSWER,
            },
          ],
        },
        (values, { from }) => {
          const answer = value(values, 'text');
          marks.choose(from.bare, answer === '' ? undefined : answer, sessions.sessionsOf(from));
          return done(
            text(({ userCommands }) => (answer === '' ? userCommands.isBack : userCommands.isAway)),
          );
        },
      ),
  };
}
