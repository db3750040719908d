import { commands, ListAction, maskEntry, maskOfEntry } from '../commands/index.js';
import { SilcError } from '../errors.js';
import type { ChannelId, ClientId } from '../ids.js';
import { ChannelMode } from '../modes.js';
import type { SessionContext } from './context.js';
import { checkLength, checkNotEmpty, MAX_COMMENT, MAX_TOPIC } from './limits.js';
import type { ChannelRecord, MemberRecord } from './picture.js';
import type { ChannelModeChange } from './types.js';

/** Longest mask of a ban list that is sent. */
const MAX_MASK = 1_024;

/** A joined channel. @throws SilcError `usage` when it is not one */
export function joinedChannel(context: SessionContext, id: ChannelId): ChannelRecord {
  const channel = context.picture.channel(id);
  if (channel === undefined) throw new SilcError('usage', 'not on this channel');
  return channel;
}

export async function setTopic(context: SessionContext, id: ChannelId, topic: string): Promise<void> {
  const channel = joinedChannel(context, id);
  // An empty argument is not transmitted: the command would only ask for the topic.
  checkNotEmpty(topic, 'topic');
  checkLength(topic, MAX_TOPIC, 'topic');
  await context.queue.run(commands.topic, () => ({ channelId: channel.id, topic }));
}

export async function invite(context: SessionContext, id: ChannelId, user: ClientId): Promise<void> {
  const channel = joinedChannel(context, id);
  const { users } = context.picture;
  await context.queue.run(commands.invite, () => ({
    channelId: channel.id,
    clientId: users.currentId(user),
  }));
}

export async function kick(
  context: SessionContext,
  id: ChannelId,
  user: ClientId,
  comment: string | undefined,
): Promise<void> {
  const channel = joinedChannel(context, id);
  if (comment !== undefined) checkLength(comment, MAX_COMMENT, 'kick comment');
  const { users } = context.picture;
  await context.queue.run(commands.kick, () => ({
    channelId: channel.id,
    clientId: users.currentId(user),
    comment,
  }));
}

export async function ban(
  context: SessionContext,
  id: ChannelId,
  action: 'add' | 'delete',
  mask: string,
): Promise<void> {
  const channel = joinedChannel(context, id);
  checkNotEmpty(mask, 'ban mask');
  checkLength(mask, MAX_MASK, 'ban mask');
  // silcd ignores an entry with a comma and says that all is well.
  if (mask.includes(',')) throw new SilcError('bad-string', 'a ban mask cannot contain a comma');
  await context.queue.run(commands.ban, () => ({
    channelId: channel.id,
    action: ListAction[action],
    entries: [maskEntry(mask)],
  }));
}

export async function bans(context: SessionContext, id: ChannelId): Promise<readonly string[]> {
  const channel = joinedChannel(context, id);
  const reply = await context.queue.run(commands.ban, () => ({ channelId: channel.id }));
  return (reply.entries ?? []).map(maskOfEntry).filter((mask) => mask !== undefined);
}

/** Composes and sends the complete mask. A passphrase that is set already has to be taken away before another one counts. */
export async function setChannelMode(
  context: SessionContext,
  id: ChannelId,
  change: ChannelModeChange,
): Promise<void> {
  const channel = joinedChannel(context, id);
  const { set = 0, clear = 0, userLimit, passphrase } = change;
  if (passphrase !== undefined) checkNotEmpty(passphrase, 'channel passphrase');
  const { queue } = context;
  const replaces =
    passphrase !== undefined && (set & ChannelMode.passphrase & channel.mode) === ChannelMode.passphrase;
  if (replaces) {
    await queue.run(commands.cmode, () => ({
      channelId: channel.id,
      mode: maskOf(channel.mode & ~ChannelMode.passphrase),
    }));
  }
  await queue.run(commands.cmode, () => ({
    channelId: channel.id,
    mode: maskOf((channel.mode & (replaces ? ~ChannelMode.passphrase : ~0) & ~clear) | set),
    userLimit,
    passphrase,
  }));
}

export async function setMemberMode(
  context: SessionContext,
  id: ChannelId,
  user: ClientId,
  change: { set?: number; clear?: number },
): Promise<void> {
  const channel = joinedChannel(context, id);
  const { set = 0, clear = 0 } = change;
  const member = (): MemberRecord => {
    const found = channel.members.get(context.picture.users.currentId(user));
    if (found === undefined) throw new SilcError('usage', 'not a member of this channel');
    return found;
  };
  member();
  await context.queue.run(commands.cumode, () => ({
    channelId: channel.id,
    mode: maskOf((member().mode & ~clear) | set),
    clientId: member().user.clientId,
  }));
}

/** An unsigned 32-bit mask of the result of bit operations. */
export function maskOf(bits: number): number {
  return bits >>> 0;
}
