import { toHex } from '../../bytes.js';
import type { Packet } from '../../frame.js';
import type { ClientId } from '../../ids.js';
import { isAcknowledgement, MessageFlag, messageKind, messageText } from '../../messages/index.js';
import type { MessagePayload } from '../../messages/index.js';
import { decodePayload } from '../../packets/codec.js';
import { keyAgreementPayload } from '../../packets/key-agreement.js';
import { openChannelMessage } from '../channels/channel-opening.js';
import { CHANNEL_HOLD_MS, PRIVATE_HOLD_MS, untilNamed, within } from '../context.js';
import type { SessionContext } from '../context.js';
import { addSpeaker } from '../channels/membership.js';
import type { WholeMessage } from './mime-inbox.js';
import type { JudgedSignature, ReceivedMessage } from '../ports.js';
import type { SessionEvent } from '../api/events.js';
import type { ChannelProtection, Message, Protection, SignatureState } from '../api/messages.js';
import type { UserRecord } from '../people/users.js';

/** So long a signed message waits for its signer's key; after that it is shown as it is. */
const SIGNATURE_HOLD_MS = 1_500;

/** CHANNEL_MESSAGE: opened at once, because keys change; told when the sender's name is known. @throws SilcError `malformed` */
export function receiveChannelMessage(context: SessionContext, packet: Packet): void {
  const { source, destination } = packet;
  const { picture } = context;
  if (source.type !== 2 || destination.type !== 3) return;
  const channel = picture.channel(destination.id);
  if (channel === undefined || source.id === picture.self.clientId) return;
  const parties = { sender: source.id, receiver: destination.id };
  const opened = openChannelMessage(context, channel, parties, packet.payload);
  if (typeof opened === 'string') {
    context.post([channel], {
      type: 'channel-message-undecryptable',
      channel,
      senderId: picture.users.currentId(source.id),
      reason: opened,
    });
    return;
  }
  if ((opened.message.flags & MessageFlag.packet) !== 0) return;
  const sender = picture.users.ensure(source.id);
  sender.macForm = opened.macForm;
  // Somebody who has the key is on the channel: the picture has missed it.
  if (!channel.members.has(sender.clientId)) addSpeaker(context, channel, sender);
  const judged = judge(context, sender, opened.message);
  const whole = context.mime.take(`${channel.lane} ${sender.lane}`, opened.message, {
    judged,
    protection: opened.protection,
  });
  if (whole === undefined) return;
  const named = untilNamed(context, sender, CHANNEL_HOLD_MS);
  const build = messageBuilder(context, whole, packet.payload);
  const event = (): SessionEvent => {
    const message = build();
    const protection = channelProtections.find((one) => has(whole, one)) ?? 'channel-key';
    const other = context.multimedia.event(sender, { channel, message, protection });
    return other ?? { type: 'channel-message', channel, sender, message, protection };
  };
  context.post([channel], event, waitFor(whole, named), whole.data.length);
}

/** PRIVATE_MESSAGE: opened at once, because keys change and go from message to message. @throws SilcError `malformed` */
export function receivePrivateMessage(context: SessionContext, packet: Packet): void {
  const { source, destination } = packet;
  const { picture, privateKeys } = context;
  if (source.type !== 2 || destination.type !== 2) return;
  if (picture.users.get(destination.id) !== picture.self) return;
  const payload = packet.payload.slice();
  const parties = { sender: source.id, receiver: destination.id };
  const opened = privateKeys.open(parties, packet.flags, payload);
  if (opened === undefined) return;
  const { message, protection, acknowledgement } = opened;
  if ((message.flags & MessageFlag.packet) !== 0 || message.data.length === 0) return;
  const sender = picture.users.ensure(source.id);
  if (isAcknowledgement(message.flags)) {
    context.acknowledgements.receive(sender, message.data);
    return;
  }
  if (acknowledgement !== undefined) context.acknowledgements.answer(sender, acknowledgement);
  const judged = judge(context, sender, message);
  const whole = context.mime.take(sender.lane, message, { judged, protection });
  if (whole === undefined) return;
  const named = untilNamed(context, sender, PRIVATE_HOLD_MS);
  const build = messageBuilder(context, whole, payload);
  const event = (): SessionEvent => {
    const about = { message: build(), protection: protections.find((one) => has(whole, one)) ?? 'session' };
    const other = context.multimedia.event(sender, { channel: undefined, ...about });
    return other ?? { type: 'private-message', sender, ...about };
  };
  context.post([sender], event, waitFor(whole, named), whole.data.length);
  if (sender !== picture.self) context.autoReply.consider(sender, message.flags);
}

/** KEY_AGREEMENT. A direct connection would show the address of this host: nothing happens unless the application says so. */
export function receiveKeyAgreement(context: SessionContext, source: ClientId, payload: Uint8Array): void {
  const { host, port, protocol } = decodePayload(keyAgreementPayload, payload);
  const user = context.picture.users.ensure(source);
  if (user === context.picture.self) return;
  const transport = protocol === 1 ? 'udp' : 'tcp';
  const named = untilNamed(context, user, PRIVATE_HOLD_MS);
  context.post([user], { type: 'key-agreement-offered', user, host, port, transport }, named);
}

function judge(context: SessionContext, sender: UserRecord, message: MessagePayload): JudgedSignature {
  if ((message.flags & MessageFlag.signed) === 0) return { state: 'none', ready: undefined };
  if (message.signature === undefined) return { state: 'failed', ready: undefined };
  const state = context.signatures.check(sender, message.signature);
  if (typeof state === 'string') return { state, ready: undefined };
  const found = state.then((known) => {
    judged.state = known;
  });
  const judged: { state: SignatureState; readonly ready: Promise<void> } = {
    state: 'unknown-key',
    ready: within(found, SIGNATURE_HOLD_MS),
  };
  return judged;
}

function waitFor(
  { tags }: WholeMessage<ReceivedMessage>,
  named: Promise<void> | undefined,
): Promise<unknown> | undefined {
  const waits = [...tags.map(({ judged }) => judged.ready), named].filter((wait) => wait !== undefined);
  return waits.length === 0 ? undefined : Promise.all(waits);
}

/** The weakest state first: what is made of fragments is no better than each of them. */
const states: readonly SignatureState[] = ['failed', 'none', 'unknown-key', 'verified'];
const protections: readonly Protection[] = ['session', 'static-key', 'negotiated-key'];
const channelProtections: readonly ChannelProtection[] = ['channel-key', 'private-key'];

function signatureOf({ tags }: WholeMessage<ReceivedMessage>): SignatureState {
  return states.find((state) => tags.some(({ judged }) => judged.state === state)) ?? 'none';
}

function has({ tags }: WholeMessage<ReceivedMessage>, wanted: Protection | ChannelProtection): boolean {
  return tags.some(({ protection }) => protection === wanted);
}

/** Makes the application's message, as soon as the signature is judged. `payload`: the last one, of fragments. */
function messageBuilder(
  context: SessionContext,
  whole: WholeMessage<ReceivedMessage>,
  payload: Uint8Array,
): () => Message {
  const { flags, data, mime } = whole;
  const digest = toHex(context.backend.hash('sha256', payload));
  const kind = messageKind(flags);
  const text = kind === 'mime' ? undefined : messageText(flags, data);
  const fields = mime === undefined ? {} : { mime };
  return () => ({ flags, kind, text, data, signature: signatureOf(whole), digest, ...fields });
}
