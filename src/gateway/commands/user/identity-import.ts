import { StanzaError } from '../../../component/stanza.js';
import type { FormValues } from '../../../mapping/data-form.js';
import { utf8 } from '../../../silc/bytes.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../../../silc/crypto/key-file.js';
import { joinKeyPair, type KeyPair } from '../../../silc/crypto/key-pair.js';
import { bitLength } from '../../../silc/crypto/pkcs1.js';
import { SilcError } from '../../../silc/errors.js';
import { text } from '../../../text/text.js';
import { ask, value } from '../ask.js';
import { type Command, type CommandCall, type CommandStep } from '../command.js';
import { type UserCommandParts, withNewIdentity } from './parts.js';

/** Larger ones cost more than a user may cost others. */
const [MIN_BITS, MAX_BITS] = [1_024, 8_192];

/** A user brings a key pair of a SILC client. */
export function identityImport(parts: UserCommandParts): Command {
  const { context, identities } = parts;

  /** @throws StanzaError modify/not-acceptable */
  function readPair(values: FormValues): KeyPair {
    try {
      const publicKey = readPublicKeyFile(utf8(value(values, 'public-key')));
      const bits = bitLength(publicKey.numbers.n);
      if (bits < MIN_BITS || bits > MAX_BITS) {
        throw new StanzaError(
          'modify',
          'not-acceptable',
          text((words) => words.userCommands.keyTooLarge(String(MIN_BITS), String(MAX_BITS))),
        );
      }
      const file = utf8(value(values, 'private-key'));
      const { numbers } = readPrivateKeyFile(context.backend, file, values.get('passphrase') ?? '');
      return joinKeyPair(publicKey, numbers);
    } catch (error) {
      if (!(error instanceof SilcError)) throw error;
      throw new StanzaError(
        'modify',
        'not-acceptable',
        text((words) => words.userCommands.badKeyFile(error.message)),
      );
    }
  }

  async function take(values: FormValues, call: CommandCall): Promise<CommandStep> {
    const keyPair = readPair(values);
    await identities.replace(call.from.bare, keyPair);
    return withNewIdentity(parts, call, keyPair);
  }

  return {
    name: 'identity-import',
    title: text((words) => words.userCommands.identityImportTitle),
    details: text((words) => words.userCommands.identityImportDetails),
    isFormOnly: true,
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        {
          title: text((words) => words.userCommands.identityImport),
          instructions: text((words) => words.userCommands.identityLoss),
          fields: [
            {
              ...({ name: 'public-key', type: 'text-multi', isRequired: true } as const),
              label: text((words) => words.userCommands.publicKey),
            },
            {
              ...({ name: 'private-key', type: 'text-multi', isRequired: true } as const),
              label: text((words) => words.userCommands.privateKey),
            },
            {
              ...({ name: 'passphrase', type: 'text-private' } as const),
              label: text((words) => words.userCommands.passphraseHint),
            },
          ],
        },
        take,
      ),
  };
}
