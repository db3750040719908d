import { text } from '../../../text/text.js';
import { ask, contactField, value } from '../ask.js';
import { type Command, done } from '../command.js';
import { contactOf, MAX_PASSPHRASE } from './own-keys.js';
import type { UserCommandParts } from './parts.js';

/** A user sets a key with a SILC user, who sets the same. */
export function keySet(parts: UserCommandParts): Command {
  return {
    name: 'key-set',
    title: text((words) => words.userCommands.keySetTitle),
    details: text((words) => words.userCommands.keySetDetails),
    isFormOnly: true,
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        {
          title: text((words) => words.userCommands.keySetForm),
          fields: [
            contactField,
            {
              ...({ name: 'passphrase', type: 'text-private', isRequired: true } as const),
              label: text((words) => words.userCommands.passphrase),
              max: MAX_PASSPHRASE,
            },
          ],
        },
        async (values, call) => {
          const { silc, clientId, jid, fingerprint } = await contactOf(parts, call, value(values, 'contact'));
          const partner = { address: jid, fingerprint };
          await silc.setPrivateKey(clientId, values.get('passphrase') ?? '');
          await parts.context.wantedKeys.want(call.from.bare, partner);
          return done(text((words) => words.userCommands.keySet(jid)));
        },
      ),
  };
}
