import { commands, ListAction, maskEntry, maskOfEntry } from '../../commands/index.js';
import type { BanRequest } from '../../commands/ban.js';
import type { InviteRequest } from '../../commands/invite.js';
import type { KickRequest } from '../../commands/kick.js';
import { SilcError } from '../../errors.js';
import type { ChannelId, ClientId } from '../../ids.js';
import type { SessionContext } from '../context.js';
import { checkLength, checkNotEmpty, MAX_COMMENT, MAX_TOPIC } from '../limits.js';
import type { ChannelRecord } from '../channel-record.js';

/** A joined channel. @throws SilcError `usage` when it is not one */
export function joinedChannel(context: SessionContext, id: ChannelId): ChannelRecord {
  const channel = context.network.channel(id);
  if (channel === undefined) throw new SilcError('usage', 'not on this channel');
  return channel;
}

export async function setTopic(context: SessionContext, id: ChannelId, topic: string): Promise<void> {
  const channel = joinedChannel(context, id);
  // An empty argument is not transmitted: the command would only ask for the topic.
  checkNotEmpty(topic, 'topic');
  checkLength(topic, MAX_TOPIC, 'topic');
  await context.queue.run(commands.topic, () => ({ channelId: channel.id, topic }), {
    channel: channel.name,
  });
}

export async function invite(context: SessionContext, id: ChannelId, user: ClientId): Promise<void> {
  const channel = joinedChannel(context, id);
  const request = (): InviteRequest => ({
    channelId: channel.id,
    clientId: channel.leader.users.currentId(user),
  });
  await context.queue.run(commands.invite, request, { channel: channel.name });
}

export async function kick(
  context: SessionContext,
  id: ChannelId,
  user: ClientId,
  comment: string | undefined,
): Promise<void> {
  const channel = joinedChannel(context, id);
  if (comment !== undefined) checkLength(comment, MAX_COMMENT, 'kick comment');
  const request = (): KickRequest => ({
    channelId: channel.id,
    clientId: channel.leader.users.currentId(user),
    comment,
  });
  await context.queue.run(commands.kick, request, { channel: channel.name });
}

export async function ban(
  context: SessionContext,
  id: ChannelId,
  action: 'add' | 'delete',
  mask: string,
): Promise<void> {
  const channel = joinedChannel(context, id);
  checkMask(mask);
  const request = (): BanRequest => ({
    channelId: channel.id,
    action: ListAction[action],
    entries: [maskEntry(mask)],
  });
  await context.queue.run(commands.ban, request, { channel: channel.name });
}

export async function bans(context: SessionContext, id: ChannelId): Promise<readonly string[]> {
  const channel = joinedChannel(context, id);
  const reply = await context.queue.run(commands.ban, () => ({ channelId: channel.id }), {
    channel: channel.name,
  });
  return (reply.entries ?? []).map(maskOfEntry).filter((mask) => mask !== undefined);
}

/** Longest mask of an invite or ban list that is sent, in octets. */
const MAX_MASK = 1_024;

/** @throws SilcError `bad-string`, `limit` */
export function checkMask(mask: string): void {
  checkNotEmpty(mask, 'mask');
  checkLength(mask, MAX_MASK, 'mask');
  // silcd passes over an entry with a comma and says that all is well.
  if (mask.includes(',')) throw new SilcError('bad-string', 'a mask cannot contain a comma');
}

/** An unsigned 32-bit mask of the result of bit operations. */
export function maskOf(bits: number): number {
  return bits >>> 0;
}
