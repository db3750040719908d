import { text } from '../../../text/text.js';
import { ask, contactField, value } from '../ask.js';
import { type Command, done } from '../command.js';
import { contactOf } from './own-keys.js';
import type { UserCommandParts } from './parts.js';

/** A user drops the keys with a SILC user. */
export function keyClear(parts: UserCommandParts): Command {
  const title = text((words) => words.userCommands.keyClearTitle);
  return {
    name: 'key-clear',
    title,
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask({ title, fields: [contactField] }, async (values, call) => {
        const { silc, clientId, jid, fingerprint } = await contactOf(parts, call, value(values, 'contact'));
        const isRemoved = silc.removePrivateKey(clientId);
        const wasWanted = await parts.context.wantedKeys.drop(call.from.bare, { address: jid, fingerprint });
        const wasThere = isRemoved || wasWanted;
        return done(
          text(({ userCommands: words }) => (wasThere ? words.keyCleared(jid) : words.noKeyWith(jid))),
          wasThere ? 'info' : 'warn',
        );
      }),
  };
}
