import { text } from '../../../text/text.js';
import { withStanzaErrors } from '../../failures.js';
import { ask, networkField } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';
import { chosenNetwork, networkNames, type UserCommandParts } from './parts.js';

/** A user connects to a network without joining anything. */
export function connect(parts: UserCommandParts): Command {
  const { context, sessions } = parts;

  async function open(network: string, { from }: CommandCall): Promise<CommandStep> {
    const session = sessions.session(from, network);
    const nickname = sessions.nicknameOf(from);
    // Before it is there: a session that nobody wants ends at once.
    context.wanted.asked(session);
    await withStanzaErrors('join', session.open(nickname), nickname);
    return done(text((words) => words.userCommands.connected(network, session.nickname)));
  }

  return {
    name: 'connect',
    title: text((words) => words.userCommands.connectTitle),
    details: text((words) => words.userCommands.connectDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: (call) => {
      const names = networkNames(parts);
      const fields = networkField(names);
      if (fields.length === 0) return open(names[0] ?? '', call);
      const title = text((words) => words.userCommands.connectTitle);
      return ask({ title, fields }, (values, later) => open(chosenNetwork(parts, values), later));
    },
  };
}
