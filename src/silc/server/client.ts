import { toHex } from '../bytes.js';
import type { HashName } from '../crypto/backend.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import type { Packet } from '../frame.js';
import { clientId, NO_ID, serverId, type ClientId, type ServerId, type TypedId } from '../ids.js';
import type { CommandMessage } from '../commands/command.js';
import { UserMode } from '../modes.js';
import { commandPayload } from '../packets/command.js';
import { encodePayload } from '../packets/codec.js';
import { encodeNotify, notifyPayload, type Notify } from '../packets/notify.js';
import { PacketType } from '../packets/packet-type.js';
import type { ServerChannel } from './channel.js';
import type { MaskSubject } from '../masks.js';
import { monotonicMs } from '../../util/clock.js';

/** What a client told about itself when it registered. */
export interface Registration {
  readonly id: ClientId;
  readonly nickname: string;
  readonly preparedNickname: string;
  readonly username: string;
  readonly hostname: string;
  readonly realName: string;
  readonly publicKey: SilcPublicKey;
  /** SHA-1 of the key, 20 octets. */
  readonly fingerprint: Uint8Array;
}

/** The connection of a client, as far as the server's parts need it. */
export interface ClientPort {
  /** Hash function that the key exchange agreed on: operators' proofs are made with it. */
  readonly hash: HashName;
  /**
   * Sends a packet. Resolves when the stream took it and has room again; false when the client is gone. Never rejects:
   * it drops the client when its queue is full, and a packet that is too long for the protocol.
   */
  readonly send: (packet: Packet) => Promise<boolean>;
  /** The client has another ID from now on. */
  readonly readdress: (id: ClientId) => void;
  /** Says good-bye and closes, after what was sent so far. */
  readonly end: () => void;
}

/** The port of a client without a connection: what is sent to it is lost. */
const nowhere: ClientPort = {
  hash: 'sha1',
  send: () => Promise.resolve(false),
  readdress: () => undefined,
  end: () => undefined,
};

/** A registered client: its state, and the ways to send to it. Sending never blocks and never throws. */
export class ServerClient {
  readonly username: string;
  readonly hostname: string;
  readonly realName: string;
  readonly publicKey: SilcPublicKey;
  readonly fingerprint: Uint8Array;
  readonly channels = new Set<ServerChannel>();
  nickname: string;
  preparedNickname: string;
  mode: number = UserMode.none;
  /** Monotonic milliseconds of the last message or command. */
  lastActive = monotonicMs();
  readonly #serverId: ServerId;
  readonly #serverName: string;
  #port: ClientPort;
  #id: ClientId;

  constructor(
    registration: Registration,
    server: { readonly id: ServerId; readonly name: string },
    port: ClientPort,
  ) {
    this.#id = registration.id;
    this.nickname = registration.nickname;
    this.preparedNickname = registration.preparedNickname;
    this.username = registration.username;
    this.hostname = registration.hostname;
    this.realName = registration.realName;
    this.publicKey = registration.publicKey;
    this.fingerprint = registration.fingerprint;
    this.#serverId = server.id;
    this.#serverName = server.name;
    this.#port = port;
  }

  get id(): ClientId {
    return this.#id;
  }

  /** Hash function of the key exchange of its connection. */
  get exchangeHash(): HashName {
    return this.#port.hash;
  }

  /** False when it is detached. */
  get attached(): boolean {
    return this.#port !== nowhere;
  }

  /** Comes back on another connection. */
  attach(port: ClientPort): void {
    this.#port = port;
  }

  /** Ends the connection; the client stays. */
  detach(): void {
    const port = this.#port;
    this.#port = nowhere;
    port.end();
  }

  /** Whether this is the client's connection still. */
  isOn(port: ClientPort): boolean {
    return this.#port === port;
  }

  rename(id: ClientId, nickname: string, preparedNickname: string): void {
    this.#id = id;
    this.nickname = nickname;
    this.preparedNickname = preparedNickname;
    this.#port.readdress(id);
  }

  get maskSubject(): MaskSubject {
    return {
      nickname: this.nickname,
      server: this.#serverName,
      username: this.username,
      hostname: this.hostname,
    };
  }

  get fingerprintHex(): string {
    return toHex(this.fingerprint);
  }

  /** `nick@server` of replies. */
  get fullNickname(): string {
    return `${this.nickname}@${this.#serverName}`;
  }

  /** `user@host` of replies. */
  get fullUser(): string {
    return `${this.username}@${this.hostname}`;
  }

  /** From the server, to this client unless another destination is told. Resolves as `ClientPort.send` does. */
  sendPayload(type: number, payload: Uint8Array, destination?: TypedId): Promise<boolean> {
    return this.#port.send({
      type,
      flags: 0,
      source: serverId(this.#serverId),
      destination: destination ?? clientId(this.id),
      payload,
    });
  }

  /** Of a channel the destination is the channel's ID, of a person the client's own. */
  notify(notify: Notify, destination?: TypedId): void {
    notifyEach([this], notify, destination);
  }

  /** A reply that is one of many may wait until the client took it, see {@link sendPayload}. */
  reply(message: CommandMessage): Promise<boolean> {
    return this.sendPayload(PacketType.commandReply, encodePayload(commandPayload, message));
  }

  /** A packet of another client, as it came. */
  relay(packet: Packet): void {
    void this.#port.send(packet);
  }

  /** The key of a channel. The destination is empty, as with silcd. */
  sendChannelKey(payload: Uint8Array): void {
    void this.sendPayload(PacketType.channelKey, payload, NO_ID);
  }
}

/** One notify to several clients, encoded once. The destination is that of {@link ServerClient.notify}. */
export function notifyEach(clients: Iterable<ServerClient>, notify: Notify, destination?: TypedId): void {
  const payload = encodePayload(notifyPayload, encodeNotify(notify));
  for (const client of clients) void client.sendPayload(PacketType.notify, payload, destination);
}
