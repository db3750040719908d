import { CHANNEL_HOLD_MS, untilNamed } from '../context.js';
import type { SessionContext } from '../context.js';
import { announceName, applyNotify } from '../notifies.js';
import type { ChannelRecord } from '../channel-record.js';
import type { MemberRecord } from '../shared/shared-channel.js';

/**
 * This session leads on a channel from now on. Its network state of it is the one of the session that led before, which may have
 * been ahead of this one or behind: the server is asked, and what differs is told as it would be otherwise.
 * @param unannounced members of whom that one has told nobody
 */
export function beginToLead(
  context: SessionContext,
  channel: ChannelRecord,
  unannounced: readonly MemberRecord[],
): void {
  const { network } = context;
  for (const { user } of channel.members.values()) {
    if (user === network.self) continue;
    if (user.nickname === undefined) void context.resolver.fresh(user);
    else announceName(context, user);
  }
  for (const member of unannounced) {
    const { user } = member;
    const named = untilNamed(context, user, CHANNEL_HOLD_MS);
    context.post([channel, user], { type: 'member-joined', channel, member }, named);
  }
  const { leaderGone } = channel;
  channel.leaderGone = undefined;
  if (leaderGone !== undefined) applyNotify(context, leaderGone, { type: 3, id: channel.id });
  context.resync(channel);
}
