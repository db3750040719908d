import { StanzaError } from '../../../component/stanza.js';
import { tryParseJid } from '../../../component/jid.js';
import { text } from '../../../text/text.js';
import { ask, value } from '../ask.js';
import { type Command, type CommandStep, done } from '../command.js';
import { adminNode, type AdminParts, endAll, forAdmins, NS_ADMIN } from './parts.js';

/** Ends the sessions of users (XEP-0133, 4.6). */
export function endUserSession(parts: AdminParts): Command {
  async function end(typed: string): Promise<CommandStep> {
    const users = typed.split(/\s+/).flatMap((one) => tryParseJid(one) ?? []);
    const ending = users.flatMap((user) => [...parts.sessions.sessionsOf(user)]);
    if (ending.length === 0) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text((words) => words.admin.nobody(typed)),
      );
    }
    for (const session of ending) parts.context.wanted.ended(session);
    const count = await endAll(
      ending,
      text((words) => words.admin.byAdmin),
    );
    return done(text((words) => words.admin.ended(String(count))));
  }

  return {
    ...forAdmins(parts),
    name: 'end-user-session',
    node: adminNode('end-user-session'),
    title: text((words) => words.admin.endTitle),
    details: text((words) => words.admin.endDetails),
    begin: () =>
      ask(
        {
          formType: NS_ADMIN,
          title: text((words) => words.admin.endTitle),
          instructions: text((words) => words.admin.endHint),
          fields: [
            {
              ...({ name: 'accountjids', type: 'jid-multi', isRequired: true } as const),
              label: text((words) => words.admin.users),
            },
          ],
        },
        (values) => end(value(values, 'accountjids')),
      ),
  };
}
