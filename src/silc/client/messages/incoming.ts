import type { Packet } from '../../frame.js';
import type { ClientId } from '../../ids.js';
import { isAcknowledgement, MessageFlag } from '../../messages/index.js';
import { decodePayload } from '../../packets/codec.js';
import { keyAgreementPayload } from '../../packets/key-agreement.js';
import type { SessionContext } from '../context.js';
import { heardOutOfSight } from '../people/id-holders.js';
import { judge, messageBuilder, whenJudged } from './judging.js';
import type { SessionEvent } from '../api/events.js';
import type { Protection } from '../api/messages.js';

/** The weakest first: what is made of fragments is no better protected than each of them. */
const protections: readonly Protection[] = ['session', 'static-key', 'negotiated-key'];

/** PRIVATE_MESSAGE: opened at once, because keys change and go from message to message. @throws SilcError `malformed` */
export function receivePrivateMessage(context: SessionContext, packet: Packet): void {
  const { source, destination } = packet;
  const { network, privateKeys } = context;
  if (source.type !== 2 || destination.type !== 2) return;
  if (network.users.get(destination.id) !== network.self) return;
  const payload = packet.payload.slice();
  const parties = { sender: source.id, receiver: destination.id };
  const opened = privateKeys.open(parties, packet.flags, payload);
  if (opened === undefined) return;
  const { message, protection, acknowledgement } = opened;
  if ((message.flags & MessageFlag.packet) !== 0 || message.data.length === 0) return;
  const sender = network.users.ensure(source.id);
  if (isAcknowledgement(message.flags)) {
    context.acknowledgements.receive(sender, message.data);
    return;
  }
  const acknowledge = acknowledgement && context.acknowledgements.answer(sender, acknowledgement);
  const judged = judge(context.signatures, sender, message);
  const whole = context.mime.take(sender.orderingKey, message, { judged, protection });
  if (whole === undefined) return;
  const named = heardOutOfSight(context, sender, protection !== 'session');
  const build = messageBuilder(context.backend, whole, payload);
  const event = (): SessionEvent => {
    const protection = protections.find((one) => whole.tags.some((tag) => tag.protection === one));
    const about = { message: build(), protection: protection ?? 'session' };
    const other = context.multimedia.event(sender, { channel: undefined, ...about });
    return other ?? { type: 'private-message', sender, ...about, ...(acknowledge && { acknowledge }) };
  };
  context.post([sender], event, whenJudged(whole.tags, named), whole.data.length);
  if (sender !== network.self) context.autoReply.consider(sender, message.flags);
}

/** KEY_AGREEMENT. A direct connection would show the address of this host: nothing happens unless the application says so. */
export function receiveKeyAgreement(context: SessionContext, source: ClientId, payload: Uint8Array): void {
  const { host, port, protocol } = decodePayload(keyAgreementPayload, payload);
  const user = context.network.users.ensure(source);
  if (user === context.network.self) return;
  const transport = protocol === 1 ? 'udp' : 'tcp';
  const named = heardOutOfSight(context, user);
  context.post([user], { type: 'key-agreement-offered', user, host, port, transport }, named);
}
