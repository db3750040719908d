import { commands } from '../../commands/index.js';
import type { UsersReply } from '../../commands/users.js';
import type { ClientId } from '../../ids.js';
import { CHANNEL_HOLD_MS, within } from '../context.js';
import type { SessionContext } from '../context.js';
import type { ChannelRecord } from '../channel-record.js';
import type { DepartureCause } from '../api/network.js';
import { comesIntoSight, heardOutOfSight } from '../people/id-holders.js';
import type { UserRecord } from '../people/users.js';

/** Somebody came onto a channel; the event, and all that follows about the same person, waits for the name. */
export function addMember(
  context: SessionContext,
  channel: ChannelRecord,
  clientId: ClientId,
  mode: number,
): void {
  const { network } = context;
  const user = network.users.ensureFresh(clientId);
  if (channel.members.has(user.clientId)) return;
  const known = comesIntoSight(context, user);
  const member = network.setMember(channel, user, mode);
  if (member === undefined) return;
  const ready = known && within(known, CHANNEL_HOLD_MS);
  context.post([channel, user], { type: 'member-joined', channel, member }, ready);
}

/**
 * Somebody speaks on a channel without being a member, as far as is known. Becomes one, so that there is somebody to go
 * when the server, which is asked, knows nothing of it.
 */
export function addSpeaker(context: SessionContext, channel: ChannelRecord, user: UserRecord): void {
  const known = heardOutOfSight(context, user);
  const member = context.network.setMember(channel, user, 0);
  if (member !== undefined) {
    const ready = known && within(known, CHANNEL_HOLD_MS);
    context.post([channel, user], { type: 'member-joined', channel, member }, ready);
  }
  context.resync(channel);
}

/** Takes a member off one channel; for oneself the channel is over. */
export function depart(
  context: SessionContext,
  channel: ChannelRecord,
  user: UserRecord,
  cause: DepartureCause,
): void {
  const { network } = context;
  const self = user === network.self;
  if (self) {
    // With oneself the channel is over: whatever waits to be told of others comes before that.
    context.release(channel);
    network.removeChannel(channel);
  } else if (!network.removeMember(channel, user)) return;
  const said = cause.kind === 'signoff' ? cause.message : cause.kind === 'kicked' ? cause.comment : undefined;
  const event = { type: 'member-left', channel, user, cause, self } as const;
  context.post([channel, user], event, undefined, said?.length);
}

/**
 * A Client ID is over: its next holder may be somebody else with the same nickname, and another key. A signoff is told on
 * each channel, and it is over with the last of them.
 */
export function forget({ network, privateKeys }: SessionContext, user: UserRecord): void {
  privateKeys.forget(user);
  if (user !== network.self && network.channelsOf(user).length === 0) network.users.remove(user);
}

/** Takes a user off all channels. */
export function lose(context: SessionContext, user: UserRecord, cause: DepartureCause): void {
  for (const channel of context.network.channelsOf(user)) depart(context, channel, user, cause);
  context.privateKeys.forget(user);
}

/** Whoever held a Client ID that somebody else has now is gone: the notify that should have told so is missing. */
export function dropHolder(context: SessionContext, user: UserRecord, newId: ClientId): void {
  const holder = context.network.users.exact(newId);
  if (holder !== undefined && holder !== user) lose(context, holder, { kind: 'vanished' });
}

/** At most so often a channel is compared with the server. */
const MIN_INTERVAL_MS = 10_000;

/** Compares the members of channels with what USERS says, after something did not fit: one at a time a channel, not too often. */
export class Resynchroniser {
  readonly #context: SessionContext;
  readonly #onCompared: (channel: ChannelRecord) => void;
  /** Channels that were compared lately; true when something has not fitted since. */
  readonly #lately = new Map<ChannelRecord, boolean>();
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param onCompared what the server says is in the network state, or it does not say anything */
  constructor(context: SessionContext, onCompared: (channel: ChannelRecord) => void) {
    this.#context = context;
    this.#onCompared = onCompared;
  }

  request(channel: ChannelRecord, atOnce: boolean): void {
    if (this.#lately.has(channel) && !atOnce) this.#lately.set(channel, true);
    else this.#start(channel);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#lately.clear();
  }

  #start(channel: ChannelRecord): void {
    const { network, queue } = this.#context;
    if (network.channel(channel.id) !== channel) return;
    this.#lately.set(channel, false);
    queue
      .run(commands.users, () => ({ channelId: channel.id }), {
        priority: 'background',
        onReply: (reply) => {
          compareMembers(this.#context, channel, reply);
          this.#onCompared(channel);
        },
      })
      // A refusal leaves the network state as it is; the next thing that does not fit asks again.
      .catch(() => undefined)
      .finally(() => {
        this.#onCompared(channel);
        if (this.#lately.has(channel)) this.#pause(channel);
      });
  }

  #pause(channel: ChannelRecord): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const again = this.#lately.get(channel) === true;
      this.#lately.delete(channel);
      if (again) this.#start(channel);
    }, MIN_INTERVAL_MS);
    timer.unref();
    this.#timers.add(timer);
  }
}

/**
 * Corrects the members of a channel by a reply of USERS. To be called at the reply's place in the stream of packets, so
 * that all earlier notifies are in the network state.
 */
export function compareMembers(context: SessionContext, channel: ChannelRecord, reply: UsersReply): void {
  const { network } = context;
  if (network.channel(channel.id) !== channel || reply.channelId !== channel.id) return;
  if (reply.members.length === 0) return;
  const ids = reply.members.map((id) => network.users.presentId(id));
  const present = new Set(ids);
  if (!present.has(network.self.clientId)) {
    // With oneself the channel is over, and nobody is told to have left it.
    depart(context, channel, network.self, { kind: 'vanished' });
    return;
  }
  if (!channel.leads) return;
  for (const { user } of [...channel.members.values()]) {
    if (!present.has(user.clientId)) depart(context, channel, user, { kind: 'vanished' });
  }
  ids.forEach((clientId, i) => {
    const mode = reply.memberModes[i] ?? 0;
    const old = channel.members.get(clientId);
    if (old === undefined) {
      addMember(context, channel, clientId, mode);
    } else if (old.mode !== mode) {
      const member = network.setMember(channel, old.user, mode);
      if (member === undefined) return;
      context.post([channel, member.user], {
        type: 'member-mode-changed',
        channel,
        member,
        oldMode: old.mode,
        by: undefined,
      });
    }
  });
}
