import { text } from '../../../text/text.js';
import { type Command, done } from '../command.js';
import { adminNode, type AdminParts, forAdmins, NS_ADMIN } from './parts.js';

/** How many users have a key here (XEP-0133, 4.13). */
export function registeredUsersNum(parts: AdminParts): Command {
  const title = text((words) => words.admin.registeredNum);
  return {
    ...forAdmins(parts),
    name: 'registered-users-num',
    node: adminNode('get-registered-users-num'),
    title,
    begin: async () => {
      const number = String(await parts.context.store.identities.count());
      const field = { name: 'registeredusersnum', label: title, values: [number] };
      return {
        ...done(text((words) => words.admin.are(number))),
        result: { formType: NS_ADMIN, title, fields: [field] },
      };
    },
  };
}
