import { Reader } from '../bytes.js';
import { splitNickname } from '../commands/values.js';
import { SilcKilledError } from '../errors.js';
import { idPayload } from '../ids.js';
import type { ClientId, ServerId, TypedId } from '../ids.js';
import { ChannelMode } from '../modes.js';
import { decodePayload } from '../packets/codec.js';
import { decodeNotify, notifyPayload, NotifyType } from '../packets/notify.js';
import type { Notify } from '../packets/notify.js';
import { Status } from '../status.js';
import { actor, CHANNEL_HOLD_MS, within } from './context.js';
import type { SessionContext } from './context.js';
import { heardOutOfSight } from './people/id-holders.js';
import { MAX_NICKNAME, trimToLength } from './limits.js';
import { isToldElsewhere } from './notify-skip.js';
import { addMember, depart, dropHolder, forget, lose } from './channels/membership.js';
import { type ChannelRecord } from './channel-record.js';
import { addressOf, type NetworkState } from './network-state.js';
import type { DepartureCause } from './api/network.js';
import type { UserRecord } from './people/users.js';

/**
 * Takes a NOTIFY packet: the network state changes at once, the event follows in the order of its channel.
 * @throws SilcError `malformed`
 */
export function receiveNotify(context: SessionContext, payload: Uint8Array, destination: TypedId): void {
  if (isToldElsewhere(context.network, payload, destination)) return;
  let notify: Notify;
  try {
    notify = decodeNotify(decodePayload(notifyPayload, payload));
  } catch (error) {
    const server = illegibleServerSignoff(payload);
    if (server === undefined) throw error;
    serverGone(context, server);
    return;
  }
  applyNotify(context, notify, destination);
}

/** Applies one decoded notify. */
export function applyNotify(context: SessionContext, notify: Notify, destination: TypedId): void {
  const { network } = context;
  const channel = destination.type === 3 ? network.channel(destination.id) : undefined;
  switch (notify.type) {
    case 'none':
      context.post([], { type: 'server-notice', text: notify.text });
      return;
    case 'motd':
      context.post([], { type: 'motd', text: notify.text });
      return;
    case 'join': {
      const joined = network.channel(notify.channelId);
      // The own one comes after the JOIN reply, which has told everything.
      if (joined?.leads === true && notify.clientId !== network.self.clientId) {
        addMember(context, joined, notify.clientId, 0);
      }
      return;
    }
    case 'leave':
      if (channel !== undefined) leaves(context, channel, notify, { kind: 'leave' });
      return;
    case 'signoff': {
      const cause: DepartureCause = { kind: 'signoff', message: notify.message };
      for (const from of channel === undefined ? [...network.channels.values()] : [channel]) {
        leaves(context, from, notify, cause);
      }
      const gone = network.users.get(notify.clientId);
      if (gone !== undefined) forget(context, gone);
      return;
    }
    case 'kicked':
      if (channel !== undefined) {
        const by = actor(context, notify.by);
        leaves(context, channel, notify, { kind: 'kicked', comment: notify.comment, by });
      }
      return;
    case 'killed':
      killed(context, notify);
      return;
    case 'server-signoff':
      for (const id of notify.clientIds) {
        const user = network.users.get(id);
        if (user !== undefined) lose(context, user, { kind: 'server-signoff' });
      }
      context.presence.serverGone(notify.clientIds);
      return;
    case 'topic-set':
      if (channel !== undefined) {
        channel.topic = notify.topic;
        channel.topicSetter = notify.by;
        if (!channel.leads || channel.isCatchingUp) return;
        const by = actor(context, notify.by);
        const event = { type: 'topic-changed', channel, topic: notify.topic, by } as const;
        context.post([channel], event, undefined, notify.topic.length);
      }
      return;
    case 'nick-change':
      nickChange(context, notify);
      return;
    case 'cmode-change':
      if (channel !== undefined) channelModeChange(context, channel, notify);
      return;
    case 'cumode-change':
      if (channel !== undefined) memberModeChange(context, channel, notify);
      return;
    case 'channel-change': {
      const renamed = network.channel(notify.oldId);
      if (renamed === undefined || renamed.id === notify.newId) return;
      const oldId = renamed.id;
      network.renumberChannel(renamed, notify.newId);
      context.post([renamed], { type: 'channel-id-changed', channel: renamed, oldId });
      return;
    }
    case 'invite':
      invited(context, notify);
      return;
    case 'error':
      deliveryFailed(context, notify);
      return;
    case 'watch':
      context.presence.watchNotify(notify);
      modeChanged(context, notify);
      return;
    case 'umode-change':
      modeChanged(context, notify);
      return;
    case 'ban':
    case 'unknown':
      return;
  }
}

function modeChanged(
  context: SessionContext,
  { clientId, mode }: { clientId: ClientId; mode: number },
): void {
  const user = context.network.users.get(clientId);
  if (user !== undefined) user.mode = mode;
}

/** Somebody, or oneself, is no longer on one channel. Of others only the one who leads there tells. */
function leaves(
  context: SessionContext,
  channel: ChannelRecord,
  notify: Extract<Notify, { type: 'leave' | 'signoff' | 'kicked' }>,
  cause: DepartureCause,
): void {
  const { network } = context;
  const user = network.users.get(notify.clientId);
  if (user !== undefined && (channel.leads || user === network.self)) depart(context, channel, user, cause);
  else noteLeaderGone(channel, notify);
}

/** The session that leads is not on the channel any more, and may not have heard of it yet. */
function noteLeaderGone(
  channel: ChannelRecord,
  notify: Extract<Notify, { type: 'leave' | 'signoff' | 'kicked' | 'killed' }>,
): void {
  if (!channel.leads && channel.leader.self.clientId === notify.clientId) channel.leaderGone = notify;
}

function killed(context: SessionContext, notify: Extract<Notify, { type: 'killed' }>): void {
  const { network } = context;
  for (const channel of network.channels.values()) noteLeaderGone(channel, notify);
  if (notify.clientId !== network.self.clientId) network.server.tellKilled(notify);
  const user = network.users.get(notify.clientId);
  if (user === undefined) return;
  lose(context, user, { kind: 'killed', comment: notify.comment, by: actor(context, notify.by) });
  forget(context, user);
  if (user === network.self) context.explainEnd(new SilcKilledError(notify.comment ?? ''));
}

/**
 * Somebody has another Client ID.
 * @param ahead another session has heard of it first: whoever has the new ID here is the same person, listed by the server
 */
export function nickChange(
  context: SessionContext,
  notify: Extract<Notify, { type: 'nick-change' }>,
  ahead = false,
): void {
  const { network, resolver } = context;
  const { oldId, newId } = notify;
  const nickname =
    notify.nickname === undefined
      ? undefined
      : trimToLength(splitNickname(notify.nickname).nickname, MAX_NICKNAME);
  const user = network.users.get(oldId) ?? network.users.exact(newId);
  network.users.aliasReached(oldId, newId);
  if (user === undefined) return;
  if (user === network.self) {
    const change = { clientId: newId, nickname };
    if (context.nickPending) context.rememberOwnNick(change);
    else context.changeSelf(change);
    return;
  }
  // Nobody else can get the own ID; taking it over would make this session lose itself.
  if (newId === network.self.clientId) return;
  const oldClientId = user.clientId;
  const oldNickname = user.nickname;
  // Taken before, when another session has heard of it, or even of a later change.
  if (oldClientId === newId && nickname === oldNickname) return;
  if (oldClientId !== oldId && oldClientId !== newId && network.users.currentId(newId) === oldClientId)
    return;
  const about = [user, ...network.channelsOf(user)];
  const elsewhere = toldElsewhere(network, oldId) || toldElsewhere(network, newId);
  if (!ahead) dropHolder(context, user, newId);
  network.changeId(user, newId);
  user.nickname = nickname ?? user.nickname;
  network.spreadChange(oldId, user);
  const ready = nickname === undefined ? within(resolver.fresh(user), CHANNEL_HOLD_MS) : undefined;
  if (!elsewhere || about.length > 1) {
    context.post(about, { type: 'nick-changed', user, oldClientId, oldNickname, self: false }, ready);
  }
  announceName(context, user);
}

/** Somebody is on a channel on which another session leads. */
function toldElsewhere({ channels }: NetworkState, id: ClientId): boolean {
  for (const { leads, members } of channels.values()) if (!leads && members.has(id)) return true;
  return false;
}

/** A user who was shown without a name has one now. */
export function announceName(context: SessionContext, user: UserRecord): void {
  if (!user.shownUnresolved || user.nickname === undefined) return;
  user.shownUnresolved = false;
  context.post([user, ...context.network.channelsOf(user)], { type: 'user-resolved', user });
}

function channelModeChange(
  context: SessionContext,
  channel: ChannelRecord,
  notify: Extract<Notify, { type: 'cmode-change' }>,
): void {
  const oldMode = channel.mode;
  channel.mode = notify.mode;
  channel.userLimit =
    (notify.mode & ChannelMode.userLimit) === 0 ? undefined : (notify.userLimit ?? channel.userLimit);
  if (notify.hmac !== undefined) channel.keys.setHmac(notify.hmac);
  const by = actor(context, notify.by);
  if (by !== context.network.self) channel.modeTurns.channelChanged(notify, oldMode);
  if (!channel.leads || channel.isCatchingUp) return;
  context.post([channel], { type: 'channel-mode-changed', channel, oldMode, by });
}

function memberModeChange(
  context: SessionContext,
  channel: ChannelRecord,
  notify: Extract<Notify, { type: 'cumode-change' }>,
): void {
  const { network } = context;
  const { mode } = notify;
  const user = channel.leader.users.get(notify.target);
  const by = actor(context, notify.by);
  channel.modeTurns.memberChanged(notify.target, mode, by === network.self);
  if (notify.target === network.self.clientId) channel.ownMode = mode;
  if (!channel.leads) return;
  const old = user === undefined ? undefined : channel.members.get(user.clientId);
  if (old === undefined) {
    context.resync(channel);
    return;
  }
  const member = network.setMember(channel, old.user, mode);
  if (member === undefined) return;
  const event = { type: 'member-mode-changed', channel, member, oldMode: old.mode, by } as const;
  context.post([channel, member.user], event);
}

function invited(context: SessionContext, notify: Extract<Notify, { type: 'invite' }>): void {
  const { channelId, channelName } = notify;
  const by = context.network.users.ensure(notify.inviter);
  const ready = heardOutOfSight(context, by);
  context.post([by], { type: 'invited', channelName, channelId, by }, ready);
}

function deliveryFailed(context: SessionContext, notify: Extract<Notify, { type: 'error' }>): void {
  const { status, id } = notify;
  if (status !== Status.noSuchClientId && status !== Status.noSuchChannelId) return;
  if (id?.type === 2) context.privateKeys.lost(id.id);
  context.post([], {
    type: 'delivery-failed',
    clientId: id?.type === 2 ? id.id : undefined,
    channelId: id?.type === 3 ? id.id : undefined,
  });
}

/** The server of a SERVER_SIGNOFF that cannot be read, as very long ones are cut by the sender. */
function illegibleServerSignoff(payload: Uint8Array): ServerId | undefined {
  try {
    const reader = new Reader(payload);
    if (reader.u16('notify type') !== NotifyType.serverSignoff) return undefined;
    reader.bytes(6, 'lengths and numbers');
    const id = idPayload.decode(reader);
    return id.type === 1 ? id.id : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A server is gone with all its clients, and the list of them is not legible: those with its address are dropped, unless
 * the own server has the same one, and every channel is compared with the server.
 */
function serverGone(context: SessionContext, server: ServerId): void {
  const { network, serverId } = context;
  if (addressOf(server) !== addressOf(serverId)) {
    const users = network.usersOfServer(server).filter((user) => user !== network.self);
    for (const user of users) lose(context, user, { kind: 'server-signoff' });
    context.presence.serverGone(users.map((user) => user.clientId));
  }
  for (const channel of network.channels.values()) context.resync(channel);
}
