import { CHANNEL_HOLD_MS, untilNamed } from '../context.js';
import type { SessionContext } from '../context.js';
import { applyNotify } from '../notifies.js';
import type { ChannelRecord } from '../picture.js';

/**
 * This session leads on a channel from now on. Its picture of it is the one of the session that led before, which may have
 * been ahead of this one or behind: the server is asked, and what differs is told as it would be otherwise.
 */
export function beginToLead(context: SessionContext, channel: ChannelRecord): void {
  const { picture } = context;
  for (const member of channel.members.values()) {
    const { user } = member;
    if (user === picture.self || user.nickname !== undefined) continue;
    const named = untilNamed(context, user, CHANNEL_HOLD_MS);
    // Nobody has been told of the others: the event waited for their names.
    if (!user.shownUnresolved)
      context.post([channel, user], { type: 'member-joined', channel, member }, named);
  }
  const { leaderGone } = channel;
  channel.leaderGone = undefined;
  if (leaderGone !== undefined) applyNotify(context, leaderGone, { type: 3, id: channel.id });
  context.resync(channel);
}
