import type { GatewayContext } from '../../context.js';
import type { AnyText } from '../../../text/text.js';
import type { Operator } from '../../operator.js';
import type { SessionRegistry } from '../../sessions/session-registry.js';
import type { UserSession } from '../../sessions/user-session.js';
import type { Command, CommandCall } from '../command.js';

/** What the commands of administrators are made with. */
export interface AdminParts {
  readonly context: GatewayContext;
  readonly sessions: SessionRegistry;
  readonly operator: Operator | undefined;
}

const NS_ADMIN = 'http://jabber.org/protocol/admin';

/** Node of a command that XEP-0133 has. */
export const adminNode = (name: string): string => `${NS_ADMIN}#${name}`;
export { NS_ADMIN };

/** What all of them have in common: nobody else learns that they are there. */
export function forAdmins({ context }: AdminParts): Pick<Command, 'at' | 'isAdmin' | 'isOffered'> {
  return {
    at: ['gateway'],
    isAdmin: true,
    isOffered: ({ from }: CommandCall) => context.access.isAdmin(from),
  };
}

/** Users with a session that is there, or on the way back: bare JIDs in their order. */
export function onlineUsers(sessions: SessionRegistry): readonly string[] {
  const users = new Set<string>();
  for (const { user, isOver } of sessions.all()) if (!isOver) users.add(user);
  return [...users].sort();
}

/** @returns how many sessions have ended */
export async function endAll(ending: Iterable<UserSession>, text: AnyText): Promise<number> {
  const error = { type: 'cancel', condition: 'policy-violation', text } as const;
  const all = [...ending];
  await Promise.all(all.map((session) => session.end({ kind: 'failed', error })));
  return all.length;
}
