import { text } from '../../../text/text.js';
import { ask, roomField, value } from '../ask.js';
import { type Command, done } from '../command.js';
import { roomOf } from './own-keys.js';
import type { UserCommandParts } from './parts.js';

/** A user drops a private key of a channel. */
export function channelKeyClear(parts: UserCommandParts): Command {
  const title = text((words) => words.userCommands.channelKeyClearTitle);
  return {
    name: 'channel-key-clear',
    title,
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        {
          title,
          fields: [
            roomField,
            {
              ...({ name: 'name', type: 'text-single', isRequired: true } as const),
              label: text((words) => words.userCommands.keyName),
            },
          ],
        },
        async (values, call) => {
          const { room, link } = await roomOf(parts, call, value(values, 'room'));
          const name = value(values, 'name');
          const wasKept = await parts.context.channelKeys.forget(room.user, room.channel, name);
          const wasThere = link.silc.channelControl.removePrivateKey(link.silcChannel.id, name) || wasKept;
          return done(
            text(({ userCommands: words }) =>
              wasThere ? words.channelKeyCleared(name, room.jid) : words.noChannelKey(name, room.jid),
            ),
            wasThere ? 'info' : 'warn',
          );
        },
      ),
  };
}
