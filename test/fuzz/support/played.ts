import { ClientSession } from '../../../src/silc/client/session.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { SilcError } from '../../../src/silc/errors.js';
import type { ScriptedServer } from '../../support/scripted-server.js';
import type { HostilePacket } from './packets.js';

/** Sends the packets as the server, as long as the connection stands. */
export async function play(server: ScriptedServer, packets: readonly HostilePacket[]): Promise<void> {
  for (const { type, payload, ...rest } of packets) {
    if (!server.connection.open) return;
    // An empty payload makes no packet where there are no IDs.
    if (payload.length > 0) await server.send(type, payload, rest).catch(() => undefined);
  }
}

/** Everything that was sent is processed, or the session is over: then with what. */
function caughtUp(session: SilcSession, server: ScriptedServer): Promise<SilcError | undefined> {
  const mark = 'all of it';
  return new Promise((resolve) => {
    const unsubscribe = session.subscribe((event) => {
      const isMark = event.type === 'server-notice' && event.text === mark;
      if (!isMark && event.type !== 'closed') return;
      unsubscribe();
      resolve(event.type === 'closed' ? event.error : undefined);
    });
    if (session.state === 'closed') resolve(undefined);
    else server.notify({ type: 'none', text: mark }).catch(() => undefined);
  });
}

/**
 * The session is over for a reason of the engine, or goes on and is as it has to be.
 * @returns why it is over. @throws Error where it is neither
 */
export async function checkSession(
  session: SilcSession,
  server: ScriptedServer,
): Promise<SilcError | undefined> {
  if (!(session instanceof ClientSession)) throw new Error('no session of the engine');
  const end: unknown = await caughtUp(session, server);
  if (end !== undefined && !(end instanceof SilcError))
    throw new Error('ended by no error of the engine', { cause: end });
  checkNetwork(session);
  return end;
}

/** What a session knows of its network fits together. @throws Error where it does not */
export function checkNetwork(session: ClientSession): void {
  const { network } = session.core;
  must(network.users.exact(network.self.clientId) === network.self, 'one self');
  for (const [id, channel] of network.channels) {
    must(channel.id === id, 'a channel under its ID');
    for (const [clientId, { user }] of channel.members) {
      must(user.clientId === clientId, 'a member under its ID');
      must(network.users.exact(clientId) === user, 'a member that is known');
      must(user.references > 0, 'a member that is held');
    }
  }
}

function must(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`there is to be ${what}`);
}
