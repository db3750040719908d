import type { ClientId } from '../../ids.js';
import type { ChannelRecord } from '../channel-record.js';
import { actor, CHANNEL_HOLD_MS, untilNamed } from '../context.js';
import type { SessionContext } from '../context.js';
import { announceName, applyNotify, nickChange } from '../notifies.js';
import { UserRecord } from '../people/users.js';
import type { Seat } from '../shared/shared-channel.js';
import type { ToldMember } from '../shared/told-channel.js';

/** @param before who has led until now; undefined: it leads already, and the application has been told other things than it knows */
export function lead(context: SessionContext, channel: ChannelRecord, before: Seat | undefined): void {
  if (before === undefined) tellAnew(context, channel);
  else beginToLead(context, channel, before);
}

/**
 * This session leads on a channel from now on. What the one that led before knew of the members is the beginning: it may
 * have been ahead of this one or behind, so the server is asked. What differs from that which the application was told
 * so far, by whichever session, is told.
 */
function beginToLead(context: SessionContext, channel: ChannelRecord, before: Seat): void {
  takeMembers(context, channel, before);
  tellMembers(context, channel, before.holder.users.currentId(context.network.self.clientId));
  const { leaderGone } = channel;
  channel.leaderGone = undefined;
  if (leaderGone !== undefined) applyNotify(context, leaderGone, { type: 3, id: channel.id });
  channel.isCatchingUp = true;
  context.resync(channel, true);
}

/** Everything that the session before has told has come here too by now: what is newer is told. */
export function endCatchingUp(context: SessionContext, channel: ChannelRecord): void {
  if (!channel.isCatchingUp) return;
  channel.isCatchingUp = false;
  tellConfiguration(context, channel);
}

/** The application has been told other things of a channel than this session, which leads, knows of it. */
function tellAnew(context: SessionContext, channel: ChannelRecord): void {
  tellMembers(context, channel, context.network.self.clientId);
  if (!channel.isCatchingUp) tellConfiguration(context, channel);
}

function tellConfiguration(context: SessionContext, channel: ChannelRecord): void {
  const { shared, topic = '', mode, userLimit } = channel;
  if (shared?.told.members === undefined) return;
  const { told } = shared;
  if ((told.topic ?? '') !== topic) {
    const by = actor(context, channel.topicSetter);
    context.post([channel], { type: 'topic-changed', channel, topic, by }, undefined, topic.length);
  }
  if (told.mode !== mode || told.userLimit !== userLimit) {
    context.post([channel], { type: 'channel-mode-changed', channel, oldMode: told.mode, by: undefined });
  }
}

/** The table of the session that led until now, under the newest Client IDs that anybody here knows. */
function takeMembers(context: SessionContext, channel: ChannelRecord, { table, holder }: Seat): void {
  const { network } = context;
  const { self, users } = network;
  const theirs = holder.users;
  for (const [id] of [...theirs.aliases()]) {
    const current = theirs.currentId(id);
    const changed = theirs.exact(current);
    if (current !== id && changed !== undefined) takeChange(context, id, current, changed.nickname);
  }
  // Others may have heard of an own change first.
  const ownIds = [self.clientId, theirs.currentId(self.clientId)];
  for (const [id, { user, mode }] of table) {
    const current = users.currentId(id);
    if (ownIds.includes(current) || users.get(id) === self) continue;
    // Known under both: the new one counts.
    if (current !== id && table.has(current)) continue;
    const own = users.ensureFresh(current);
    const { nickname } = own;
    own.learn(user);
    // The name belongs to the old ID.
    if (current !== id) own.nickname = nickname;
    network.setMember(channel, own, mode);
  }
  network.setMember(channel, self, channel.ownMode ?? 0);
}

/** Another session has heard of a change of nickname first: taken as if it were told here. */
export function takeChange(
  context: SessionContext,
  oldId: ClientId,
  newId: ClientId,
  nickname: string | undefined,
): void {
  const { users, self } = context.network;
  const user = users.exact(oldId);
  if (user === self || users.exact(newId) === self) return;
  // Not where this session knows as much, or a later change.
  if (users.currentId(oldId) !== oldId || users.currentId(newId) !== newId) return;
  if (user !== undefined) {
    const other = users.exact(newId);
    if (other?.shownUnresolved === true) user.shownUnresolved = true;
    // What waits to be told of the record that gives way comes before that which follows.
    if (other !== undefined) context.hold([user, other], Promise.resolve());
    nickChange(context, { type: 'nick-change', oldId, newId, nickname }, true);
    if (other !== undefined) other.nickname ??= user.nickname;
  }
  users.aliasAhead(oldId, newId);
}

/**
 * Tells how the members differ from those that the application was told.
 * @param ownId of this session, which may have heard later than others of its change
 */
function tellMembers(context: SessionContext, channel: ChannelRecord, ownId: ClientId): void {
  const { network, resolver } = context;
  const members = channel.shared?.told.members;
  const told = new Map(members);
  for (const [id, known] of members ?? []) {
    if (channel.members.has(id) || id === ownId) continue;
    told.delete(id);
    const current = network.users.currentId(id);
    const renamed = channel.members.get(current)?.user;
    if (renamed === undefined || told.has(current)) tellGone(context, channel, id, known);
    else {
      told.set(current, { ...known, nickname: known.nickname && renamed.nickname });
      const event = { type: 'nick-changed', user: renamed, oldClientId: id } as const;
      const self = renamed === network.self;
      const ready = self ? undefined : untilNamed(context, renamed, CHANNEL_HOLD_MS);
      context.post([channel, renamed], { ...event, oldNickname: known.nickname, self }, ready);
    }
  }
  for (const [id, member] of channel.members) {
    const { user, mode } = member;
    const known = told.get(id) ?? (user === network.self ? told.get(ownId) : undefined);
    if (user !== network.self && user.nickname === undefined) void resolver.fresh(user);
    if (known === undefined) {
      // Of oneself another one may have told, behind the JOIN, how one left before it.
      if (members === undefined || (user === network.self && !channel.isShown)) continue;
      const ready = untilNamed(context, user, CHANNEL_HOLD_MS);
      context.post([channel, user], { type: 'member-joined', channel, member }, ready);
      continue;
    }
    if (known.mode !== mode) {
      const event = { type: 'member-mode-changed', channel, member, oldMode: known.mode } as const;
      context.post([channel, user], { ...event, by: undefined });
    }
    if (known.nickname === undefined) user.shownUnresolved = true;
    else if (user !== network.self && user.nickname !== undefined && user.nickname !== known.nickname) {
      const event = { type: 'nick-changed', user, oldClientId: id, oldNickname: known.nickname } as const;
      context.post([channel, user], { ...event, self: false });
    }
    announceName(context, user);
  }
}

function tellGone(
  context: SessionContext,
  channel: ChannelRecord,
  id: ClientId,
  { nickname }: ToldMember,
): void {
  const user = context.network.users.exact(id) ?? new UserRecord(id);
  user.nickname ??= nickname;
  context.post([channel, user], {
    type: 'member-left',
    channel,
    user,
    cause: { kind: 'vanished' },
    self: false,
  });
}
