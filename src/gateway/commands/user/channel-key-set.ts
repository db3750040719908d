import { text } from '../../../text/text.js';
import { ask, roomField, value } from '../ask.js';
import { type Command, done } from '../command.js';
import { MAX_PASSPHRASE, roomOf } from './own-keys.js';
import type { UserCommandParts } from './parts.js';

const MAX_NAME = 64;

/** A user sets a private key of a channel, as all who are to read it do. It is put back whenever the user comes in again. */
export function channelKeySet(parts: UserCommandParts): Command {
  return {
    name: 'channel-key-set',
    title: text((words) => words.userCommands.channelKeySetTitle),
    details: text((words) => words.userCommands.channelKeySetDetails),
    isFormOnly: true,
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        {
          title: text((words) => words.userCommands.channelKeySetForm),
          fields: [
            roomField,
            {
              ...({ name: 'name', type: 'text-single', isRequired: true } as const),
              label: text((words) => words.userCommands.keyName),
              max: MAX_NAME,
            },
            {
              ...({ name: 'passphrase', type: 'text-private', isRequired: true } as const),
              label: text((words) => words.userCommands.passphrase),
              max: MAX_PASSPHRASE,
            },
          ],
        },
        async (values, call) => {
          const { room, link } = await roomOf(parts, call, value(values, 'room'));
          const [name, passphrase] = [value(values, 'name'), values.get('passphrase') ?? ''];
          const { channelControl } = link.silc;
          const { id } = link.silcChannel;
          channelControl.setPrivateKey(id, name, passphrase);
          try {
            await parts.context.channelKeys.keep(room.user, room.channel, name, passphrase);
          } catch (error) {
            channelControl.removePrivateKey(id, name);
            throw error;
          }
          return done(text((words) => words.userCommands.channelKeySet(name, room.jid)));
        },
      ),
  };
}
