import { toHex } from '../../bytes.js';
import type { Packet } from '../../frame.js';
import { MessageFlag } from '../../messages/index.js';
import type { ChannelId, ClientId } from '../../ids.js';
import type { SessionEvent } from '../api/events.js';
import type { ChannelKeyRef, ChannelProtection } from '../api/messages.js';
import { openChannelMessage } from '../channels/channel-opening.js';
import type { OpenedChannelMessage } from '../channels/channel-opening.js';
import { addSpeaker } from '../channels/membership.js';
import { CHANNEL_HOLD_MS, untilNamed } from '../context.js';
import type { SessionContext } from '../context.js';
import type { ChannelRecord } from '../channel-record.js';
import type { UserRecord } from '../people/users.js';
import type { OpenedOnce, OpenedPart, SharedMessage } from '../shared/opened-messages.js';
import { judge, messageBuilder, whenJudged } from './judging.js';

/**
 * CHANNEL_MESSAGE: opened at once, because keys change; told when the sender's name is known, where this session leads.
 * Where another session has opened the same octets under a key that this one holds, its result is taken.
 * @throws SilcError `malformed`
 */
export function receiveChannelMessage(context: SessionContext, packet: Packet): void {
  const { source, destination, payload } = packet;
  const { network } = context;
  if (source.type !== 2 || destination.type !== 3) return;
  const channel = network.channel(destination.id);
  if (channel?.shared === undefined || source.id === network.self.clientId) return;
  if (channel.shared.size > 1) {
    const found = network.server.opened.find(source.id, destination.id, payload);
    if (found !== undefined && channel.keys.take(found.key, found.messageKey)) {
      network.server.opened.took(found);
      found.part?.readers?.add(channel);
      tell(context, channel, channel.leader.users.ensure(source.id), found, found.key);
      return;
    }
  }
  open(context, channel, { sender: source.id, receiver: destination.id }, payload);
}

/** Opens a message that nobody here has opened, and keeps it for the others. */
function open(
  context: SessionContext,
  channel: ChannelRecord,
  parties: { readonly sender: ClientId; readonly receiver: ChannelId },
  payload: Uint8Array,
): void {
  const { server } = context.network;
  const { users } = channel.leader;
  const opened = openChannelMessage(context, channel, parties, payload);
  if (typeof opened === 'string') {
    const event = {
      type: 'channel-message-undecryptable',
      channel,
      senderId: users.currentId(parties.sender),
      reason: opened,
      digest: toHex(context.backend.hash('sha256', payload)),
    } as const;
    const sender = users.get(parties.sender);
    context.post(sender === undefined ? [channel] : [channel, sender], event);
    return;
  }
  if ((opened.message.flags & MessageFlag.packet) !== 0) return;
  const sender = users.ensure(parties.sender);
  const result = collect(context, channel, sender, opened, payload);
  const { shared } = opened;
  const others = (channel.shared?.size ?? 1) - (server.self(parties.sender) === undefined ? 1 : 2);
  if (shared !== undefined && others > 0) {
    server.opened.keep(
      { sender: parties.sender, channel: parties.receiver, key: shared },
      payload,
      result,
      others,
    );
  }
  tell(context, channel, sender, result, opened.key);
}

/** Judges the signature and puts fragments together. */
function collect(
  context: SessionContext,
  channel: ChannelRecord,
  sender: UserRecord,
  { message, protection, macForm, messageKey }: OpenedChannelMessage,
  payload: Uint8Array,
): OpenedOnce {
  const isMime = (message.flags & MessageFlag.data) !== 0;
  const part: OpenedPart = {
    judged: judge(context.signatures, sender, message, channel.leader),
    protection,
    readers: isMime ? new Set([channel]) : undefined,
  };
  const { flags, data } = message;
  const made = isMime
    ? channel.shared?.mime.take(sender.orderingKey, message, part)
    : { flags, data, mime: undefined, tags: [part] };
  if (made === undefined) return { macForm, messageKey, part, whole: undefined };
  const whole: SharedMessage = {
    parts: made.tags,
    octets: made.data.length,
    // The weakest: what is made of fragments is no better protected than each of them.
    protection: made.tags.some((tag) => tag.protection === 'channel-key') ? 'channel-key' : protection,
    ready: whenJudged(made.tags),
    message: messageBuilder(context.backend, made, payload),
  };
  return { macForm, messageKey, part, whole };
}

function tell(
  context: SessionContext,
  channel: ChannelRecord,
  sender: UserRecord,
  { macForm, part, whole }: OpenedOnce,
  key: ChannelKeyRef,
): void {
  sender.macForm = macForm;
  const { leads } = channel;
  // Somebody who has the key is on the channel: the network state has missed it.
  if (leads && !channel.members.has(sender.clientId)) addSpeaker(context, channel, sender);
  if (whole === undefined) return;
  // Whoever could not read a fragment gets nothing of it from others.
  if (!whole.parts.every((one) => one === part || one.readers?.has(channel) !== false)) return;
  const named = leads ? untilNamed(context, sender, CHANNEL_HOLD_MS) : undefined;
  const ready = named === undefined ? whole.ready : Promise.all([whole.ready, named]);
  const { protection } = whole;
  const about = [channel, sender];
  if (ready === undefined) {
    context.post(about, eventOf(context, channel, sender, whole, protection, key), undefined, whole.octets);
    return;
  }
  context.post(about, () => eventOf(context, channel, sender, whole, protection, key), ready, whole.octets);
}

function eventOf(
  context: SessionContext,
  channel: ChannelRecord,
  sender: UserRecord,
  whole: SharedMessage,
  protection: ChannelProtection,
  key: ChannelKeyRef,
): SessionEvent {
  const message = whole.message();
  if ((message.flags & MessageFlag.data) !== 0) {
    const other = context.multimedia.event(sender, { channel, message, protection });
    if (other !== undefined) return other;
  }
  return { type: 'channel-message', channel, sender, message, protection, key };
}
