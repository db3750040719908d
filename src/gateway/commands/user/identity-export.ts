import { StanzaError } from '../../../component/stanza.js';
import { fromLatin1 } from '../../../silc/bytes.js';
import { writePrivateKeyFile, writePublicKeyFile } from '../../../silc/crypto/key-file.js';
import { text } from '../../../text/text.js';
import { ask } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';
import type { UserCommandParts } from './parts.js';

const MIN_PASSPHRASE = 8;

/** A user gets the own key pair in the files of SILC clients, never without a passphrase. */
export function identityExport({ context, identities }: UserCommandParts): Command {
  async function write(passphrase: string, { from }: CommandCall): Promise<CommandStep> {
    if (passphrase.length < MIN_PASSPHRASE) {
      throw new StanzaError(
        'modify',
        'not-acceptable',
        text((words) => words.userCommands.shortPassphrase),
      );
    }
    const { publicKey, privateKey } = await identities.keyPair(from.bare);
    const lines = (file: Uint8Array): readonly string[] => fromLatin1(file).trimEnd().split('\n');
    const secret = writePrivateKeyFile(context.backend, privateKey, passphrase, 'base64');
    return {
      ...done(text((words) => words.userCommands.exported)),
      result: {
        title: text((words) => words.userCommands.identityExport),
        fields: [
          {
            ...({
              name: 'public-key',
              type: 'text-multi',
              values: lines(writePublicKeyFile(publicKey)),
            } as const),
            label: text((words) => words.userCommands.publicKey),
          },
          {
            ...({ name: 'private-key', type: 'text-multi', values: lines(secret) } as const),
            label: text((words) => words.userCommands.privateKey),
          },
        ],
      },
    };
  }

  return {
    name: 'identity-export',
    title: text((words) => words.userCommands.identityExportTitle),
    details: text((words) => words.userCommands.identityExportDetails),
    isFormOnly: true,
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        {
          title: text((words) => words.userCommands.identityExport),
          fields: [
            {
              ...({ name: 'passphrase', type: 'text-private', isRequired: true } as const),
              label: text((words) => words.userCommands.newPassphrase),
            },
          ],
        },
        (values, call) => write(values.get('passphrase') ?? '', call),
      ),
  };
}
