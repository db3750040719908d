import { text } from '../../../text/text.js';
import { type Command, done } from '../command.js';
import { adminNode, type AdminParts, forAdmins, NS_ADMIN, onlineUsers } from './parts.js';

/** How many users have a session (XEP-0133, 4.15). */
export function onlineUsersNum(parts: AdminParts): Command {
  const title = text((words) => words.admin.onlineNum);
  return {
    ...forAdmins(parts),
    name: 'online-users-num',
    node: adminNode('get-online-users-num'),
    title,
    begin: () => {
      const number = String(onlineUsers(parts.sessions).length);
      const field = { name: 'onlineusersnum', label: title, values: [number] };
      return {
        ...done(text((words) => words.admin.are(number))),
        result: { formType: NS_ADMIN, title, fields: [field] },
      };
    },
  };
}
