import type { JoinOptions, JoinResult } from '../../silc/client/types.js';
import type { ChannelId } from '../../silc/ids.js';
import { monotonicMs } from '../../util/clock.js';
import type { Log } from '../log-types.js';
import type { ChatSession } from '../sessions/chat-session.js';

/** Broken links in the middle of one join that are put up with. */
export const MAX_JOIN_ATTEMPTS = 5;

/**
 * The channel on the user's session: a resumed one is on it already, all others join it.
 * @throws as `join` of the session
 */
export function enter(silc: ChatSession, name: string, options: JoinOptions): Promise<JoinResult> {
  const channel = silc.channelByName(name);
  if (channel === undefined) return silc.join(name, options);
  const mode = channel.members.get(silc.self.clientId)?.mode ?? 0;
  const now = monotonicMs();
  return Promise.resolve({ channel, created: false, mode, sentAt: now, answeredAt: now });
}

/** LEAVE: what is refused is left to the server. */
export async function leaveQuietly(silc: ChatSession, channel: ChannelId, log: Log): Promise<void> {
  try {
    await silc.leave(channel);
  } catch (error) {
    log.debug({ err: error }, 'LEAVE was refused');
  }
}
