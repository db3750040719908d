import { ban } from './ban.js';
import { cmode } from './cmode.js';
import type { Command } from './command.js';
import { cumode } from './cumode.js';
import { detach } from './detach.js';
import { getkey } from './getkey.js';
import { identify } from './identify.js';
import { info } from './info.js';
import { invite } from './invite.js';
import { join } from './join.js';
import { kick } from './kick.js';
import { kill } from './kill.js';
import { leave } from './leave.js';
import { list } from './list.js';
import { motd } from './motd.js';
import { nick } from './nick.js';
import { oper, silcoper } from './oper.js';
import { ping } from './ping.js';
import { quit } from './quit.js';
import { close, connect, shutdown } from './server-links.js';
import { service } from './service.js';
import { stats } from './stats.js';
import { topic } from './topic.js';
import { umode } from './umode.js';
import { users } from './users.js';
import { watch } from './watch.js';
import { whois } from './whois.js';
import { whowas } from './whowas.js';

/** The commands of draft commands-07 by name, and those of silcd's private range. */
export const commands = {
  whois,
  whowas,
  identify,
  nick,
  list,
  topic,
  invite,
  quit,
  kill,
  info,
  stats,
  ping,
  oper,
  join,
  motd,
  umode,
  cmode,
  cumode,
  kick,
  ban,
  detach,
  watch,
  silcoper,
  leave,
  users,
  getkey,
  service,
  connect,
  close,
  shutdown,
} as const;

const byNumber: ReadonlyMap<number, Command<unknown, unknown>> = new Map(
  Object.values(commands).map((command) => [command.number, command]),
);

/** The command of a number, undefined when there is none (then silcd answers with status 15). */
export function commandByNumber(number: number): Command<unknown, unknown> | undefined {
  return byNumber.get(number);
}

export * from './arguments.js';
export * from './command.js';
export { errorObjects } from './error-objects.js';
export * from './values.js';
