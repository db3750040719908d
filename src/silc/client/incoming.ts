import { toHex } from '../bytes.js';
import type { Packet } from '../frame.js';
import type { ClientId } from '../ids.js';
import { MessageFlag, messageKind, messageText } from '../messages/index.js';
import type { MessagePayload } from '../messages/index.js';
import { decodePayload } from '../packets/codec.js';
import { keyAgreementPayload } from '../packets/key-agreement.js';
import { CHANNEL_HOLD_MS, PRIVATE_HOLD_MS, within } from './context.js';
import type { SessionContext } from './context.js';
import { addSpeaker } from './membership.js';
import type { SignatureChecker } from './signatures.js';
import type { Message, SignatureState } from './types.js';
import type { UserRecord } from './users.js';

/** So long a signed message waits for its signer's key; after that it is shown as it is. */
const SIGNATURE_HOLD_MS = 1_500;

/** CHANNEL_MESSAGE: opened at once, because keys change; told when the sender's name is known. @throws SilcError `malformed` */
export function receiveChannelMessage(
  context: SessionContext,
  signatures: SignatureChecker,
  packet: Packet,
): void {
  const { source, destination } = packet;
  const { picture, resolver } = context;
  if (source.type !== 2 || destination.type !== 3) return;
  const channel = picture.channel(destination.id);
  if (channel === undefined || source.id === picture.self.clientId) return;
  const opened = channel.keys.open({ sender: source.id, receiver: destination.id }, packet.payload);
  if (opened === undefined) {
    context.post([channel], {
      type: 'channel-message-undecryptable',
      channel,
      senderId: picture.users.currentId(source.id),
    });
    return;
  }
  if ((opened.message.flags & MessageFlag.packet) !== 0) return;
  const sender = picture.users.ensure(source.id);
  // Somebody who has the key is on the channel: the picture has missed it.
  if (!channel.members.has(sender.clientId)) addSpeaker(context, channel, sender);
  const judged = judge(signatures, sender, opened.message);
  const ready = waitFor(
    judged,
    sender.nickname === undefined ? within(resolver.unknown(sender), CHANNEL_HOLD_MS) : undefined,
  );
  const build = messageBuilder(context, opened.message, packet.payload);
  context.post(
    [channel],
    () => ({ type: 'channel-message', channel, sender, message: build(judged.state) }),
    ready,
    packet.payload.length,
  );
}

/** PRIVATE_MESSAGE: opened at once, because keys change and go from message to message. @throws SilcError `malformed` */
export function receivePrivateMessage(
  context: SessionContext,
  signatures: SignatureChecker,
  packet: Packet,
): void {
  const { source, destination } = packet;
  const { picture, resolver, privateKeys } = context;
  if (source.type !== 2 || destination.type !== 2) return;
  if (picture.users.get(destination.id) !== picture.self) return;
  const payload = packet.payload.slice();
  const parties = { sender: source.id, receiver: destination.id };
  const opened = privateKeys.open(parties, packet.flags, payload);
  if (opened === undefined) return;
  const { message, protection } = opened;
  if ((message.flags & MessageFlag.packet) !== 0 || message.data.length === 0) return;
  const sender = picture.users.ensure(source.id);
  const judged = judge(signatures, sender, message);
  const ready = waitFor(
    judged,
    sender.nickname === undefined ? within(resolver.unknown(sender), PRIVATE_HOLD_MS) : undefined,
  );
  const build = messageBuilder(context, message, payload);
  context.post(
    [sender],
    () => ({ type: 'private-message', sender, message: build(judged.state), protection }),
    ready,
    payload.length,
  );
  context.autoReply.consider(sender, message.flags);
}

/** KEY_AGREEMENT. A direct connection would show the address of this host, and clients fail over it: it is only told. */
export function receiveKeyAgreement(context: SessionContext, source: ClientId, payload: Uint8Array): void {
  const { host, port, protocol } = decodePayload(keyAgreementPayload, payload);
  const user = context.picture.users.ensure(source);
  const transport = protocol === 1 ? 'udp' : 'tcp';
  context.post([user], { type: 'key-agreement-offered', user, host, port, transport });
}

interface Judged {
  state: SignatureState;
  readonly ready: Promise<unknown> | undefined;
}

function judge(signatures: SignatureChecker, sender: UserRecord, message: MessagePayload): Judged {
  if ((message.flags & MessageFlag.signed) === 0) return { state: 'none', ready: undefined };
  if (message.signature === undefined) return { state: 'failed', ready: undefined };
  const state = signatures.check(sender, message.signature);
  if (typeof state === 'string') return { state, ready: undefined };
  const found = state.then((known) => {
    judged.state = known;
  });
  const judged: Judged = { state: 'unknown-key', ready: within(found, SIGNATURE_HOLD_MS) };
  return judged;
}

function waitFor(judged: Judged, named: Promise<void> | undefined): Promise<unknown> | undefined {
  const waits = [judged.ready, named].filter((wait) => wait !== undefined);
  return waits.length === 0 ? undefined : Promise.all(waits);
}

/** Makes the application's message, as soon as the signature is judged. */
function messageBuilder(
  context: SessionContext,
  { flags, data }: MessagePayload,
  payload: Uint8Array,
): (signature: SignatureState) => Message {
  const digest = toHex(context.backend.hash('sha256', payload));
  const kind = messageKind(flags);
  const text = kind === 'mime' ? undefined : messageText(flags, data);
  return (signature) => ({ flags, kind, text, data, signature, digest });
}
