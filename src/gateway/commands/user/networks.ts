import { joinTexts, text } from '../../../text/text.js';
import { type Command, done } from '../command.js';
import { networkNames, type UserCommandParts } from './parts.js';

/** The networks, and how the user is connected to each. */
export function networks(parts: UserCommandParts): Command {
  const { context, sessions } = parts;
  return {
    name: 'networks',
    title: text((words) => words.userCommands.networksTitle),
    at: ['gateway'],
    isOffered: () => true,
    begin: ({ from }) => {
      const rows = networkNames(parts).map((name) => {
        const session = sessions.find(from, name);
        const isOver = session === undefined || session.isOver;
        const state = text(({ userCommands: words }) => {
          if (isOver) return words.offline;
          return session.silc === undefined ? words.onTheWay : words.online(session.nickname);
        });
        if (name !== context.addressing.defaultNetwork) return [name, state];
        return [name, joinTexts([text((words) => words.userCommands.isDefault), state], ' – ')];
      });
      const lines = rows.map((row) => joinTexts(row, ' – '));
      return {
        ...done(joinTexts(lines, '\n')),
        result: {
          title: text((words) => words.userCommands.networksTitle),
          columns: [
            { name: 'network', label: text((words) => words.asking.network) },
            { name: 'state', label: text((words) => words.userCommands.state) },
          ],
          rows,
        },
      };
    },
  };
}
