import { concat, equalBytes, toHex } from '../bytes.js';
import type { CipherName, HmacName } from '../crypto/algorithms.js';
import type { CryptoBackend } from '../crypto/backend.js';
import {
  channelId,
  clientId,
  idBytes,
  serverId,
  type ChannelId,
  type ClientId,
  type ServerId,
} from '../ids.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import { ChannelMode, ChannelUserMode } from '../modes.js';
import { channelKeyPayload } from '../packets/channel-key.js';
import { encodePayload } from '../packets/codec.js';
import type { Notify } from '../packets/notify.js';
import type { KeyPair } from '../crypto/key-pair.js';
import { AttributeRequests } from './attributes.js';
import { DetachedClients } from './detached.js';
import { Watches } from './watches.js';
import { NotifyType } from '../packets/notify.js';
import { ServerChannel } from './channel.js';
import { notifyEach, type ServerClient } from './client.js';
import type { SilcServerLimits } from './options.js';
import { monotonicMs } from '../../util/clock.js';

/** Clients that can hold one nickname: the Client ID has one octet to tell them apart (draft spec-09, 3.4). */
const MAX_SAME_NICKNAME = 256;

/** Channels that are kept for their founders while nobody is on them. */
const MAX_ABANDONED = 1_000;

/** Signed-off clients that WHOWAS remembers. */
const MAX_HISTORY = 500;

export interface FormerClient {
  readonly id: ClientId;
  readonly nickname: string;
  readonly preparedNickname: string;
  readonly fullNickname: string;
  readonly fullUser: string;
  readonly realName: string;
}

/** All clients and channels of a server, and what happens to everybody when one of them changes. */
export class ServerNetwork {
  readonly id: ServerId;
  readonly name: string;
  readonly backend: CryptoBackend;
  readonly publicKey: SilcPublicKey;
  readonly limits: SilcServerLimits;
  readonly startedAt = monotonicMs();
  readonly clients = new Map<ClientId, ServerClient>();
  readonly channels = new Map<ChannelId, ServerChannel>();
  readonly detached: DetachedClients;
  readonly watches: Watches;
  readonly attributes: AttributeRequests;
  readonly #byNickname = new Map<string, Set<ServerClient>>();
  readonly #byName = new Map<string, ServerChannel>();
  readonly #history: FormerClient[] = [];
  /** Channels with a founder key on which nobody is, longest first. */
  readonly #abandoned = new Set<ServerChannel>();

  constructor(options: {
    id: ServerId;
    name: string;
    backend: CryptoBackend;
    keyPair: KeyPair;
    limits: SilcServerLimits;
  }) {
    const { backend, keyPair, limits } = options;
    this.detached = new DetachedClients(limits, (client) => this.remove(client, 'Detach timeout'));
    this.watches = new Watches(limits.watchesPerClient);
    this.attributes = new AttributeRequests({ backend, keyPair, timeoutMs: limits.attributesMs });
    this.id = options.id;
    this.name = options.name;
    this.backend = options.backend;
    this.publicKey = options.keyPair.publicKey;
    this.limits = options.limits;
  }

  /** A Client ID for a nickname: server address, one octet to tell holders apart, MD5 of the prepared nickname; undefined when too many hold it. */
  newClientId(preparedNickname: string): ClientId | undefined {
    const digest = this.backend.hash('md5', new TextEncoder().encode(preparedNickname)).subarray(0, 11);
    const first = this.backend.randomBytes(1)[0] ?? 0;
    for (let i = 0; i < MAX_SAME_NICKNAME; i++) {
      const raw = concat(this.#address, Uint8Array.of((first + i) % 256), digest);
      const id = toHex(raw) as ClientId;
      if (!this.clients.has(id)) return id;
    }
    return undefined;
  }

  add(client: ServerClient): void {
    this.clients.set(client.id, client);
    this.#holders(client.preparedNickname).add(client);
  }

  /** Registers a client that has just come. */
  register(client: ServerClient): void {
    this.add(client);
    this.watches.announce(client);
  }

  /** Clients with a public key. */
  holdersOfFingerprint(fingerprint: Uint8Array): readonly ServerClient[] {
    return [...this.clients.values()].filter((client) => equalBytes(client.fingerprint, fingerprint));
  }

  holdersOf(preparedNickname: string): readonly ServerClient[] {
    return [...(this.#byNickname.get(preparedNickname) ?? [])];
  }

  /** The newest first. */
  formerHoldersOf(preparedNickname: string): readonly FormerClient[] {
    return this.#history.filter((former) => former.preparedNickname === preparedNickname).reverse();
  }

  /** Gives a client its new nickname and ID, and tells everybody who shares a channel, once each, and the client itself. */
  changeNickname(client: ServerClient, nickname: string, preparedNickname: string, id: ClientId): void {
    const oldId = client.id;
    this.watches.announce(client, { type: NotifyType.nickChange, nickname });
    this.#forgetHolder(client);
    this.clients.delete(oldId);
    client.rename(id, nickname, preparedNickname);
    this.add(client);
    for (const channel of this.channels.values()) channel.renameClient(oldId, id);
    const notify: Notify = { type: 'nick-change', oldId, newId: id, nickname };
    notifyEach([...this.neighbours(client), client], notify);
    this.watches.announce(client, { type: NotifyType.nickChange });
  }

  /** Everybody who shares a channel with the client, without the client. */
  neighbours(client: ServerClient): ReadonlySet<ServerClient> {
    const found = new Set<ServerClient>();
    for (const channel of client.channels) for (const member of channel.members.keys()) found.add(member);
    found.delete(client);
    return found;
  }

  /** A client is gone: SIGNOFF once per channel, new keys, empty channels end. */
  remove(client: ServerClient, message: string | undefined): void {
    this.#remove(client, NotifyType.signoff, (channel) =>
      this.broadcast(channel, { type: 'signoff', clientId: client.id, message }),
    );
  }

  /** A client is gone because somebody ended it: KILLED to everybody who shares a channel, once each, and to the client. */
  kill(client: ServerClient, by: ServerClient, comment: string | undefined): void {
    const notify: Notify = { type: 'killed', clientId: client.id, comment, by: clientId(by.id) };
    notifyEach([...this.neighbours(client), client], notify);
    this.#remove(client, NotifyType.killed, () => undefined);
    client.detach();
  }

  /** Nobody is waited for any longer. */
  close(): void {
    this.detached.close();
    this.attributes.close();
  }

  #remove(client: ServerClient, type: number, tell: (channel: ServerChannel) => void): void {
    if (this.clients.get(client.id) !== client) return;
    this.watches.announce(client, { type });
    this.watches.forget(client);
    this.detached.delete(client);
    this.clients.delete(client.id);
    this.#forgetHolder(client);
    const { id, nickname, preparedNickname, fullNickname, fullUser, realName } = client;
    this.#history.push({ id, nickname, preparedNickname, fullNickname, fullUser, realName });
    if (this.#history.length > MAX_HISTORY) this.#history.shift();
    for (const channel of [...client.channels]) {
      this.#dropMember(channel, client);
      tell(channel);
      this.rekey(channel);
    }
    for (const channel of this.channels.values()) channel.invites.deleteClient(client.id);
  }

  channelNamed(preparedName: string): ServerChannel | undefined {
    return this.#byName.get(preparedName);
  }

  /** undefined when there is no room for another one. */
  createChannel(
    name: string,
    preparedName: string,
    algorithms: { cipher?: CipherName | undefined; hmac?: HmacName | undefined },
  ): ServerChannel | undefined {
    if (this.channels.size >= this.limits.channels) return undefined;
    let id: ChannelId;
    do {
      id = toHex(concat(idBytes(this.id).subarray(0, -2), this.backend.randomBytes(2))) as ChannelId;
      // Two random octets alone would not do for the largest limit: they are drawn until they are free.
    } while (this.channels.has(id));
    const channel = new ServerChannel(id, name, preparedName, algorithms.cipher, algorithms.hmac);
    this.channels.set(id, channel);
    this.#byName.set(preparedName, channel);
    return channel;
  }

  /** Puts a client onto a channel: the others get the new key before they are told of the joiner. */
  addMember(channel: ServerChannel, client: ServerClient, mode: number): void {
    channel.rekey(this.backend);
    this.#distributeKey(channel);
    this.broadcast(channel, { type: 'join', clientId: client.id, channelId: channel.id });
    channel.members.set(client, mode);
    client.channels.add(channel);
    this.#abandoned.delete(channel);
  }

  /** Somebody else has proven to be the founder: whoever was it so far is not any more. */
  deposeFounder(channel: ServerChannel, successor: ServerClient): void {
    for (const [member, mode] of channel.members) {
      if (member === successor || (mode & ChannelUserMode.founder) === 0) continue;
      const rest = mode & ~ChannelUserMode.founder;
      channel.members.set(member, rest);
      const change = { mode: rest, target: member.id };
      this.broadcast(channel, { type: 'cumode-change', by: serverId(this.id), ...change });
    }
  }

  /** Takes a client from a channel. The caller tells the others, then calls `rekey`. */
  removeMember(channel: ServerChannel, client: ServerClient): void {
    this.#dropMember(channel, client);
  }

  /** A notify to all members; the destination is the channel. */
  broadcast(channel: ServerChannel, notify: Notify, except?: ServerClient): void {
    const members = [...channel.members.keys()].filter((member) => member !== except);
    notifyEach(members, notify, channelId(channel.id));
  }

  /** A fresh key for all members. */
  rekey(channel: ServerChannel): void {
    if (channel.members.size === 0) return;
    channel.rekey(this.backend);
    this.#distributeKey(channel);
  }

  /** The present keys of all channels of a client. */
  sendKeys(client: ServerClient): void {
    for (const channel of client.channels) {
      const payload = this.keyPayload(channel);
      if (payload !== undefined) client.sendChannelKey(payload);
    }
  }

  /** Channel Key Payload of a channel; undefined while members use their own keys. */
  keyPayload(channel: ServerChannel): Uint8Array | undefined {
    const { id, cipher, key } = channel;
    return key === undefined ? undefined : encodePayload(channelKeyPayload, { channelId: id, cipher, key });
  }

  #distributeKey(channel: ServerChannel): void {
    const payload = this.keyPayload(channel);
    if (payload === undefined) return;
    for (const member of channel.members.keys()) member.sendChannelKey(payload);
  }

  #dropMember(channel: ServerChannel, client: ServerClient): void {
    channel.members.delete(client);
    client.channels.delete(channel);
    if (channel.members.size > 0) return;
    channel.dropKey();
    if (!channel.has(ChannelMode.founderAuth)) {
      this.#endChannel(channel);
      return;
    }
    // It waits for its founder.
    this.#abandoned.add(channel);
    const [oldest] = this.#abandoned;
    if (oldest !== undefined && this.#abandoned.size > MAX_ABANDONED) this.#endChannel(oldest);
  }

  #endChannel(channel: ServerChannel): void {
    this.#abandoned.delete(channel);
    this.channels.delete(channel.id);
    this.#byName.delete(channel.preparedName);
  }

  /** IP part of all IDs made here. */
  get #address(): Uint8Array {
    return idBytes(this.id).subarray(0, -4);
  }

  #holders(preparedNickname: string): Set<ServerClient> {
    const holders = this.#byNickname.get(preparedNickname) ?? new Set<ServerClient>();
    this.#byNickname.set(preparedNickname, holders);
    return holders;
  }

  #forgetHolder(client: ServerClient): void {
    const holders = this.#byNickname.get(client.preparedNickname);
    holders?.delete(client);
    if (holders?.size === 0) this.#byNickname.delete(client.preparedNickname);
  }
}

/** What the first member of a channel gets. */
export const CREATOR_MODE = ChannelUserMode.founder | ChannelUserMode.operator;

/** Whether a channel is kept from those who are not on it. */
export function isHidden(channel: ServerChannel): boolean {
  return channel.has(ChannelMode.secret) || channel.has(ChannelMode.private);
}
