import { SilcError } from '../errors.js';
import type { ChannelId, ClientId, ServerId } from '../ids.js';
import type { ChannelKeys } from './channels/channel-keys.js';
import { ChannelPrivateKeys } from './channels/channel-private-keys.js';
import { ModeTurns } from './channels/mode-turns.js';
import type { Channel, Member } from './api/network.js';
import { newLane, UserStore } from './people/users.js';
import type { UserRecord } from './people/users.js';
import { LruMap } from '../../util/lru-map.js';

/** Members of one channel, and channels of one session, that are kept at most. */
export const MAX_MEMBERS = 8_192;
export const MAX_CHANNELS = 256;
/** Members of all channels together, somebody on two of them twice. */
export const MAX_MEMBERSHIPS = 65_536;

/** A member is replaced, not changed: events carry it as it was at their time. */
export interface MemberRecord extends Member {
  readonly user: UserRecord;
  readonly mode: number;
}

/** What the session knows of a joined channel. The application sees it as a read-only {@link Channel}. */
export class ChannelRecord implements Channel {
  id: ChannelId;
  readonly name: string;
  mode: number;
  topic: string | undefined;
  userLimit: number | undefined;
  readonly keys: ChannelKeys;
  readonly privateKeys = new ChannelPrivateKeys();
  readonly modeTurns = new ModeTurns();
  readonly members = new Map<ClientId, MemberRecord>();
  readonly lane = newLane();
  /** Left by the application's own will: it is not told of this channel any more. */
  left = false;
  /** After resuming: the server has made the key itself just now. */
  keyMadeHere = false;

  constructor(fields: {
    id: ChannelId;
    name: string;
    mode: number;
    topic: string | undefined;
    userLimit: number | undefined;
    keys: ChannelKeys;
  }) {
    this.id = fields.id;
    this.name = fields.name;
    this.mode = fields.mode;
    this.topic = fields.topic;
    this.userLimit = fields.userLimit;
    this.keys = fields.keys;
  }
}

/** Channels and users as the packets so far have told them. Nothing here sends or waits. */
export class Picture {
  readonly users: UserStore;
  readonly #channels = new Map<ChannelId, ChannelRecord>();
  readonly #channelAliases = new LruMap<ChannelId, ChannelId>(MAX_CHANNELS);
  readonly #self: UserRecord;
  #memberships = 0;

  constructor(selfId: ClientId, users: UserStore = new UserStore()) {
    this.users = users;
    this.#self = users.ensure(selfId);
    users.retain(this.#self);
  }

  get self(): UserRecord {
    return this.#self;
  }

  get channels(): ReadonlyMap<ChannelId, ChannelRecord> {
    return this.#channels;
  }

  /** A joined channel, also by an ID that a network join has replaced. */
  channel(id: ChannelId): ChannelRecord | undefined {
    return this.#channels.get(id) ?? this.#channels.get(this.#channelAliases.get(id) ?? id);
  }

  /** Channels that a user is on. */
  channelsOf(user: UserRecord): readonly ChannelRecord[] {
    return [...this.#channels.values()].filter(
      (channel) => channel.members.get(user.clientId)?.user === user,
    );
  }

  /** @throws SilcError `overflow` when there are too many. */
  addChannel(channel: ChannelRecord): void {
    if (this.#channels.size >= MAX_CHANNELS && !this.#channels.has(channel.id)) {
      throw new SilcError('overflow', `more than ${MAX_CHANNELS} channels`);
    }
    const old = this.#channels.get(channel.id);
    if (old !== undefined) this.removeChannel(old);
    this.#channelAliases.delete(channel.id);
    this.#channels.set(channel.id, channel);
  }

  /** The channel object stays readable, with the members it had. */
  removeChannel(channel: ChannelRecord): void {
    if (this.#channels.get(channel.id) !== channel) return;
    this.#channels.delete(channel.id);
    channel.keys.close();
    channel.privateKeys.close();
    for (const { user } of channel.members.values()) this.users.release(user);
    this.#memberships -= channel.members.size;
  }

  /** A network join gave the channel another ID. */
  renumberChannel(channel: ChannelRecord, newId: ChannelId): void {
    if (channel.id === newId) return;
    const other = this.#channels.get(newId);
    if (other !== undefined && other !== channel) this.removeChannel(other);
    this.#channels.delete(channel.id);
    this.#channelAliases.set(channel.id, newId);
    channel.id = newId;
    this.#channels.set(newId, channel);
  }

  /** Adds a member or replaces its mode. Undefined when the channel is over, or it or the session holds no more. */
  setMember(channel: ChannelRecord, user: UserRecord, mode: number): MemberRecord | undefined {
    if (this.#channels.get(channel.id) !== channel) return undefined;
    const old = channel.members.get(user.clientId);
    if (old === undefined) {
      if (channel.members.size >= MAX_MEMBERS || this.#memberships >= MAX_MEMBERSHIPS) return undefined;
      this.#memberships++;
      this.users.retain(user);
    }
    const member = { user, mode };
    channel.members.set(user.clientId, member);
    return member;
  }

  /** True when the user was a member. Of a channel that is over nobody is removed: its members were let go with it. */
  removeMember(channel: ChannelRecord, user: UserRecord): boolean {
    if (this.#channels.get(channel.id) !== channel) return false;
    if (!channel.members.delete(user.clientId)) return false;
    this.#memberships--;
    this.users.release(user);
    return true;
  }

  /** NICK: the same user under another Client ID, on all channels. */
  changeId(user: UserRecord, newId: ClientId): void {
    const oldId = user.clientId;
    if (oldId === newId) return;
    const on = this.channelsOf(user);
    const other = this.users.exact(newId);
    if (other !== undefined && other !== user) {
      for (const channel of this.channelsOf(other)) this.removeMember(channel, other);
    }
    this.users.rename(user, newId);
    for (const { members } of on) {
      const mode = members.get(oldId)?.mode ?? 0;
      members.delete(oldId);
      members.set(newId, { user, mode });
    }
  }

  /** Users whose Client ID begins with the address of a server. */
  usersOfServer(server: ServerId): readonly UserRecord[] {
    return [...this.users.values()].filter(({ clientId }) => isOfServer(clientId, server));
  }

  /** Wipes all keys. */
  close(): void {
    for (const { keys, privateKeys } of this.#channels.values()) {
      keys.close();
      privateKeys.close();
    }
  }
}

/** The address of a server: of an IPv4 Server ID of 8 octets the first 4, otherwise it is IPv6 with 16 (as hex digits). */
export function addressOf(server: ServerId): string {
  return server.slice(0, server.length === 16 ? 8 : 32);
}

/** True for a Client ID that begins with the address of a server. */
export function isOfServer(clientId: ClientId, server: ServerId): boolean {
  return clientId.length === (server.length === 16 ? 32 : 56) && clientId.startsWith(addressOf(server));
}
