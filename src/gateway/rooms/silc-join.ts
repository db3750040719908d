import type { JoinOptions, JoinResult } from '../../silc/client/types.js';
import { SilcCommandError } from '../../silc/errors.js';
import { Status } from '../../silc/status.js';
import type { ChannelId } from '../../silc/ids.js';
import { monotonicMs } from '../../util/clock.js';
import type { BareJid } from '../../component/jid.js';
import type { GatewayContext } from '../context.js';
import type { Log } from '../log-types.js';
import type { ChatSession } from '../sessions/chat-session.js';
import { setKeys } from './kept-channel-keys.js';
import type { RoomSession } from './room-session.js';

/** Who enters which channel. */
interface EnteringUser {
  readonly context: Pick<GatewayContext, 'channelKeys'>;
  readonly user: BareJid;
  readonly channel: { readonly network: string; readonly name: string };
}

/** Broken links in the middle of one join that are put up with. */
export const MAX_JOIN_ATTEMPTS = 5;

/**
 * The channel on the user's session: a resumed one is on it already, all others join it.
 * @throws as `join` of the session
 */
function enter(silc: ChatSession, name: string, options: JoinOptions): Promise<JoinResult> {
  const channel = silc.channelByName(name);
  if (channel === undefined) return joinByKey(silc, name, options);
  const mode = channel.members.get(silc.self.clientId)?.mode ?? 0;
  const now = monotonicMs();
  return Promise.resolve({ channel, created: false, mode, sentAt: now, answeredAt: now });
}

/**
 * The same, with the private keys that the user has set for the channel: nothing is said or heard there before.
 * @throws as `join` of the session
 */
export async function enterWithKeys(
  { context, user, channel }: EnteringUser,
  silc: ChatSession,
  options: JoinOptions,
): Promise<JoinResult> {
  const keys = await context.channelKeys.of(user, channel);
  const result = await enter(silc, channel.name, options);
  setKeys(silc, result.channel.id, keys);
  return result;
}

/** Whoever may join by the own key only (mode C of the channel) proves it, once the server has asked for that. */
async function joinByKey(silc: ChatSession, name: string, options: JoinOptions): Promise<JoinResult> {
  try {
    return await silc.join(name, options);
  } catch (error) {
    const isKeyWanted = error instanceof SilcCommandError && error.status === Status.permDenied;
    if (!isKeyWanted) throw error;
    return silc.join(name, { ...options, joinKey: true });
  }
}

/**
 * The user's session, under the nickname that a client asks for where this is the first one chosen: a nickname that the gateway has
 * made up gives way.
 * @throws StanzaError where another user has reserved it on the channel; as `open` of the session
 */
export async function openAs(session: RoomSession, channel: string, nickname: string): Promise<ChatSession> {
  const place = { network: session.network.name, channel };
  await session.context.nicknames.check(place, session.user, nickname);
  const silc = await session.open(nickname);
  const { context, user } = session;
  const isMadeUp = silc.self.nickname === context.ids.guestNick(user);
  if (!isMadeUp || silc.self.nickname === nickname) return silc;
  try {
    await silc.nick(nickname);
  } catch (error) {
    // It stays as it is, and the client is told so by status 210.
    context.log.debug({ err: error }, 'a nickname in place of a made-up one was refused');
  }
  return silc;
}

/** LEAVE: what is refused is left to the server. */
export async function leaveQuietly(silc: ChatSession, channel: ChannelId, log: Log): Promise<void> {
  try {
    await silc.leave(channel);
  } catch (error) {
    log.debug({ err: error }, 'LEAVE was refused');
  }
}
