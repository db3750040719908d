import type { DetachedSession } from '../../silc/client/detached-session.js';
import { SilcResumeError } from '../../silc/client/resuming.js';
import type { Channel } from '../channels/channel.js';
import type { GatewayContext } from '../context.js';
import type { Log } from '../log-types.js';
import type { ChatSession } from './chat-session.js';
import type { ConnectRequest, Network } from './network.js';

/** A room of the session, as far as it concerns what the server keeps. */
interface Room {
  readonly channel: Pick<Channel, 'displayName' | 'name' | 'occupants'>;
}

/** A session that is being opened. */
interface ConnectingSession {
  readonly user: string;
  readonly network: Network;
  readonly context: Pick<GatewayContext, 'log' | 'preferences' | 'registrations'>;
}

/** Detaches a session; undefined where the server does not, or not in time. Of the members of channels only the user itself is kept. */
export async function detached(silc: ChatSession, log: Log): Promise<DetachedSession | undefined> {
  try {
    const { channels, ...session } = await silc.detach();
    const isOwn = ({ clientId }: { readonly clientId: string }): boolean => clientId === session.clientId;
    return {
      ...session,
      channels: channels.map(({ members, ...channel }) => ({ ...channel, members: members.filter(isOwn) })),
    };
  } catch (error) {
    log.warn({ err: error }, 'a SILC session could not be detached');
    return undefined;
  }
}

/**
 * Goes on with a detached session, or begins a new one where there is none, or every server that answers has refused it.
 * What a server has of the old one all the same is taken off its channels.
 * @throws as `Network.connect`
 */
export async function connect(
  { user, network, context: { log, preferences, registrations } }: ConnectingSession,
  plain: ConnectRequest,
  kept: DetachedSession | undefined,
  rooms: Iterable<Room>,
): Promise<ChatSession> {
  const realName = preferences.get(user, 'real-name');
  const negotiatePrivateKeys = preferences.get(user, 'private-keys');
  // Only where a server wants one, and the user has given one.
  const passphrase = (await registrations.find(user).catch(() => undefined))?.passphrase;
  const options = { ...plain, negotiatePrivateKeys, passphrase, ...(realName !== '' && { realName }) };
  if (kept === undefined) return network.connect(options);
  try {
    return await network.connect({ ...options, resume: withMembers(kept, rooms) });
  } catch (error) {
    if (!(error instanceof SilcResumeError)) throw error;
  }
  const silc = await network.connect(options);
  silc.killDetached(kept.clientId).catch((error: unknown) => {
    log.debug({ err: error }, 'nothing is left of a detached SILC session');
  });
  return silc;
}

/** The session with the members of its channels, as the rooms show them. */
function withMembers(session: DetachedSession, rooms: Iterable<Room>): DetachedSession {
  const channels = [...rooms].map(({ channel }) => channel);
  return {
    ...session,
    channels: session.channels.map((kept) => {
      const shown = channels.find(({ displayName, name }) => displayName === kept.name || name === kept.name);
      if (shown === undefined) return kept;
      const own = new Set(kept.members.map(({ clientId }) => clientId));
      const others = [...shown.occupants.values()].filter(({ clientId }) => !own.has(clientId));
      const members = others.map(({ clientId, nickname, mode }) => ({ clientId, nickname, mode }));
      return { ...kept, members: [...kept.members, ...members] };
    }),
  };
}

/** Leaves the channels that the resumed session is on and nobody wants any more. */
export function leaveOthers(silc: ChatSession, rooms: Iterable<Room>): void {
  const wanted = new Set<unknown>();
  for (const { channel } of rooms) wanted.add(silc.channelByName(channel.name));
  for (const channel of silc.channels.values()) {
    if (!wanted.has(channel)) silc.leave(channel.id).catch(() => undefined);
  }
}
