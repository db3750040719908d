import { randomUUID } from 'node:crypto';
import { xml } from '../../../component/stanza.js';
import { text } from '../../../text/text.js';
import { ask, value } from '../ask.js';
import { type Command, type CommandStep, done } from '../command.js';
import { adminNode, type AdminParts, forAdmins, NS_ADMIN, onlineUsers } from './parts.js';

const MAX_TEXT = 4_000;

/** Tells something to everybody who has a session (XEP-0133, 4.23). */
export function announce(parts: AdminParts): Command {
  const { context, sessions } = parts;

  function tell(said: string): CommandStep {
    const users = onlineUsers(sessions);
    for (const to of users) {
      const body = text((words) => words.admin.announceFrom(said));
      // To the account: its server has it wait where no client is there.
      const message = xml(
        'message',
        { from: context.domain, to, type: 'chat', id: randomUUID() },
        xml('body', {}, body),
      );
      context.send(message);
    }
    return done(text((words) => words.admin.announced(String(users.length))));
  }

  const title = text((words) => words.admin.announceTitle);
  return {
    ...forAdmins(parts),
    name: 'announce',
    node: adminNode('announce'),
    title,
    begin: () =>
      ask(
        {
          formType: NS_ADMIN,
          title,
          fields: [
            {
              ...({ name: 'announcement', type: 'text-multi', isRequired: true } as const),
              label: text((words) => words.admin.announcement),
              max: MAX_TEXT,
            },
          ],
        },
        (values) => tell(value(values, 'announcement')),
      ),
  };
}
