import { toHex, utf8 } from '../../bytes.js';
import { SilcError } from '../../errors.js';
import { channelId, clientId } from '../../ids.js';
import type { ChannelId, ClientId } from '../../ids.js';
import { MessageFlag, PRIVATE_FLAGS, protectMessage } from '../../messages/index.js';
import type { MacForm, MessageSigner, OutgoingMessage } from '../../messages/index.js';
import { ChannelMode } from '../../modes.js';
import { PacketType } from '../../packets/packet-type.js';
import type { OutgoingPacket } from '../../connection.js';
import type { SessionContext } from '../context.js';
import { MAX_TEXT } from '../limits.js';
import type { ChannelRecord } from '../channel-record.js';
import type { MessageOptions, SentMessage } from '../api/messages.js';

/** Messages that wait for the end of a NICK. */
const MAX_WAITING = 256;

/**
 * Holds messages back while a NICK is under way: the server drops what comes from the old Client ID once it has changed
 * it, and the reply tells too late for what was sent meanwhile. What waited goes out in order.
 */
export class OutgoingGate {
  readonly #waiting: { readonly start: () => void; readonly fail: (error: SilcError) => void }[] = [];
  #open = true;
  #closed: SilcError | undefined;

  get isOpen(): boolean {
    return this.#open;
  }

  /** Runs `task` now or when the gate opens. @throws SilcError `overflow` when too much waits already, `closed` */
  pass<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (this.#open) return task();
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new SilcError('overflow', 'too many messages wait for a nickname change'));
    }
    return new Promise((resolve, reject: (error: unknown) => void) => {
      this.#waiting.push({ start: () => void task().then(resolve, reject), fail: reject });
    });
  }

  shut(): void {
    this.#open = false;
  }

  reopen(): void {
    this.#open = true;
    for (const { start } of this.#waiting.splice(0)) start();
  }

  close(error: SilcError): void {
    this.#closed ??= error;
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }
}

/** The octets of a text. @throws SilcError `usage` when empty, `limit` when too long */
function textData(text: string): Uint8Array {
  const data = utf8(text);
  if (data.length === 0) throw new SilcError('usage', 'a message without text cannot be sent');
  if (data.length > MAX_TEXT) {
    throw new SilcError('limit', `message of ${data.length} octets, at most ${MAX_TEXT} allowed`);
  }
  return data;
}

/** Flags of messages that are part of an exchange between programs. */
export const exchangeFlags = {
  request: MessageFlag.request,
  reply: MessageFlag.reply,
  stop: MessageFlag.stop,
} as const;

/** @throws SilcError `usage` */
function flagsOf(options: MessageOptions): number {
  const { kind = 'text', noReply = false, autoReply = false, exchange, privateFlags = 0 } = options;
  if ((privateFlags & ~PRIVATE_FLAGS) !== 0) {
    throw new SilcError('usage', "only message flags of the private range are the application's");
  }
  let flags: number = MessageFlag.utf8 | privateFlags;
  if (exchange !== undefined) flags |= exchangeFlags[exchange];
  if (kind === 'action') flags |= MessageFlag.action;
  if (kind === 'notice') flags |= MessageFlag.notice;
  if (noReply || autoReply) flags |= MessageFlag.noreply;
  return autoReply ? flags | MessageFlag.autoreply : flags;
}

/** @throws SilcError `usage`, `limit` */
function composed(context: SessionContext, text: string, options: MessageOptions): OutgoingMessage {
  return { flags: flagsOf(options), data: textData(text), signer: signerOf(context, options.sign) };
}

/**
 * The session as a signer. The toolkit does not send the key along: whoever wants to verify has it, or asks the server
 * for it.
 */
export function signerOf(
  { keyPair }: SessionContext,
  sign: MessageOptions['sign'] = false,
): MessageSigner | undefined {
  if (sign === false) return undefined;
  const { privateKey, publicKey } = keyPair;
  const signer = { key: privateKey, version: publicKey.version };
  return sign === 'with-key' ? { ...signer, publicKey: publicKey.encoded } : signer;
}

/** How long to wait for an acknowledgement unless told, and at most, in milliseconds. */
const ACKNOWLEDGE_MS = 30_000;
const MAX_ACKNOWLEDGE_MS = 86_400_000;

/** How long the acknowledgement of a message is awaited; undefined where none is asked for. @throws SilcError `usage` */
export function acknowledgeWithin({ acknowledge = false, noReply, autoReply }: Asking): number | undefined {
  if (acknowledge === false) return undefined;
  if (noReply === true || autoReply === true) {
    throw new SilcError('usage', 'a message that wants no answer cannot be acknowledged');
  }
  const { timeoutMs } = acknowledge === true ? { timeoutMs: ACKNOWLEDGE_MS } : acknowledge;
  // Whatever a timer cannot measure would be over at once.
  if (!(timeoutMs > 0 && timeoutMs <= MAX_ACKNOWLEDGE_MS)) {
    throw new SilcError('usage', 'an acknowledgement is awaited for up to a day');
  }
  return timeoutMs;
}

type Asking = Pick<MessageOptions, 'acknowledge' | 'noReply' | 'autoReply'>;

/** @throws SilcError `usage` where an acknowledgement is asked for: those on channels must not (flags-payloads-04, 3.5) */
export function checkUnacknowledged(options: Asking): void {
  if (acknowledgeWithin(options) !== undefined) {
    throw new SilcError('usage', 'messages to channels are not acknowledged');
  }
}

/** Sends a message to a channel under its newest key. */
export async function say(
  context: SessionContext,
  gate: OutgoingGate,
  id: ChannelId,
  text: string,
  options: MessageOptions,
): Promise<SentMessage> {
  checkUnacknowledged(options);
  return sendToChannel(context, gate, id, composed(context, text, options), options.onSending);
}

/** Any message to a channel: under a private key where its members use some. */
export async function sendToChannel(
  context: SessionContext,
  gate: OutgoingGate,
  id: ChannelId,
  message: OutgoingMessage,
  onSending?: MessageOptions['onSending'],
): Promise<SentMessage> {
  const { keys, mode = 0 } = context.network.channel(id) ?? {};
  if (keys?.isAwaited === true && (mode & ChannelMode.privateKey) === 0) await keys.arrived();
  return gate.pass(async () => {
    const { network, backend } = context;
    const channel = network.channel(id);
    if (channel === undefined) throw new SilcError('usage', 'not on this channel');
    const isPrivate = (channel.mode & ChannelMode.privateKey) !== 0;
    const key = isPrivate ? channel.privateKeys.sendKey() : channel.keys.sendKey();
    const about = isPrivate
      ? { protection: 'private-key' as const, key: channel.privateKeys.refOf(key) }
      : { protection: 'channel-key' as const, key: channel.keys.sendRef() };
    // The MAC covers the own Client ID: the one of this moment.
    const parties = { sender: network.self.clientId, receiver: channel.id };
    const payload = protectMessage(backend, key, parties, message, { macForm: macFormFor(channel) });
    const packet = { type: PacketType.channelMessage, payload, destination: channelId(channel.id) };
    return transmit(context, packet, onSending, about);
  });
}

/**
 * Clients of before 2014 know only the MAC without IDs, which everybody takes; so it is sent as long as a member is there
 * who uses it. What it does not protect, the sender's ID, every member with the key could forge in either form.
 */
function macFormFor({ members }: ChannelRecord): MacForm {
  for (const { user } of members.values()) if (user.macForm === 'without-ids') return 'without-ids';
  return 'with-ids';
}

/** Sends a private message, under the keys shared with its receiver where there are some. */
export async function tell(
  context: SessionContext,
  id: ClientId,
  text: string,
  options: MessageOptions,
): Promise<SentMessage> {
  const message = composed(context, text, options);
  return sendToUser(context, id, message, acknowledgeWithin(options), options.onSending);
}

/** Any private message. `acknowledgeMs`: it asks to be acknowledged, within so many milliseconds. */
export function sendToUser(
  context: SessionContext,
  id: ClientId,
  message: OutgoingMessage,
  acknowledgeMs?: number,
  onSending?: MessageOptions['onSending'],
): Promise<SentMessage> {
  const { network, privateKeys, acknowledgements } = context;
  const asking =
    acknowledgeMs === undefined ? message : { ...message, flags: message.flags | MessageFlag.ack };
  return privateKeys.pass(id, async () => {
    const receiver = network.currentId(id);
    const parties = { sender: network.self.clientId, receiver };
    const { payload, flags, acknowledgement } = privateKeys.protect(parties, asking);
    const destination = clientId(receiver);
    const packet = { type: PacketType.privateMessage, flags, payload, destination };
    const sent = transmit(context, packet, onSending);
    if (acknowledgeMs !== undefined) {
      const user = network.users.ensure(receiver);
      acknowledgements.expect({ receiver: user, acknowledgement, timeoutMs: acknowledgeMs }, sent);
    }
    try {
      return await sent;
    } catch (error) {
      privateKeys.lost(receiver);
      throw error;
    }
  });
}

async function transmit(
  context: SessionContext,
  packet: OutgoingPacket & { readonly payload: Uint8Array },
  onSending: MessageOptions['onSending'],
  about?: Pick<SentMessage, 'protection' | 'key'>,
): Promise<SentMessage> {
  const digest = toHex(context.backend.hash('sha256', packet.payload));
  const sent = { digest, number: context.watchdog.sentMessage(), ...about };
  onSending?.(sent);
  await context.connection.send(packet);
  return sent;
}
