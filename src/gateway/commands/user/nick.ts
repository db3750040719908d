import { StanzaError } from '../../../component/stanza.js';
import { cleanedNickname, resourceToNickname } from '../../../mapping/nickname.js';
import { text } from '../../../text/text.js';
import { withStanzaErrors } from '../../failures.js';
import { ask, networkField, value } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';
import { chosenNetwork, networkNames, type UserCommandParts } from './parts.js';

/** A user changes the nickname, now and for later connections. */
export function nick(parts: UserCommandParts): Command {
  const { context, sessions } = parts;

  async function change(typed: string, network: string, { from }: CommandCall): Promise<CommandStep> {
    const nickname = resourceToNickname(typed) ?? cleanedNickname(typed);
    if (nickname === undefined) {
      throw new StanzaError(
        'modify',
        'not-acceptable',
        text((words) => words.userCommands.badNickname(typed)),
      );
    }
    const session = sessions.find(from, network);
    const { silc } = session ?? {};
    if (session !== undefined && silc !== undefined && silc.self.nickname !== nickname) {
      for (const { channel } of session.rooms.values()) {
        await context.nicknames.check({ network, channel: channel.name }, from.bare, nickname);
      }
      sessions.churn.renames(from);
      await withStanzaErrors('nick', silc.nick(nickname), nickname);
    }
    await context.preferences.set(from.bare, undefined, { nick: nickname });
    return done(
      text(({ userCommands: words }) =>
        silc === undefined ? words.nickRemembered(nickname) : words.nickChanged(nickname),
      ),
    );
  }

  return {
    name: 'nick',
    title: text((words) => words.userCommands.nickTitle),
    details: text((words) => words.userCommands.nickDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: ({ from }) =>
      ask(
        {
          title: text((words) => words.userCommands.nickTitle),
          fields: [
            {
              ...({ name: 'nick', type: 'text-single', isRequired: true } as const),
              label: text((words) => words.userCommands.nickname),
              value: [...sessions.sessionsOf(from)][0]?.nickname ?? sessions.nicknameOf(from),
            },
            ...networkField(networkNames(parts)),
          ],
        },
        (values, call) => change(value(values, 'nick'), chosenNetwork(parts, values), call),
      ),
  };
}
