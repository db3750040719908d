import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import { concat, toHex, utf8 } from '../bytes.js';
import { SilcDisconnectError } from '../errors.js';
import { defaultProposal } from '../crypto/algorithms.js';
import { nodeBackend } from '../crypto/backend-node.js';
import { encodeIdPayload, clientId, type ServerId } from '../ids.js';
import { commands } from '../commands/index.js';
import { decodeRequest } from '../commands/command.js';
import type { SilcConnection } from '../connection.js';
import { checkedProposal } from '../ke/negotiation.js';
import type { Packet } from '../frame.js';
import { decodePayload } from '../packets/codec.js';
import { commandPayload } from '../packets/command.js';
import { PacketType } from '../packets/packet-type.js';
import { streamOfSocket } from '../tcp.js';
import { admit } from './admission.js';
import type { ServerClient } from './client.js';
import { MAX_COMMENT_OCTETS } from './moderation-commands.js';
import { ServerNetwork } from './network.js';
import { Operators } from './operators.js';
import { defaultLimits, type SilcServerOptions } from './options.js';
import { ClientRouter, commandTable, type CommandTable } from './router.js';

export type { ServerOperator } from './operators.js';
export type { SilcServerEvent, SilcServerLimits, SilcServerOptions } from './options.js';

/** A connection that was refused is dropped after so many milliseconds, should its peer not go by itself. */
const LINGER_MS = 5_000;

/** Connections beyond the limit of their host that are let in as far as to be told so. */
const MAX_REFUSED_PER_HOST = 8;

/** Channel IDs have two random octets: more channels than this would be slow to name. */
const MAX_CHANNELS = 30_000;

/** The reply of JOIN lists all members, 36 octets each where IDs hold an IPv6 address, in one packet. */
const MAX_CHANNEL_MEMBERS = 1200;

/**
 * A small standalone SILC server. One process, no links to other servers: for tests, demonstrations and small trusted
 * sites.
 */
export class SilcServer {
  readonly #server: Server;
  readonly #network: ServerNetwork;
  readonly #options: SilcServerOptions;
  readonly #commands: CommandTable;
  readonly #connections = new Map<Socket, SilcConnection | undefined>();
  /** Takes the client of a connection off the network, with the text that the others are told. */
  readonly #signOff = new Map<Socket, (text: string | undefined) => void>();
  readonly #perHost = new Map<string, number>();
  #closing = false;

  /** Starts a server; resolves when it listens. @throws the listen error (port in use, address not here), SilcError `usage` for algorithms that there are not */
  static async listen(options: SilcServerOptions): Promise<SilcServer> {
    checkedProposal(options.algorithms, defaultProposal);
    const limits = { ...defaultLimits, ...options.limits };
    const backend = options.backend ?? nodeBackend;
    const server = createServer({ noDelay: true, keepAlive: true });
    const host = options.host ?? '127.0.0.1';
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 706, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const { address, port } = server.address() as AddressInfo;
    const id = toHex(
      concat(addressOctets(address), Uint8Array.of(port >> 8, port & 0xff), backend.randomBytes(2)),
    ) as ServerId;
    const network = new ServerNetwork({
      id,
      name: options.name,
      backend,
      keyPair: options.keyPair,
      limits: {
        ...limits,
        channels: Math.min(limits.channels, MAX_CHANNELS),
        membersPerChannel: Math.min(limits.membersPerChannel, MAX_CHANNEL_MEMBERS),
      },
    });
    return new SilcServer(server, network, options);
  }

  private constructor(server: Server, network: ServerNetwork, options: SilcServerOptions) {
    this.#server = server;
    this.#network = network;
    this.#options = options;
    this.#commands = commandTable({
      texts: { info: `${options.name}: embedded server of silc-xmpp-gateway`, motd: options.motd },
      operators: new Operators(network.backend, options.operators),
      shutdown: ({ nickname, hostname }) => {
        this.#options.onEvent?.({ type: 'shutdown', nickname, address: hostname });
        void this.close();
      },
    });
    server.on('connection', (socket) => this.#accept(socket));
    // An accept that fails (out of descriptors) concerns that connection only.
    server.on('error', (error) => this.#refused(undefined, error.message));
  }

  /** The port that it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Clients that are registered now. */
  get clientCount(): number {
    return this.#network.clients.size;
  }

  /** Says good-bye to everybody and stops listening; resolves when all connections are gone. Safe to call twice. */
  async close(text = 'Server is shutting down'): Promise<void> {
    this.#closing = true;
    this.#network.close();
    const stopped = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all(
      [...this.#connections].map(async ([socket, connection]) => {
        const closed = connection?.close(0, text);
        // As with silcd those whose turn comes later are told of it.
        this.#signOff.get(socket)?.(text);
        await closed;
        socket.destroy();
      }),
    );
    await stopped;
  }

  /** Drops every connection without a word, as a crash would. The server keeps listening. */
  dropConnections(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #accept(socket: Socket): void {
    const address = socket.remoteAddress;
    const host = address ?? '';
    const { connections, connectionsPerHost } = this.#network.limits;
    // Those of one host that are refused after authentication, as silcd does, may not fill the server meanwhile.
    const crowded = (this.#perHost.get(host) ?? 0) >= connectionsPerHost + MAX_REFUSED_PER_HOST;
    if (!crowded && this.#connections.size >= connections) this.#makeRoom();
    if (this.#closing || crowded || this.#connections.size >= connections) {
      this.#refused(address, 'too many connections');
      socket.destroy();
      return;
    }
    this.#connections.set(socket, undefined);
    this.#perHost.set(host, (this.#perHost.get(host) ?? 0) + 1);
    socket.once('close', () => {
      this.#connections.delete(socket);
      const left = (this.#perHost.get(host) ?? 1) - 1;
      if (left > 0) this.#perHost.set(host, left);
      else this.#perHost.delete(host);
    });
    this.#serve(socket, host).catch((error: unknown) => {
      this.#refused(address, error instanceof Error ? error.message : String(error));
      // Whoever refused it has said why and closed it; a socket destroyed at once could lose those words.
      const timer = setTimeout(() => socket.destroy(), LINGER_MS);
      socket.once('close', () => clearTimeout(timer));
    });
  }

  /** Whoever has not registered yet, and was there first, goes: silent connections must not keep clients out. */
  #makeRoom(): void {
    for (const [socket, connection] of this.#connections) {
      if (connection !== undefined) continue;
      this.#connections.delete(socket);
      socket.destroy();
      return;
    }
  }

  async #serve(socket: Socket, host: string): Promise<void> {
    const crowded = (): string | undefined =>
      (this.#perHost.get(host) ?? 0) > this.#network.limits.connectionsPerHost
        ? 'Too many connections from your host'
        : undefined;
    const { connection, client, port, resumed } = await admit(
      streamOfSocket(socket),
      this.#network,
      this.#options,
      crowded,
    );
    // Without this one a connection that has ended meanwhile would count for ever.
    if (this.#connections.has(socket)) this.#connections.set(socket, connection);
    const router = new ClientRouter(this.#network, client, {
      port,
      commands: this.#commands,
      throttle: this.#options.throttle ?? false,
      onFault: () => connection.destroy(),
    });
    const tell = (type: 'registered' | 'resumed' | 'detached' | 'signed-off'): void =>
      this.#options.onEvent?.({ type, nickname: client.nickname, address: host });
    tell(resumed ? 'resumed' : 'registered');
    const signOff = (text: string | undefined): void => {
      if (client.isOn(port)) this.#network.remove(client, text);
    };
    this.#signOff.set(socket, signOff);
    let message: string | undefined;
    let farewell = false;
    try {
      this.#welcome(client);
      if (resumed) this.#network.sendKeys(client);
      const quit = await this.#converse(connection, router);
      message = quit?.message;
      farewell = quit !== undefined;
    } catch (error) {
      // The client broke the protocol or the connection: the others see a sign-off.
      message = signOffMessage(error);
    } finally {
      router.close();
      this.#signOff.delete(socket);
      signOff(message);
      tell(this.#network.clients.get(client.id) === client ? 'detached' : 'signed-off');
      if (farewell) await connection.close();
      else connection.destroy();
    }
  }

  #welcome(client: ServerClient): void {
    const { name, clients } = this.#network;
    void client.sendPayload(PacketType.newId, encodeIdPayload(clientId(client.id)));
    client.notify({ type: 'none', text: `Welcome to ${name}, ${client.nickname}` });
    client.notify({ type: 'none', text: `There are ${clients.size} clients on this server` });
    client.notify({ type: 'none', text: `Your current nickname is ${client.nickname}` });
    if (this.#options.motd !== undefined) client.notify({ type: 'motd', text: this.#options.motd });
  }

  /** Until the client leaves; its QUIT, if it sent one. */
  async #converse(connection: SilcConnection, router: ClientRouter): Promise<Quit | undefined> {
    for (;;) {
      const packet = await connection.receive();
      if (packet === undefined) return undefined;
      const quit = quitOf(packet);
      if (quit !== undefined) return quit;
      await router.route(packet);
    }
  }

  #refused(address: string | undefined, reason: string): void {
    this.#options.onEvent?.({ type: 'refused', address, reason });
  }
}

interface Quit {
  readonly message: string | undefined;
}

/** QUIT (draft commands-07, 2.3.8) has no reply; silcd drops a message that is too long. */
function quitOf(packet: Packet): Quit | undefined {
  if (packet.type !== PacketType.command) return undefined;
  try {
    const command = decodePayload(commandPayload, packet.payload);
    if (command.command !== commands.quit.number) return undefined;
    const { message } = decodeRequest(commands.quit, command);
    return {
      message: message !== undefined && utf8(message).length <= MAX_COMMENT_OCTETS ? message : undefined,
    };
  } catch {
    return undefined;
  }
}

/** What the others are told of a client that did not say QUIT. */
function signOffMessage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const text = error instanceof SilcDisconnectError ? error.text : error.message;
  return text === '' || utf8(text).length > MAX_COMMENT_OCTETS ? undefined : text;
}

/** The address inside the server's IDs; where the server listens on every address it is that of the loopback. */
function addressOctets(listening: string): Uint8Array {
  const address = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listening] ?? listening;
  if (!isIPv6(address)) return Uint8Array.from(address.split('.'), Number);
  const [head = '', tail = ''] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail)];
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
