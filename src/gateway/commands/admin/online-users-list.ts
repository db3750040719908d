import { text } from '../../../text/text.js';
import type { Command } from '../command.js';
import { adminNode, type AdminParts, forAdmins, onlineUsers } from './parts.js';
import { listOfUsers } from './user-lists.js';

/** Who has a session (XEP-0133, 4.21). */
export function onlineUsersList(parts: AdminParts): Command {
  const title = text((words) => words.admin.onlineList);
  return {
    ...forAdmins(parts),
    name: 'online-users-list',
    node: adminNode('get-online-users-list'),
    title,
    begin: () => listOfUsers(title, 'onlineuserjids', (max) => onlineUsers(parts.sessions).slice(0, max)),
  };
}
