import {
  decodeReply,
  encodeRequest,
  type Command,
  type CommandReply,
} from '../../src/silc/commands/command.js';
import { commands } from '../../src/silc/commands/index.js';
import type { SilcConnection } from '../../src/silc/connection.js';
import { SilcError } from '../../src/silc/errors.js';
import type { Packet } from '../../src/silc/frame.js';
import {
  channelId,
  clientId,
  decodeIdPayload,
  type ChannelId,
  type ClientId,
  type ServerId,
  type TypedId,
} from '../../src/silc/ids.js';
import { authenticateAsClient, type ClientAuth } from '../../src/silc/ke/connection-auth.js';
import { initiate, type InitiateOptions } from '../../src/silc/ke/driver.js';
import { decodePayload, encodePayload } from '../../src/silc/packets/codec.js';
import { commandPayload } from '../../src/silc/packets/command.js';
import { newClientPayload, type NewClient } from '../../src/silc/packets/new-client.js';
import { decodeNotify, notifyPayload, type Notify } from '../../src/silc/packets/notify.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import { connectTcp } from '../../src/silc/tcp.js';
import { testKeyPair } from './keys.js';

/** Deadline of every wait of a test client, in milliseconds. */
const DEADLINE_MS = 10_000;

/** Octets of a packet that is only there to be relayed. */
export const anyPayload = Uint8Array.of(1, 2, 3, 4, 5);

export interface RawClientOptions extends Partial<Omit<InitiateOptions, 'verifyPeerKey'>> {
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly auth?: ClientAuth;
  /** Default: the nickname is `nickname`, the user name the same. */
  readonly registration?: Partial<NewClient>;
  /** False: after registration it takes nothing any more. */
  readonly reads?: boolean;
}

/** Key exchange and authentication with a server; nothing is registered yet. */
export async function rawConnection(port: number, options: RawClientOptions = {}): Promise<SilcConnection> {
  const {
    host = '127.0.0.1',
    auth = { method: 'none' },
    keyPair = testKeyPair('k1024v1'),
    ...exchange
  } = options;
  const connection = await initiate(await connectTcp(host, port), {
    ...exchange,
    keyPair,
    verifyPeerKey: () => true,
  });
  await authenticateAsClient(connection, auth, { keyPair });
  return connection;
}

/** Sends NEW_CLIENT and takes what comes until NEW_ID. @throws what the server ends the connection with */
export async function register(
  connection: SilcConnection,
  registration: NewClient,
): Promise<{ readonly id: ClientId; readonly serverId: ServerId }> {
  await connection.send({
    type: PacketType.newClient,
    payload: encodePayload(newClientPayload, registration),
  });
  for (;;) {
    const packet = await connection.receive();
    if (packet === undefined) throw new SilcError('closed', 'server ended the connection');
    if (packet.type !== PacketType.newId || packet.source.type !== 1) continue;
    const id = decodeIdPayload(packet.payload, 2);
    connection.setLocalId(clientId(id));
    return { id, serverId: packet.source.id };
  }
}

/** A registered client without a picture of the network: what a server does is seen packet by packet. */
export class RawClient {
  readonly connection: SilcConnection;
  readonly serverId: ServerId;
  /** Everything that came, in order, since registration or the last `clear()`. */
  readonly log: Packet[] = [];
  id: ClientId;
  #ident = 0;
  #ended = false;
  #failure: unknown;
  #waiting: (() => void)[] = [];
  /** What has come since a command was sent, for each command that is not answered yet. */
  readonly #inboxes = new Set<Packet[]>();

  static async connect(port: number, nickname: string, options: RawClientOptions = {}): Promise<RawClient> {
    const connection = await rawConnection(port, options);
    const registration = { nickname, username: nickname, realName: '', ...options.registration };
    const { id, serverId } = await register(connection, registration);
    const client = new RawClient(connection, id, serverId);
    if (options.reads === false) return client;
    void client.#pump();
    await client.sync();
    client.clear();
    return client;
  }

  private constructor(connection: SilcConnection, id: ClientId, serverId: ServerId) {
    this.connection = connection;
    this.id = id;
    this.serverId = serverId;
  }

  async send(type: number, payload: Uint8Array, destination?: TypedId, flags = 0): Promise<void> {
    await this.connection.send({
      type,
      payload,
      flags,
      ...(destination === undefined ? {} : { destination }),
    });
  }

  async toChannel(channel: ChannelId, payload = anyPayload): Promise<void> {
    await this.send(PacketType.channelMessage, payload, channelId(channel));
  }

  /** Sends a command and gives the first reply to it. */
  async run<Request, Reply>(
    command: Command<Request, Reply>,
    request: Request,
  ): Promise<CommandReply<Reply>> {
    const [reply] = await this.#runUntil(command, request, () => true);
    if (reply === undefined) throw new Error('no reply');
    return reply;
  }

  /** Sends a command that is answered with a list and gives all items of it. */
  runList<Request, Reply>(
    command: Command<Request, Reply>,
    request: Request,
  ): Promise<readonly CommandReply<Reply>[]> {
    return this.#runUntil(command, request, ({ position }) => position === 'single' || position === 'end');
  }

  /** Sends a command and gives the status that it was refused with; 0 when it was not. */
  async refusal<Request, Reply>(command: Command<Request, Reply>, request: Request): Promise<number> {
    return (await this.run(command, request)).error;
  }

  /** Sends a command that has to succeed. */
  async must<Request, Reply>(command: Command<Request, Reply>, request: Request): Promise<Reply> {
    const reply = await this.run(command, request);
    if (!('value' in reply)) throw new Error(`${command.name} was refused with status ${reply.error}`);
    return reply.value;
  }

  /** Asks to join without waiting for the answer. */
  async sendJoin(name: string): Promise<void> {
    const message = encodeRequest(commands.join, this.#nextIdent(), { name, clientId: this.id });
    await this.send(PacketType.command, encodePayload(commandPayload, message));
  }

  /** Joins a channel and gives its ID. */
  async join(name: string, passphrase?: string): Promise<ChannelId> {
    return (await this.must(commands.join, { name, clientId: this.id, passphrase })).channelId;
  }

  /** Everything that the server sent before this call has arrived when it resolves. */
  async sync(): Promise<void> {
    await this.must(commands.ping, { serverId: this.serverId });
  }

  clear(): void {
    this.log.length = 0;
  }

  /** Notifies that came. */
  get notifies(): readonly Notify[] {
    return this.log.flatMap((packet) => {
      if (packet.type !== PacketType.notify) return [];
      return [decodeNotify(decodePayload(notifyPayload, packet.payload))];
    });
  }

  /** What came, as words in order: the type of a notify, `key` for a channel key, `message` and `reply`. */
  get story(): readonly string[] {
    return this.log.flatMap((packet) => {
      switch (packet.type) {
        case PacketType.notify:
          return [decodeNotify(decodePayload(notifyPayload, packet.payload)).type];
        case PacketType.channelKey:
          return ['key'];
        case PacketType.channelMessage:
          return ['message'];
        case PacketType.commandReply:
          return decodePayload(commandPayload, packet.payload).command === commands.ping.number
            ? []
            : ['reply'];
        default:
          return [`packet ${packet.type}`];
      }
    });
  }

  /** The first packet of the log that `wanted` accepts, now or later. */
  async packet(wanted: (packet: Packet) => boolean): Promise<Packet> {
    return this.#when(() => this.log.find(wanted));
  }

  /** Resolves when the server has ended the connection, with the error if there was one. */
  async ended(): Promise<unknown> {
    await this.#when(() => (this.#ended ? true : undefined));
    return this.#failure;
  }

  /** QUIT, then waits for the server to close, within a deadline. Never rejects. */
  async quit(message?: string): Promise<void> {
    const quit = encodeRequest(commands.quit, this.#nextIdent(), { message });
    await this.send(PacketType.command, encodePayload(commandPayload, quit)).catch(() => undefined);
    await this.ended().catch(() => undefined);
    this.connection.destroy();
  }

  /** Drops the connection without a word. */
  drop(): void {
    this.connection.destroy();
  }

  /** Two octets have room for so many. */
  #nextIdent(): number {
    this.#ident = (this.#ident % 0xffff) + 1;
    return this.#ident;
  }

  async #runUntil<Request, Reply>(
    command: Command<Request, Reply>,
    request: Request,
    last: (reply: CommandReply<Reply>) => boolean,
  ): Promise<readonly CommandReply<Reply>[]> {
    const ident = this.#nextIdent();
    const message = encodeRequest(command, ident, request);
    const inbox: Packet[] = [];
    this.#inboxes.add(inbox);
    try {
      await this.send(PacketType.command, encodePayload(commandPayload, message));
      const replies: CommandReply<Reply>[] = [];
      return await this.#when(() => {
        // Each packet is looked at once: thousands may come before the answer.
        for (const { type, payload } of inbox.splice(0)) {
          if (type !== PacketType.commandReply) continue;
          const reply = decodePayload(commandPayload, payload);
          if (reply.ident !== ident || reply.command !== command.number) continue;
          replies.push(decodeReply(command, reply));
        }
        const end = replies.at(-1);
        return end !== undefined && last(end) ? replies : undefined;
      });
    } finally {
      this.#inboxes.delete(inbox);
    }
  }

  async #when<T>(look: () => T | undefined): Promise<T> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    deadline.addEventListener('abort', () => this.#wake());
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (deadline.aborted) throw new Error(`nothing came within ${DEADLINE_MS} ms`);
      if (this.#ended) {
        throw new Error('the server ended the connection', { cause: this.#failure });
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const packet = await this.connection.receive();
        if (packet === undefined) break;
        this.log.push(packet);
        for (const inbox of this.#inboxes) inbox.push(packet);
        this.#wake();
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
