import { acceptServerKey } from '../commands/admin/accept-server-key.js';
import { announce } from '../commands/admin/announce.js';
import { editBlacklist, loadBlacklist } from '../commands/admin/edit-blacklist.js';
import { endUserSession } from '../commands/admin/end-user-session.js';
import { limits } from '../commands/admin/limits.js';
import { logLevel } from '../commands/admin/log-level.js';
import { logged } from '../commands/admin/logged.js';
import { metrics } from '../commands/admin/metrics.js';
import { onlineUsersList } from '../commands/admin/online-users-list.js';
import { onlineUsersNum } from '../commands/admin/online-users-num.js';
import { NS_ADMIN } from '../commands/admin/parts.js';
import { registeredUsersList } from '../commands/admin/registered-users-list.js';
import { registeredUsersNum } from '../commands/admin/registered-users-num.js';
import { reload } from '../commands/admin/reload.js';
import { serverKeys } from '../commands/admin/server-keys.js';
import { allSessions } from '../commands/admin/sessions.js';
import type { Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

/** What administrators (`access.admins`) do by command. To everybody else there is nothing. */
export function adminCommands(parts: FeatureParts): Feature {
  const { context, operator } = parts;
  const commands = [
    registeredUsersNum,
    onlineUsersNum,
    registeredUsersList,
    onlineUsersList,
    endUserSession,
    announce,
    editBlacklist,
    allSessions,
    serverKeys,
    acceptServerKey,
    limits,
  ].map((command) => command(parts));
  return {
    name: 'commands of administrators',
    specs: [
      {
        xep: 133,
        title: 'Service Administration',
        version: '1.3.1',
        date: '2024-09-01',
        status: 'partial',
        part: '4.6, 4.11, 4.13, 4.15, 4.18, 4.21, 4.23: users, sessions, announcements, who is kept out',
        leftOut:
          'accounts and their passwords, which are those of the Jabber server; message of the day, welcome; restart and shutdown, which are those of the service manager',
        namespaces: [NS_ADMIN],
      },
    ],
    commands: [
      ...commands,
      ...(operator === undefined ? [] : [logLevel(parts, operator)]),
      ...(operator?.reload === undefined ? [] : [reload(parts, operator.reload)]),
      ...(operator?.figures === undefined ? [] : [metrics(parts, operator.figures)]),
    ].map((command) => logged(command, context.log)),
    start: () => loadBlacklist(context),
  };
}
