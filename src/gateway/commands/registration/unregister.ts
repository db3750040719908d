import { text } from '../../../text/text.js';
import { confirm } from '../ask.js';
import { type Command, done } from '../command.js';
import { endSessions } from '../user/parts.js';
import { type RegistrationParts, unregister } from './registering.js';

/** A user has everything deleted that the gateway keeps. */
export function unregisterCommand(parts: RegistrationParts): Command {
  const title = text((words) => words.registration.unregisterTitle);
  const details = text((words) => words.registration.unregisterDetails);
  return {
    name: 'unregister',
    title,
    details,
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      confirm(
        title,
        details,
        text((words) => words.registration.unregisterSure),
        async (call) => {
          const { context, identities } = parts;
          await unregister(parts, call.from);
          await endSessions(
            parts,
            call,
            text((words) => words.userCommands.byYourself),
          );
          await context.trust.forgetAll(call.from.bare);
          await context.wantedKeys.forgetAll(call.from.bare);
          await context.channelKeys.forgetAll(call.from.bare);
          await identities.remove(call.from.bare);
          return done(text((words) => words.registration.forgotten));
        },
      ),
  };
}
