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
import type { ServerClient } from './client.js';
import type { CommandHandler } from './command-handler.js';
import { CommandLag } from './command-lag.js';
import { moderationCommands } from './moderation-commands.js';
import type { ServerNetwork } from './network.js';
import { peopleCommands } from './people-commands.js';
import { serverCommands, type ServerTexts } from './server-commands.js';

export type CommandTable = ReadonlyMap<number, CommandHandler>;

/** Every command this server knows but QUIT, which ends the connection and so belongs to it. */
export function commandTable(texts: ServerTexts): CommandTable {
  return new Map([...peopleCommands, ...channelCommands, ...moderationCommands, ...serverCommands(texts)]);
}

/** Commands of one client that may wait for their turn; more are refused with status 48. */
const MAX_WAITING_COMMANDS = 100;

/** Packets of one registered client: commands are run, messages are passed on, everything else is dropped. */
export class ClientRouter {
  readonly #network: ServerNetwork;
  readonly #client: ServerClient;
  readonly #commands: CommandTable;
  readonly #lag: CommandLag | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    network: ServerNetwork,
    client: ServerClient,
    options: { readonly commands: CommandTable; readonly throttle: boolean },
  ) {
    this.#network = network;
    this.#client = client;
    this.#commands = options.commands;
    this.#lag = options.throttle ? new CommandLag() : undefined;
  }

  /** Never throws on what a client sends. Packets that are not from the client's current ID are dropped silently. */
  route(packet: Packet): void {
    const { source, flags } = packet;
    if (source.type !== 2 || source.id !== this.#client.id) return;
    if ((flags & (PacketFlag.list | PacketFlag.broadcast)) !== 0) return;
    switch (packet.type) {
      case PacketType.command:
        this.#command(packet);
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
  }

  /** Commands that still wait are forgotten. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #command(packet: Packet): void {
    let message: CommandPayload;
    try {
      message = decodePayload(commandPayload, packet.payload);
    } catch (error) {
      if (error instanceof SilcError) return;
      throw error;
    }
    const handler = this.#commands.get(message.command);
    if (handler === undefined) {
      this.#client.reply(encodeErrorReply(message.command, message.ident, Status.unknownCommand));
      return;
    }
    const run = (): void => {
      this.#client.lastActive = performance.now();
      handler.run(this.#network, this.#client, message);
    };
    const delay = this.#lag?.delay(performance.now(), handler.strict) ?? 0;
    if (delay === 0) run();
    else if (this.#timers.size >= MAX_WAITING_COMMANDS) {
      this.#client.reply(encodeErrorReply(message.command, message.ident, Status.resourceLimit));
    } else this.#later(run, delay);
  }

  #later(run: () => void, delay: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
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
    this.#client.lastActive = performance.now();
    for (const member of channel.members.keys()) if (member !== this.#client) member.relay(packet);
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
    this.#client.lastActive = performance.now();
    target.relay(packet);
  }
}
