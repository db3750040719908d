import { StanzaError } from '../../../component/stanza.js';
import { text } from '../../../text/text.js';
import { ask, confirm, networkField } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';
import { chosenNetwork, networkNames, type UserCommandParts } from './parts.js';

/** A user leaves a network, with all rooms there. */
export function disconnect(parts: UserCommandParts): Command {
  const { context, sessions } = parts;

  async function end(network: string, { from }: CommandCall): Promise<CommandStep> {
    const session = sessions.find(from, network);
    if (session === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text((words) => words.userCommands.notConnected(network)),
      );
    }
    const reason = text((words) => words.userCommands.byYourself);
    context.wanted.ended(session);
    await session.end({
      kind: 'failed',
      error: { type: 'cancel', condition: 'recipient-unavailable', text: reason },
    });
    return done(text((words) => words.userCommands.disconnected(network)));
  }

  const sure = (network: string): CommandStep =>
    confirm(
      text((words) => words.userCommands.disconnectForm(network)),
      text((words) => words.userCommands.disconnectHint),
      text((words) => words.userCommands.disconnectSure),
      (call) => end(network, call),
    );

  return {
    name: 'disconnect',
    title: text((words) => words.userCommands.disconnectTitle),
    details: text((words) => words.userCommands.disconnectDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: () => {
      const names = networkNames(parts);
      const fields = networkField(names);
      if (fields.length === 0) return sure(names[0] ?? '');
      const title = text((words) => words.userCommands.disconnectTitle);
      return ask({ title, fields }, (values) => sure(chosenNetwork(parts, values)), { hasMore: true });
    },
  };
}
