import { LruMap } from '../../util/lru-map.js';
import { SilcError } from '../errors.js';
import { idBytes } from '../ids.js';
import type { ChannelId, ClientId, ServerId } from '../ids.js';
import type { ChannelRecord } from './channel-record.js';
import { MAX_CHANNELS, MAX_MEMBERS, MAX_MEMBERSHIPS } from './limits.js';
import { UserStore } from './people/users.js';
import type { UserRecord } from './people/users.js';
import type { MemberRecord, Seat, SeatHolder, SharedChannel } from './shared/shared-channel.js';
import { SharedServer } from './shared/shared-server.js';

export interface NetworkStateOptions {
  /** What is shared with other sessions on the server; default with none. */
  readonly server?: SharedServer;
}

/** Channels and users as the packets so far have told them. Nothing here sends or waits. */
export class NetworkState implements SeatHolder {
  readonly users: UserStore;
  readonly server: SharedServer;
  /** False from the beginning of the session's end: it is better not to lead any more. */
  staying = true;
  readonly #channels = new Map<ChannelId, ChannelRecord>();
  readonly #channelAliases = new LruMap<ChannelId, ChannelId>(MAX_CHANNELS);
  readonly #self: UserRecord;
  #selfOctets: Uint8Array;
  /** Asks who somebody is; set by the session. */
  resolve: (user: UserRecord) => Promise<void> = () => Promise.resolve();
  /** Another session has heard first that somebody has another Client ID; set by the session. */
  takeChange: SeatHolder['takeChange'] = () => undefined;
  /** A channel is led by this session from now on: takes over what the one before knew; set by the session. */
  onLead: (channel: ChannelRecord, before: Seat | undefined) => void = () => undefined;
  #memberships = 0;

  constructor(selfId: ClientId, options: NetworkStateOptions = {}) {
    this.server = options.server ?? new SharedServer();
    this.users = new UserStore({ onNew: (user) => this.#describe(user) });
    this.#self = this.users.ensure(selfId);
    this.users.retain(this.#self);
    this.#selfOctets = idBytes(selfId);
    this.server.enter(this.#self);
  }

  get self(): UserRecord {
    return this.#self;
  }

  get selfOctets(): Uint8Array {
    return this.#selfOctets;
  }

  get channels(): ReadonlyMap<ChannelId, ChannelRecord> {
    return this.#channels;
  }

  /** A joined channel, also by an ID that a network join has replaced. */
  channel(id: ChannelId): ChannelRecord | undefined {
    return this.#channels.get(id) ?? this.#channels.get(this.#channelAliases.get(id) ?? id);
  }

  /** Channels that a user is on, as far as this session leads there. Oneself is on all. */
  channelsOf(user: UserRecord): readonly ChannelRecord[] {
    return [...this.#channels.values()].filter(
      (channel) => user === this.#self || channel.table.get(user.clientId)?.user === user,
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
    channel.holder = this;
    channel.onLead = (before) => this.onLead(channel, before);
    channel.onFollow = () => this.#clear(channel);
    this.#sit(channel);
  }

  /** The channel object stays readable, with the members it had. */
  removeChannel(channel: ChannelRecord): void {
    if (this.#channels.get(channel.id) !== channel) return;
    this.#channels.delete(channel.id);
    const led = channel.leads;
    this.#end(channel);
    if (led) this.#release(channel);
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
    const { shared: before } = channel;
    if (before?.renumber(newId) !== false) return;
    // Other sessions are on the channel of the new ID already: this one changes over to them.
    before.rise(channel);
    this.#sit(channel).merge(channel, before);
  }

  /** Adds a member or replaces its mode. Undefined when the channel is over, or it or the session holds no more. */
  setMember(channel: ChannelRecord, user: UserRecord, mode: number): MemberRecord | undefined {
    if (this.#channels.get(channel.id) !== channel) return undefined;
    if (user === this.#self) channel.ownMode = mode;
    const old = channel.table.get(user.clientId);
    if (old === undefined) {
      if (channel.table.size >= MAX_MEMBERS || this.#memberships >= MAX_MEMBERSHIPS) return undefined;
      this.#memberships++;
      this.users.retain(user);
    }
    const member = { user, mode };
    channel.table.set(user.clientId, member);
    return member;
  }

  /** True when the user was a member. Of a channel that is over nobody is removed: its members were let go with it. */
  removeMember(channel: ChannelRecord, user: UserRecord): boolean {
    if (this.#channels.get(channel.id) !== channel) return false;
    if (!channel.table.delete(user.clientId)) return false;
    this.#memberships--;
    this.users.release(user);
    return true;
  }

  /** NICK: the same user under another Client ID, on all channels; also on those where the new one is a member already. */
  changeId(user: UserRecord, newId: ClientId): void {
    const oldId = user.clientId;
    if (oldId === newId) return;
    const on = this.channelsOf(user);
    const other = this.users.exact(newId);
    const newer = new Map<ChannelRecord, number>();
    if (other !== undefined && other !== user) {
      for (const channel of this.channelsOf(other)) {
        newer.set(channel, channel.table.get(newId)?.mode ?? 0);
        this.removeMember(channel, other);
      }
    }
    this.users.rename(user, newId);
    for (const { leads, table } of on) {
      if (!leads) continue;
      const mode = table.get(oldId)?.mode ?? 0;
      table.delete(oldId);
      table.set(newId, { user, mode });
    }
    for (const [channel, mode] of newer) this.setMember(channel, user, mode);
    if (user !== this.#self) return;
    this.#selfOctets = idBytes(newId);
    this.server.enter(user, oldId);
  }

  /**
   * Somebody's change of nickname is taken by those who lead on the channels of this session, too, whoever hears of it
   * first: nothing is told under the old ID any more when the change was told.
   */
  spreadChange(oldId: ClientId, { clientId, nickname }: UserRecord): void {
    for (const { leads, leader } of this.#channels.values()) {
      if (!leads && leader.users.exact(oldId) !== undefined) leader.takeChange(oldId, clientId, nickname);
    }
  }

  /**
   * The ID that follows from an old one, also where only a session that leads has seen the change; the same where there was
   * none.
   */
  currentId(id: ClientId): ClientId {
    const current = this.users.currentId(id);
    if (current !== id || this.users.exact(id) !== undefined) return current;
    for (const { leads, leader } of this.#channels.values()) {
      const theirs = leads ? id : leader.users.currentId(id);
      if (theirs !== id) return theirs;
    }
    return id;
  }

  /** Users whose Client ID begins with the address of a server. */
  usersOfServer(server: ServerId): readonly UserRecord[] {
    return [...this.users.values()].filter(({ clientId }) => isOfServer(clientId, server));
  }

  /** The session is about to end: others lead where they can. */
  retire(): void {
    this.staying = false;
    for (const { shared } of this.#channels.values()) shared?.relieve();
  }

  /** Wipes all keys; other sessions lead from here on. */
  close(): void {
    this.staying = false;
    for (const channel of this.#channels.values()) this.#end(channel);
    this.server.leave(this.#self);
  }

  #sit(channel: ChannelRecord): SharedChannel {
    const shared = this.server.channel(channel.id);
    channel.shared = shared;
    channel.keys.shareWith(shared.keys);
    shared.sit(channel);
    return shared;
  }

  #end(channel: ChannelRecord): void {
    channel.end();
    channel.keys.close();
    channel.privateKeys.close();
  }

  #release({ table }: ChannelRecord): void {
    for (const { user } of table.values()) this.users.release(user);
    this.#memberships -= table.size;
  }

  #clear(channel: ChannelRecord): void {
    this.#release(channel);
    channel.table.clear();
  }

  /** Somebody new, who may be known in this process already: then the server has not to be asked. */
  #describe(user: UserRecord): void {
    for (const other of this.#seenElsewhere(user.clientId)) user.learn(other);
  }

  /** The record of somebody that another session of this process is, or sees on a channel now. */
  seenElsewhere(id: ClientId): UserRecord | undefined {
    for (const other of this.#seenElsewhere(id)) if (other.nickname !== undefined) return other;
    return undefined;
  }

  *#seenElsewhere(id: ClientId): IterableIterator<UserRecord> {
    const self = this.server.self(id);
    if (self !== undefined) yield self;
    for (const channel of this.#channels.values()) {
      const member = channel.leads ? undefined : channel.members.get(id);
      if (member !== undefined) yield member.user;
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
