import { commands } from '../../commands/index.js';
import type { CumodeRequest } from '../../commands/cumode.js';
import { SilcError } from '../../errors.js';
import type { ChannelId, ClientId } from '../../ids.js';
import type { ChannelRecord } from '../channel-record.js';
import type { SessionContext } from '../context.js';
import type { MemberRecord } from '../shared/shared-channel.js';
import { joinedChannel } from './channel-commands.js';
import { memberModeRefusal } from './channel-rights.js';
import { type ForeignChange, MAX_ATTEMPTS, merge, type WatchedMember } from './mode-turns.js';

type Change = Readonly<Partial<Record<'set' | 'clear', number>>>;

/** Changes bits of one member's mode and keeps what others change meanwhile. */
export function setMemberMode(
  context: SessionContext,
  id: ChannelId,
  user: ClientId,
  change: Change,
): Promise<void> {
  const channel = joinedChannel(context, id);
  findMember(context, channel, user);
  return channel.modeTurns.run(() => changeMember(context, channel, user, change));
}

async function changeMember(
  context: SessionContext,
  channel: ChannelRecord,
  user: ClientId,
  { set = 0, clear = 0 }: Change,
): Promise<void> {
  const { queue, network } = context;
  const watch = (mode: number): WatchedMember =>
    channel.modeTurns.watchMember(mode, (id) => isSame(context, channel, id, user));
  let watched = isInDoubt(context, channel, findMember(context, channel, user))
    ? await askMode(context, channel, user, watch)
    : undefined;
  for (let n = 1; n <= MAX_ATTEMPTS; n++) {
    let known: ForeignChange | undefined;
    const request = (): CumodeRequest => {
      const { user: target, mode: listed } = findMember(context, channel, user);
      watched ??= watch(listed);
      known = watched.foreign;
      const old = channel.leads ? listed : watched.mode;
      const mode = merge(old, known, { set, clear });
      const refusal = memberModeRefusal(channel, target === network.self, old, mode);
      if (refusal !== undefined) throw refusal;
      return { channelId: channel.id, mode, clientId: target.clientId };
    };
    const reply = await queue.run(commands.cumode, request, { channel: channel.name });
    const theirs = watched?.foreign;
    if (theirs === undefined || theirs === known) return;
    if (reply.mode === merge(reply.mode, theirs, { set, clear })) return;
  }
}

/** As the one who leads knows it; of oneself this session knows best, also where the other has not heard of its JOIN. */
function findMember({ network }: SessionContext, channel: ChannelRecord, user: ClientId): MemberRecord {
  const { self, users } = network;
  const { ownMode } = channel;
  if (ownMode !== undefined && users.currentId(user) === self.clientId) return { user: self, mode: ownMode };
  const found = channel.members.get(channel.leader.users.currentId(user));
  if (found === undefined) throw new SilcError('usage', 'not a member of this channel');
  return found;
}

/** Two Client IDs of one member, as far as this session or the one who leads knows. */
function isSame(
  { network }: SessionContext,
  { leader }: ChannelRecord,
  one: ClientId,
  other: ClientId,
): boolean {
  return [network.users, leader.users].some((users) => users.currentId(one) === users.currentId(other));
}

/** This session has heard of a change that the one who leads may not have heard yet: a mask made of its table would take it back. */
function isInDoubt(context: SessionContext, channel: ChannelRecord, { user }: MemberRecord): boolean {
  if (user === context.network.self || (channel.leads && !channel.isCatchingUp)) return false;
  return channel.modeTurns.heardLately().some((id) => isSame(context, channel, id, user.clientId));
}

/**
 * The mode as the server has it, with what this session hears from there on.
 * @returns undefined where the server does not list the member
 */
async function askMode(
  context: SessionContext,
  channel: ChannelRecord,
  user: ClientId,
  watch: (mode: number) => WatchedMember,
): Promise<WatchedMember | undefined> {
  let watched: WatchedMember | undefined;
  await context.queue.run(commands.users, () => ({ channelId: channel.id }), {
    channel: channel.name,
    onReply: ({ members, memberModes }) => {
      const mode = memberModes[members.findIndex((id) => isSame(context, channel, id, user))];
      if (mode !== undefined) watched = watch(mode);
    },
  });
  return watched;
}
