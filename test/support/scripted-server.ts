import { toHex, utf8 } from '../../src/silc/bytes.js';
import { connectSession } from '../../src/silc/client/connect.js';
import type { ConnectOptions, SilcSession } from '../../src/silc/client/types.js';
import {
  commandByNumber,
  commands,
  decodeRequest,
  encodeErrorReply,
  encodeReply,
} from '../../src/silc/commands/index.js';
import type { Command, CommandMessage } from '../../src/silc/commands/index.js';
import type { JoinReply } from '../../src/silc/commands/join.js';
import type { WhoisReply } from '../../src/silc/commands/whois.js';
import type { SilcConnection } from '../../src/silc/connection.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import type { Packet } from '../../src/silc/frame.js';
import {
  channelId,
  clientId,
  NO_ID,
  type ChannelId,
  type ClientId,
  type TypedId,
} from '../../src/silc/ids.js';
import { authenticateAsServer } from '../../src/silc/ke/connection-auth.js';
import { respond } from '../../src/silc/ke/driver.js';
import { streamPair } from '../../src/silc/memory-stream.js';
import { channelMessageKey, encodeMessage, protectMessage } from '../../src/silc/messages/index.js';
import type { OutgoingMessage } from '../../src/silc/messages/index.js';
import { channelKeyPayload } from '../../src/silc/packets/channel-key.js';
import { decodePayload, encodePayload } from '../../src/silc/packets/codec.js';
import { commandPayload } from '../../src/silc/packets/command.js';
import { newIdPayload } from '../../src/silc/packets/id-payload.js';
import { newClientPayload, type NewClient } from '../../src/silc/packets/new-client.js';
import { encodeNotify, notifyPayload, type Notify } from '../../src/silc/packets/notify.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import { Status } from '../../src/silc/status.js';
import { prepareNickname } from '../../src/silc/stringprep/index.js';
import type { ByteStream } from '../../src/silc/stream.js';
import { initiatorOptions, responderOptions } from './connections.js';

/** The Client ID that a server gives to the holder of a nickname. */
export function idOf(nickname: string, serial = 1): ClientId {
  const hash = nodeBackend.hash('md5', utf8(prepareNickname(nickname))).subarray(0, 11);
  return `7f000001${serial.toString(16).padStart(2, '0')}${toHex(hash)}` as ClientId;
}

export const channelNumber = (n: number): ChannelId =>
  `7f000001452e${n.toString(16).padStart(4, '0')}` as ChannelId;

/** A channel key made of one octet. */
export const keyOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);

type Handler = (request: unknown, message: CommandMessage) => readonly CommandMessage[] | undefined;

/**
 * The server's side of one connection, told by the test what to send and what to answer. Commands without a handler are
 * kept for `next`; WHOIS by ID is answered from `people`, and as a standalone silcd does where an ID is not among them.
 */
export class ScriptedServer {
  readonly connection: SilcConnection;
  readonly registration: NewClient;
  /** All commands that came, by name. */
  readonly seen: string[] = [];
  /** IDs of each WHOIS by ID. */
  readonly asked: (readonly ClientId[])[] = [];
  /** All packets but commands. */
  readonly packets: Packet[] = [];
  readonly people = new Map<ClientId, WhoisReply>();
  readonly #handlers = new Map<number, Handler>();
  readonly #inbox: CommandMessage[] = [];
  readonly #packetWaiters: (() => void)[] = [];
  #clientId: ClientId;

  constructor(connection: SilcConnection, registration: NewClient, id: ClientId) {
    this.connection = connection;
    this.registration = registration;
    this.#clientId = id;
    this.on(commands.ping, (_request, { ident }) => [encodeReply(commands.ping, ident, {})]);
    this.on(commands.quit, () => {
      void connection.close();
      return [];
    });
    this.on(commands.whois, ({ ids = [] }, message) => {
      if (ids.length === 0) return undefined;
      this.asked.push(ids);
      const found = ids.map((wanted) => this.people.get(wanted));
      if (found.includes(undefined)) return [encodeErrorReply(1, message.ident, Status.timedOut)];
      return found.map((person, i) => {
        const place =
          found.length === 1 ? 'single' : i === 0 ? 'start' : i + 1 === found.length ? 'end' : 'item';
        return encodeReply(commands.whois, message.ident, person ?? nobody, place);
      });
    });
  }

  get clientId(): ClientId {
    return this.#clientId;
  }

  /** Somebody whom WHOIS finds. */
  person(nickname: string, serial = 1, more: Partial<WhoisReply> = {}): ClientId {
    const id = idOf(nickname, serial);
    this.people.set(id, {
      clientId: id,
      nickname: `${nickname}@silc.test`,
      user: `${nickname}@host.test`,
      realName: `${nickname} Real`,
      mode: 0,
      ...more,
    });
    return id;
  }

  /** Answers a command; undefined keeps it for {@link next}. */
  on<Request>(
    command: Command<Request, unknown>,
    handler: (request: Request, message: CommandMessage) => readonly CommandMessage[] | undefined,
  ): void {
    this.#handlers.set(command.number, (_request, message) =>
      handler(decodeRequest(command, message), message),
    );
  }

  /** The next command of this kind that no handler has answered. */
  async next<Request>(command: Command<Request, unknown>): Promise<{ request: Request; ident: number }> {
    for (;;) {
      const index = this.#inbox.findIndex((message) => message.command === command.number);
      const [message] = index < 0 ? [] : this.#inbox.splice(index, 1);
      if (message !== undefined) return { request: decodeRequest(command, message), ident: message.ident };
      await this.#arrival();
    }
  }

  /** The next packet of a type, commands not among them. */
  async nextPacket(type: number): Promise<Packet> {
    for (;;) {
      const index = this.packets.findIndex((packet) => packet.type === type);
      const [packet] = index < 0 ? [] : this.packets.splice(index, 1);
      if (packet !== undefined) return packet;
      await this.#arrival();
    }
  }

  async send(
    type: number,
    payload: Uint8Array,
    more: { source?: TypedId; destination?: TypedId; flags?: number } = {},
  ) {
    await this.connection.send({ type, payload, ...more });
  }

  async reply(message: CommandMessage): Promise<void> {
    await this.send(PacketType.commandReply, encodePayload(commandPayload, message));
  }

  async notify(notify: Notify, destination: TypedId = NO_ID): Promise<void> {
    await this.send(PacketType.notify, encodePayload(notifyPayload, encodeNotify(notify)), { destination });
  }

  /** A notify to a channel. */
  async tellChannel(channel: ChannelId, notify: Notify): Promise<void> {
    await this.notify(notify, channelId(channel));
  }

  async channelKey(channel: ChannelId, n: number): Promise<void> {
    const payload = { channelId: channel, cipher: 'aes-256-cbc', key: keyOf(n) };
    await this.send(PacketType.channelKey, encodePayload(channelKeyPayload, payload));
  }

  /** A message of somebody on a channel, under the key of one octet. */
  async channelMessage(
    channel: ChannelId,
    sender: ClientId,
    n: number,
    message: string | OutgoingMessage,
  ): Promise<void> {
    await this.passOn(channel, sender, channelPayload(channel, sender, n, message));
  }

  /** The octets of {@link channelPayload}: the same ones for everybody on the channel. */
  async passOn(channel: ChannelId, sender: ClientId, payload: Uint8Array): Promise<void> {
    const addresses = { source: clientId(sender), destination: channelId(channel) };
    await this.send(PacketType.channelMessage, payload, addresses);
  }

  async privateMessage(sender: ClientId, message: string | OutgoingMessage, flags = 0): Promise<void> {
    const payload = encodeMessage(nodeBackend, outgoing(message));
    await this.send(PacketType.privateMessage, payload, { source: clientId(sender), flags });
  }

  /** Lets the session join a channel: the reply is made of its parts. */
  async admit(
    session: SilcSession,
    n: number,
    members: readonly ClientId[] = [],
    more: Partial<JoinReply> = {},
  ) {
    const joining = session.join(`channel${n}`);
    const { ident } = await this.next(commands.join);
    await this.reply(encodeReply(commands.join, ident, this.joinReply(n, members, more)));
    return (await joining).channel;
  }

  joinReply(n: number, members: readonly ClientId[] = [], more: Partial<JoinReply> = {}): JoinReply {
    const id = channelNumber(n);
    return {
      name: `channel${n}`,
      channelId: id,
      clientId: this.#clientId,
      mode: 0,
      created: members.length === 0 ? 1 : 0,
      channelKey: encodePayload(channelKeyPayload, { channelId: id, cipher: 'aes-256-cbc', key: keyOf(1) }),
      members: [this.#clientId, ...members],
      memberModes: [members.length === 0 ? 3 : 0, ...members.map(() => 0)],
      ...more,
    };
  }

  /** The client has another ID from now on: what comes from the old one is dropped, as silcd does. */
  moveClient(id: ClientId): void {
    this.#clientId = id;
    this.connection.setRemoteId(clientId(id));
  }

  /** Takes packets until the connection ends. */
  async run(): Promise<void> {
    for (;;) {
      const packet = await this.connection.receive().catch(() => undefined);
      if (packet === undefined) return;
      if (packet.source.type !== 2 || packet.source.id !== this.#clientId) continue;
      if (packet.type === PacketType.command) this.#command(decodePayload(commandPayload, packet.payload));
      else this.packets.push(packet);
      for (const wake of this.#packetWaiters.splice(0)) wake();
    }
  }

  #command(message: CommandMessage): void {
    const name = commandByNumber(message.command)?.name ?? String(message.command);
    this.seen.push(name);
    const replies = this.#handlers.get(message.command)?.(undefined, message);
    if (replies === undefined) this.#inbox.push(message);
    // Whose session has ended meanwhile gets none.
    else for (const reply of replies) this.reply(reply).catch(() => undefined);
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => this.#packetWaiters.push(resolve));
  }
}

/** A message of somebody on a channel, under the key of one octet. */
export function channelPayload(
  channel: ChannelId,
  sender: ClientId,
  n: number,
  message: string | OutgoingMessage,
): Uint8Array {
  const key = channelMessageKey(nodeBackend, keyOf(n), { cipher: 'aes-256-cbc' });
  return protectMessage(nodeBackend, key, { sender, receiver: channel }, outgoing(message));
}

const nobody: WhoisReply = { clientId: idOf('nobody'), nickname: 'nobody', user: 'nobody' };

function outgoing(message: string | OutgoingMessage): OutgoingMessage {
  return typeof message === 'string' ? { flags: 0x0100, data: utf8(message) } : message;
}

export interface ScriptedOptions extends Partial<Omit<ConnectOptions, 'stream'>> {
  /** The server does not know the third field of NEW_CLIENT. */
  readonly ignoresNickname?: boolean;
}

/** A session and the scripted server that it is registered with, over streams in memory. */
export async function scriptedSession(
  options: ScriptedOptions = {},
): Promise<{ session: SilcSession; server: ScriptedServer }> {
  const { ignoresNickname = false, ...connect } = options;
  const [near, far] = streamPair();
  const accepting = accept(far, ignoresNickname);
  // Where the key exchange or the registration fails, the session tells it.
  accepting.catch(() => undefined);
  const session = connectSession({
    host: 'silc.test',
    keyPair: initiatorOptions.keyPair,
    proposal: { groups: ['diffie-hellman-group1'] },
    auth: { method: 'none' },
    nickname: 'me',
    username: 'user',
    verifyServerKey: () => true,
    ...connect,
    stream: near,
  });
  return { session: await session, server: await accepting };
}

/** Takes a connection as a server does, up to the registration. */
export async function accept(stream: ByteStream, ignoresNickname = false): Promise<ScriptedServer> {
  const connection = await respond(stream, responderOptions);
  await authenticateAsServer(connection, {});
  const packet = await connection.receive();
  if (packet?.type !== PacketType.newClient) throw new Error('no NEW_CLIENT');
  const registration = decodePayload(newClientPayload, packet.payload);
  const nickname = ignoresNickname ? registration.username : registration.nickname;
  const id = idOf(nickname ?? registration.username);
  await connection.send({ type: PacketType.newId, payload: encodePayload(newIdPayload, clientId(id)) });
  connection.setRemoteId(clientId(id));
  const server = new ScriptedServer(connection, registration, id);
  if (ignoresNickname) {
    server.on(commands.nick, (request, { ident }) => {
      server.moveClient(idOf(request.nickname));
      return [encodeReply(commands.nick, ident, { clientId: server.clientId, nickname: request.nickname })];
    });
  }
  void server.run();
  return server;
}
