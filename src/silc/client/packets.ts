import { wipe } from '../bytes.js';
import { commands, decodeReply } from '../commands/index.js';
import type { CommandMessage } from '../commands/index.js';
import { SilcError } from '../errors.js';
import type { Packet } from '../frame.js';
import { channelKeyPayload } from '../packets/channel-key.js';
import { decodePayload } from '../packets/codec.js';
import { commandPayload } from '../packets/command.js';
import { PacketType } from '../packets/packet-type.js';
import { decodeText } from '../packets/text.js';
import type { SessionContext } from './context.js';
import { receiveFileTransfer } from './messages/file-transfers.js';
import { receiveKeyAgreement, receivePrivateMessage } from './messages/incoming.js';
import { receiveChannelMessage } from './messages/incoming-channel.js';
import { abandon } from './channels/joining.js';
import { depart } from './channels/membership.js';
import { receiveNotify } from './notifies.js';
import { noteKeyOfResumed } from './resuming.js';

/** One packet of a registered session. What is malformed in it ends with it; the session goes on. */
export function receivePacket(context: SessionContext, packet: Packet): void {
  try {
    dispatch(context, packet);
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
  }
}

function dispatch(context: SessionContext, packet: Packet): void {
  const { type, payload, source, destination } = packet;
  if (type === PacketType.channelMessage) {
    receiveChannelMessage(context, packet);
    return;
  }
  if (type === PacketType.privateMessage) {
    receivePrivateMessage(context, packet);
    return;
  }
  if (type === PacketType.fileTransfer) {
    receiveFileTransfer(context, packet);
    return;
  }
  if (source.type === 2 && type === PacketType.privateMessageKey) {
    context.privateKeys.receiveOffer(source.id, payload);
    return;
  }
  if (source.type === 2 && type === PacketType.keyAgreement) {
    receiveKeyAgreement(context, source.id, payload);
    return;
  }
  // All others are the server's: another client cannot speak for it.
  if (source.type !== 1) return;
  switch (type) {
    case PacketType.notify:
      receiveNotify(context, payload, destination);
      return;
    case PacketType.command:
      context.presence.asked(decodePayload(commandPayload, payload));
      return;
    case PacketType.commandReply: {
      const reply = decodePayload(commandPayload, payload);
      context.watchdog.answered(reply.ident);
      if (!context.queue.receive(reply)) lateReply(context, reply);
      if (!context.queue.hurries) context.connection.hurry(0);
      return;
    }
    case PacketType.channelKey: {
      const key = decodePayload(channelKeyPayload, payload);
      const channel = context.network.channel(key.channelId);
      if (channel !== undefined) {
        noteKeyOfResumed(channel, key, destination);
        channel.keys.add(key);
      }
      wipe(key.key);
      return;
    }
    case PacketType.error:
      context.post([], { type: 'server-notice', text: decodeText(payload) });
  }
}

/** Too late for whoever waited, but it has happened all the same. */
function lateReply(context: SessionContext, message: CommandMessage): void {
  if (message.command === commands.join.number) {
    const reply = decodeReply(commands.join, message);
    if (!('value' in reply) || context.network.channel(reply.value.channelId) !== undefined) return;
    abandon(context, reply.value);
  } else if (message.command === commands.leave.number) {
    const reply = decodeReply(commands.leave, message);
    const channel = 'value' in reply ? context.network.channel(reply.value.channelId) : undefined;
    // Whoever called was told that it had not worked.
    if (channel !== undefined) depart(context, channel, context.network.self, { kind: 'leave' });
  } else if (message.command === commands.nick.number) {
    const reply = decodeReply(commands.nick, message);
    if ('value' in reply) context.changeSelf(reply.value);
  }
}
