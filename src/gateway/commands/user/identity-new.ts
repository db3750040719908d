import { text } from '../../../text/text.js';
import { confirm } from '../ask.js';
import { type Command } from '../command.js';
import { type UserCommandParts, withNewIdentity } from './parts.js';

/** A user gets another key, and loses what hangs on the old one. */
export function identityNew(parts: UserCommandParts): Command {
  const { identities } = parts;
  return {
    name: 'identity-new',
    title: text((words) => words.userCommands.identityNewTitle),
    details: text((words) => words.userCommands.identityNewDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      confirm(
        text((words) => words.userCommands.identityNewTitle),
        text((words) => words.userCommands.identityLoss),
        text((words) => words.userCommands.makeNew),
        async (call) => {
          const keyPair = await identities.renew(call.from.bare);
          return withNewIdentity(parts, call, keyPair);
        },
      ),
  };
}
