import { channelId, clientId } from '../ids.js';
import { SilcError } from '../errors.js';
import type { Packet } from '../frame.js';
import { encodeErrorReply } from '../commands/command.js';
import { UserMode } from '../modes.js';
import { decodePayload } from '../packets/codec.js';
import { commandPayload, type CommandPayload } from '../packets/command.js';
import { PacketFlag, PacketType } from '../packets/packet-type.js';
import { Status } from '../status.js';
import { channelCommands } from './channel-commands.js';
import type { ClientPort, ServerClient } from './client.js';
import type { CommandHandler } from './command-handler.js';
import { CommandLag } from './command-lag.js';
import { detachCommands } from './detach-commands.js';
import { operatorCommands } from './operator-commands.js';
import type { Operators } from './operators.js';
import { watchCommands } from './watch-commands.js';
import { moderationCommands } from './moderation-commands.js';
import type { ServerNetwork } from './network.js';
import { peopleCommands } from './people-commands.js';
import { serverCommands, type ServerTexts } from './server-commands.js';
import { SerialQueue } from '../../util/serial-queue.js';
import { monotonicMs } from '../../util/clock.js';

export type CommandTable = ReadonlyMap<number, CommandHandler>;

/** Every command this server knows but QUIT, which ends the connection and so belongs to it. */
export function commandTable(options: {
  readonly texts: ServerTexts;
  readonly operators: Operators;
  /** An operator ends the server. */
  readonly shutdown: (by: ServerClient) => void;
}): CommandTable {
  return new Map([
    ...peopleCommands,
    ...channelCommands,
    ...moderationCommands,
    ...detachCommands,
    ...watchCommands,
    ...operatorCommands(options.operators, options.shutdown),
    ...serverCommands(options.texts),
  ]);
}

/** Commands of one client that may wait for their turn; more are refused with status 48. */
const MAX_WAITING_COMMANDS = 100;

/** Packets of one registered client: commands are run, messages are passed on, everything else is dropped. */
export class ClientRouter {
  readonly #network: ServerNetwork;
  readonly #client: ServerClient;
  readonly #port: ClientPort;
  readonly #commands: CommandTable;
  readonly #lag: CommandLag | undefined;
  readonly #onFault: (error: unknown) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Commands that wait for their time, or for the list before them to be taken. */
  #waiting = 0;
  readonly #queue = new SerialQueue();
  #closed = false;

  constructor(
    network: ServerNetwork,
    client: ServerClient,
    options: {
      /** The connection that the packets come over. */
      readonly port: ClientPort;
      readonly commands: CommandTable;
      readonly throttle: boolean;
      /** Called when a command that had to wait fails in an unforeseen way. */
      readonly onFault: (error: unknown) => void;
    },
  ) {
    this.#network = network;
    this.#client = client;
    this.#port = options.port;
    this.#commands = options.commands;
    this.#onFault = options.onFault;
    this.#lag = options.throttle ? new CommandLag() : undefined;
  }

  /**
   * Never throws on what a client sends. Packets that are not from the client's current ID are dropped silently.
   * @returns where the reply is a list: resolves when the client took it. Nothing more is to be read from it before.
   */
  route(packet: Packet): Promise<void> | undefined {
    const { source, flags } = packet;
    if (source.type !== 2 || source.id !== this.#client.id) return undefined;
    if ((flags & (PacketFlag.list | PacketFlag.broadcast)) !== 0) return undefined;
    switch (packet.type) {
      case PacketType.command:
        return this.#command(packet);
      case PacketType.commandReply:
        this.#network.attributes.receive(this.#client, packet.payload);
        break;
      case PacketType.channelMessage:
        this.#channelMessage(packet);
        break;
      case PacketType.privateMessage:
      case PacketType.privateMessageKey:
      case PacketType.keyAgreement:
      case PacketType.fileTransfer:
        this.#toClient(packet);
        break;
    }
    return undefined;
  }

  /** Commands that still wait are forgotten. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #command(packet: Packet): Promise<void> | undefined {
    let message: CommandPayload;
    try {
      message = decodePayload(commandPayload, packet.payload);
    } catch (error) {
      if (error instanceof SilcError) return undefined;
      throw error;
    }
    const handler = this.#commands.get(message.command);
    if (handler === undefined) {
      void this.#client.reply(encodeErrorReply(message.command, message.ident, Status.unknownCommand));
      return undefined;
    }
    const run = (): Promise<void> | undefined => {
      this.#client.lastActive = monotonicMs();
      return handler.run(this.#network, this.#client, message);
    };
    const delay = this.#lag?.delay(monotonicMs(), handler.strict) ?? 0;
    if (delay === 0) return run();
    if (this.#waiting >= MAX_WAITING_COMMANDS) {
      void this.#client.reply(encodeErrorReply(message.command, message.ident, Status.resourceLimit));
    } else this.#later(run, delay);
    return undefined;
  }

  /** Whoever was killed or has detached has no say any more, although its connection may be a little slower to end. */
  get #gone(): boolean {
    return this.#closed || !this.#client.isOn(this.#port);
  }

  #later(run: () => Promise<void> | undefined, delay: number): void {
    this.#waiting++;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#queue
        .run(() => (this.#gone ? undefined : run()))
        .catch((error: unknown) => this.#onFault(error))
        .finally(() => this.#waiting--);
    }, delay);
    this.#timers.add(timer);
  }

  /** To all other members as it came; what may not be said vanishes without a word, as with silcd. */
  #channelMessage(packet: Packet): void {
    const { destination } = packet;
    if (destination.type !== 3) return;
    const channel = this.#network.channels.get(destination.id);
    if (channel === undefined) {
      this.#client.notify({ type: 'error', status: Status.noSuchChannelId, id: channelId(destination.id) });
      return;
    }
    if (!channel.maySpeak(this.#client)) return;
    this.#client.lastActive = monotonicMs();
    for (const member of channel.members.keys()) {
      if (member === this.#client || !channel.hears(member, this.#client)) continue;
      member.relay({ ...packet, flags: 0 });
    }
  }

  #toClient(packet: Packet): void {
    const { destination } = packet;
    if (destination.type !== 2) return;
    const target = this.#network.clients.get(destination.id);
    if (target === undefined) {
      this.#client.notify({ type: 'error', status: Status.noSuchClientId, id: clientId(destination.id) });
      return;
    }
    const keyed = (packet.flags & PacketFlag.privmsgKey) !== 0;
    const blocked = (target.mode & UserMode.blockPrivateMessages) !== 0;
    if (packet.type === PacketType.privateMessage && blocked && !keyed) return;
    this.#client.lastActive = monotonicMs();
    target.relay({ ...packet, flags: packet.flags & PacketFlag.privmsgKey });
  }
}
