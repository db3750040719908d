import { babbleText, keyText } from '../../../mapping/contact-key.js';
import { fromLatin1 } from '../../../silc/bytes.js';
import { writePublicKeyFile } from '../../../silc/crypto/key-file.js';
import { text } from '../../../text/text.js';
import { type Command, done } from '../command.js';
import type { UserCommandParts } from './parts.js';

/** A user sees the own key. */
export function identity({ identities }: UserCommandParts): Command {
  return {
    name: 'identity',
    title: text((words) => words.userCommands.identityTitle),
    details: text((words) => words.userCommands.identityDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: async ({ from }) => {
      const keyPair = await identities.keyPair(from.bare);
      const fingerprint = identities.fingerprint(keyPair);
      const [key, babble] = [keyText(fingerprint), babbleText(fingerprint)];
      const file = fromLatin1(writePublicKeyFile(keyPair.publicKey)).trimEnd().split('\n');
      return {
        ...done(text((words) => words.userCommands.identityIs(key, babble))),
        result: {
          title: text((words) => words.userCommands.identityTitle),
          fields: [
            { name: 'fingerprint', label: text((words) => words.userCommands.fingerprint), values: [key] },
            { name: 'babbleprint', label: text((words) => words.userCommands.babbleprint), values: [babble] },
            {
              ...({ name: 'public-key', type: 'text-multi', values: file } as const),
              label: text((words) => words.userCommands.publicKey),
            },
          ],
        },
      };
    },
  };
}
