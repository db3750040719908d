import { toHex, utf8 } from '../bytes.js';
import { SilcError } from '../errors.js';
import { channelId, clientId } from '../ids.js';
import type { ChannelId, ClientId } from '../ids.js';
import { MessageFlag, protectMessage } from '../messages/index.js';
import type { MessageSigner, OutgoingMessage } from '../messages/index.js';
import { ChannelMode } from '../modes.js';
import { PacketType } from '../packets/packet-type.js';
import type { OutgoingPacket } from '../connection.js';
import type { SessionContext } from './context.js';
import { MAX_TEXT } from './limits.js';
import type { MessageOptions, SentMessage } from './types.js';

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

function flagsOf({ kind = 'text', noReply = false, autoReply = false }: MessageOptions): number {
  let flags: number = MessageFlag.utf8;
  if (kind === 'action') flags |= MessageFlag.action;
  if (kind === 'notice') flags |= MessageFlag.notice;
  if (noReply || autoReply) flags |= MessageFlag.noreply;
  return autoReply ? flags | MessageFlag.autoreply : flags;
}

/** @throws SilcError `usage`, `limit` */
function composed(context: SessionContext, text: string, options: MessageOptions): OutgoingMessage {
  const message = { flags: flagsOf(options), data: textData(text) };
  if (options.sign !== true) return message;
  return { ...message, signer: signerOf(context) };
}

/** The session as a signer. The key is not sent along, as the toolkit does it: whoever wants to verify has it, or asks for it. */
export function signerOf({ keyPair }: SessionContext): MessageSigner {
  return { key: keyPair.privateKey, version: keyPair.publicKey.version };
}

/** Sends a message to a channel under its newest key. */
export async function say(
  context: SessionContext,
  gate: OutgoingGate,
  id: ChannelId,
  text: string,
  options: MessageOptions,
): Promise<SentMessage> {
  return sendToChannel(context, gate, id, composed(context, text, options));
}

/** Any message to a channel: under a private key where its members use some. */
export function sendToChannel(
  context: SessionContext,
  gate: OutgoingGate,
  id: ChannelId,
  message: OutgoingMessage,
): Promise<SentMessage> {
  return gate.pass(async () => {
    const { picture, backend } = context;
    const channel = picture.channel(id);
    if (channel === undefined) throw new SilcError('usage', 'not on this channel');
    const isPrivate = (channel.mode & ChannelMode.privateKey) !== 0;
    const key = isPrivate ? channel.privateKeys.sendKey() : channel.keys.sendKey();
    // The MAC covers the own Client ID: the one of this moment.
    const parties = { sender: picture.self.clientId, receiver: channel.id };
    const payload = protectMessage(backend, key, parties, message);
    return transmit(context, {
      type: PacketType.channelMessage,
      payload,
      destination: channelId(channel.id),
    });
  });
}

/** Sends a private message, under the keys shared with its receiver where there are some. */
export async function tell(
  context: SessionContext,
  id: ClientId,
  text: string,
  options: MessageOptions,
): Promise<SentMessage> {
  return sendToUser(context, id, composed(context, text, options));
}

/** Any private message. */
export function sendToUser(
  context: SessionContext,
  id: ClientId,
  message: OutgoingMessage,
): Promise<SentMessage> {
  const { picture, privateKeys } = context;
  return privateKeys.pass(id, async () => {
    const receiver = picture.users.currentId(id);
    const { payload, flags } = privateKeys.protect({ sender: picture.self.clientId, receiver }, message);
    const destination = clientId(receiver);
    try {
      return await transmit(context, { type: PacketType.privateMessage, flags, payload, destination });
    } catch (error) {
      privateKeys.lost(receiver);
      throw error;
    }
  });
}

async function transmit(context: SessionContext, packet: OutgoingPacket): Promise<SentMessage> {
  const digest = toHex(context.backend.hash('sha256', packet.payload));
  await context.connection.send(packet);
  return { digest };
}
