import { wipe } from '../../bytes.js';
import { commands } from '../../commands/index.js';
import type { JoinReply } from '../../commands/join.js';
import { isCipherName, isHmacName } from '../../crypto/algorithms.js';
import { SilcCommandError, SilcError } from '../../errors.js';
import type { ChannelId } from '../../ids.js';
import { ChannelMode } from '../../modes.js';
import { channelKeyPayload } from '../../packets/channel-key.js';
import { decodePayload } from '../../packets/codec.js';
import { Status } from '../../status.js';
import { accessEntry, usableKey } from './channel-control.js';
import { ChannelKeys } from './channel-keys.js';
import { founderProof, joinKeyProof } from './channel-proofs.js';
import { CHANNEL_HOLD_MS, within } from '../context.js';
import type { SessionContext } from '../context.js';
import { checkNotEmpty, MAX_MEMBERS } from '../limits.js';
import { checkChannelName, comparableName } from '../names.js';
import { ChannelRecord } from '../channel-record.js';
import { comesIntoSight } from '../people/id-holders.js';
import type { KeyPair } from '../../crypto/key-pair.js';
import { monotonicMs } from '../../../util/clock.js';
import type { JoinOptions, JoinResult } from '../api/channels.js';

/** A joined channel by name; names are compared in prepared form. */
export function channelByName(context: SessionContext, name: string): ChannelRecord | undefined {
  const wanted = comparableName(name);
  for (const channel of context.network.channels.values()) {
    if (comparableName(channel.name) === wanted) return channel;
  }
  return undefined;
}

/** JOIN; resolves when the members have names, or after the deadline for them. */
export async function join(context: SessionContext, name: string, options: JoinOptions): Promise<JoinResult> {
  checkChannelName(name);
  const { passphrase, signal, onSending, cipher, hmac, founder, joinKey } = options;
  if (cipher !== undefined && !isCipherName(cipher)) throw new SilcError('usage', 'unknown cipher');
  if (hmac !== undefined && !isHmacName(hmac)) throw new SilcError('usage', 'unknown HMAC');
  const { backend, keyPair } = context;
  const keyOf = (choice: KeyPair | true): KeyPair => (choice === true ? keyPair : choice);
  if (passphrase !== undefined) checkNotEmpty(passphrase, 'channel passphrase');

  let entry: Entry | undefined;
  let sentAt = monotonicMs();
  let answeredAt = sentAt;
  try {
    const reply = await context.queue.run(
      commands.join,
      () => {
        onSending?.();
        sentAt = monotonicMs();
        const { clientId } = context.network.self;
        return {
          name,
          clientId,
          passphrase,
          cipher,
          hmac,
          founderAuth: founder && founderProof(backend, keyOf(founder), clientId),
          channelAuth: joinKey && joinKeyProof(backend, keyOf(joinKey), clientId),
        };
      },
      {
        channel: name,
        signal,
        onReply: (received) => {
          answeredAt = monotonicMs();
          // The caller has given up meanwhile: nobody will ever leave this channel.
          if (signal?.aborted) abandon(context, received);
          else entry = enter(context, received);
        },
      },
    );
    if (entry === undefined) throw new SilcError('closed', 'join was given up');
    if (entry.resolved !== undefined) await within(entry.resolved, CHANNEL_HOLD_MS);
    const { channel, mode } = entry;
    const { created, bans = [], invites = [] } = reply;
    return {
      ...{ channel, mode, sentAt, answeredAt },
      created: created === 1,
      lists: { ban: bans.map(accessEntry), invite: invites.map(accessEntry) },
      founderKey: reply.founderKey && usableKey(reply.founderKey),
    };
  } catch (error) {
    // The server is asked in any case: a KICK that is on its way would make the network state a liar.
    const already = error instanceof SilcCommandError && error.status === Status.userOnChannel;
    const channel = already ? channelByName(context, name) : undefined;
    if (channel === undefined) throw error;
    return { channel, created: false, mode: channel.ownMode ?? 0, sentAt, answeredAt: sentAt };
  } finally {
    entry?.shown();
  }
}

/** LEAVE; the application hears nothing of the channel afterwards. */
export async function leave(context: SessionContext, id: ChannelId): Promise<void> {
  const channel = context.network.channel(id);
  if (channel === undefined) throw new SilcError('usage', 'not on this channel');
  // The application may not listen any more to what is told of the channel here.
  channel.leaving = true;
  channel.shared?.relieve();
  const gone = (leftId: ChannelId): void => {
    // Left and joined again since the call, the channel is another object by now, maybe under another ID.
    const left = context.network.channel(leftId) ?? channel;
    context.release(left);
    left.left = true;
    context.network.removeChannel(left);
  };
  try {
    await context.queue.run(commands.leave, () => ({ channelId: channel.id }), {
      channel: channel.name,
      onReply: (reply) => gone(reply.channelId),
    });
  } catch (error) {
    channel.leaving = false;
    if (!(error instanceof SilcCommandError)) throw error;
    const { status } = error;
    const notThere = [Status.notOnChannel, Status.noSuchChannel, Status.noSuchChannelId] as readonly number[];
    if (!notThere.includes(status)) throw error;
    gone(channel.id);
  }
}

/** Leaves a channel that was joined without anybody to know of it, before it is joined again. */
export function abandon(context: SessionContext, { channelId, name }: JoinReply): void {
  context.queue
    .run(commands.leave, () => ({ channelId }), { channel: name, first: true })
    // Whether it works makes no difference: the channel is not shown.
    .catch(() => undefined);
}

interface Entry {
  readonly channel: ChannelRecord;
  /** Oneself by the reply. */
  readonly mode: number;
  /** Every member has a name, or is known to have none; or one is not on the channel any more. */
  readonly resolved: Promise<unknown> | undefined;
  /** The application has the channel: events about it may follow. */
  shown(): void;
}

/**
 * Makes the channel of a JOIN reply, at the reply's place in the stream: keys and notifies of it may come next. Where
 * another session leads, the members are its business.
 */
function enter(context: SessionContext, reply: JoinReply): Entry {
  const { network, backend } = context;
  const keys = new ChannelKeys(backend, reply.hmac);
  const channel = new ChannelRecord({
    id: reply.channelId,
    name: reply.name,
    mode: reply.mode,
    topic: reply.topic,
    userLimit: (reply.mode & ChannelMode.userLimit) === 0 ? undefined : reply.userLimit,
    keys,
  });
  try {
    const key = reply.channelKey && decodePayload(channelKeyPayload, reply.channelKey);
    network.addChannel(channel);
    if (key !== undefined) {
      keys.add(key);
      wipe(key.key);
    }
  } catch (error) {
    keys.close();
    abandon(context, reply);
    throw error;
  }
  channel.ownMode = reply.memberModes[reply.members.indexOf(network.self.clientId)] ?? 0;
  const named = channel.leads ? enterMembers(context, channel, reply) : undefined;
  // Whoever is off it again, by a kick, does not wait for the names of those who are on it.
  const resolved = named && Promise.race([named, new Promise<void>((end) => (channel.onOver = end))]);
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  context.hold([channel], opened);
  channel.shared?.relieve();
  return {
    channel,
    mode: channel.ownMode,
    resolved,
    shown: () => {
      for (const { user } of channel.members.values()) {
        if (user.nickname === undefined) user.shownUnresolved = true;
      }
      if (!channel.over) channel.shared?.show(channel, network.self, channel.ownMode ?? 0);
      channel.isShown = true;
      // After whatever the caller does at once with the result of `join`.
      setImmediate(open);
    },
  };
}

/** @returns settles when every member has a name, or is known to have none */
function enterMembers(context: SessionContext, channel: ChannelRecord, reply: JoinReply): Promise<unknown> {
  const { network } = context;
  network.setMember(channel, network.self, 0);
  const resolving: Promise<void>[] = [];
  reply.members.slice(0, MAX_MEMBERS).forEach((id, i) => {
    const user = network.users.ensureFresh(id);
    const known = comesIntoSight(context, user);
    network.setMember(channel, user, reply.memberModes[i] ?? 0);
    if (known !== undefined) resolving.push(known);
  });
  const resolved = Promise.all(resolving);
  void resolved.then(() => {
    // Members that the server does not know are not there: USERS will tell.
    const unknown = [...channel.members.values()].some(({ user }) => user.nickname === undefined);
    if (unknown && resolving.length > 0) context.resync(channel);
  });
  return resolved;
}
