import { text } from '../../../text/text.js';
import { ask } from '../ask.js';
import { type Command, done } from '../command.js';
import { register, registrationForm, type RegistrationParts } from './registering.js';

/** The same as XEP-0077, by command. */
export function registerCommand(parts: RegistrationParts): Command {
  return {
    name: 'register',
    title: text((words) => words.registration.title),
    details: text((words) => words.registration.registerDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: async ({ from }) =>
      ask(
        registrationForm(parts, await parts.context.registrations.find(from.bare)),
        async (values, call) => {
          const nick = await register(parts, call.from, values);
          return done(text((words) => words.registration.done(nick)));
        },
      ),
  };
}
