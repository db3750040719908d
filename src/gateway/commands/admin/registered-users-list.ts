import { text } from '../../../text/text.js';
import type { Command } from '../command.js';
import { adminNode, type AdminParts, forAdmins } from './parts.js';
import { listOfUsers } from './user-lists.js';

/** Who has a key here (XEP-0133, 4.18). */
export function registeredUsersList(parts: AdminParts): Command {
  const title = text((words) => words.admin.registeredList);
  return {
    ...forAdmins(parts),
    name: 'registered-users-list',
    node: adminNode('get-registered-users-list'),
    title,
    begin: () => listOfUsers(title, 'registereduserjids', (max) => parts.context.store.identities.users(max)),
  };
}
