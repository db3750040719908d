import type { ChannelId, ClientId, TypedId } from '../ids.js';
import type { Notify } from '../packets/notify.js';
import type { ChannelKeyRef } from './api/messages.js';
import type { Channel } from './api/network.js';
import type { ChannelKeys } from './channels/channel-keys.js';
import { ChannelPrivateKeys } from './channels/channel-private-keys.js';
import { ChannelMode } from '../modes.js';
import { ModeTurns } from './channels/mode-turns.js';
import { newOrderingKey, UserStore } from './people/users.js';
import type { MemberRecord, Seat, SeatHolder, SharedChannel } from './shared/shared-channel.js';

/** In place of the session, while the channel is not in its network state. */
const NOBODY: SeatHolder = {
  self: { clientId: '' as ClientId },
  selfOctets: new Uint8Array(0),
  users: new UserStore(),
  staying: false,
  takeChange: () => undefined,
  resolve: () => Promise.resolve(),
};

/**
 * What the session knows of a joined channel. The application sees it as a read-only {@link Channel}. Of sessions that share
 * it, one leads: the others keep no members of their own and read its table.
 */
export class ChannelRecord implements Channel, Seat {
  id: ChannelId;
  readonly name: string;
  mode: number;
  topic: string | undefined;
  /** Whoever set it, where that was told. */
  topicSetter: TypedId | undefined;
  userLimit: number | undefined;
  readonly keys: ChannelKeys;
  readonly privateKeys = new ChannelPrivateKeys();
  readonly modeTurns = new ModeTurns();
  /** Members, where this session leads. */
  readonly table = new Map<ClientId, MemberRecord>();
  readonly orderingKey = newOrderingKey();
  /** The session's network state, once the channel is in it. */
  holder: SeatHolder = NOBODY;
  /** What it shares with others that are there; undefined before it is in the network state. */
  shared: SharedChannel | undefined;
  /** Oneself, a `ChannelUserMode` mask; undefined where the server has not told it. */
  ownMode: number | undefined;
  /** While another session leads: how it went, by a notify that has come here first. */
  leaderGone: Notify | undefined;
  /** Told when this session begins to lead, and of who has led so far; without one when it leads and has to tell anew. */
  onLead: ((before: Seat | undefined) => void) | undefined;
  /** Told when it leads no longer: its members are not wanted any more. */
  onFollow: (() => void) | undefined;
  /** Told when it is over. */
  onOver: (() => void) | undefined;
  #leader: Seat = this;
  /** The application knows that it is on the channel. */
  isShown = false;
  /** Has begun to lead, and may not have heard yet what the one before has told. */
  isCatchingUp = false;
  /** The application has asked to leave it. */
  leaving = false;
  /** Left by the application's own will: it is not told of this channel any more. */
  left = false;
  /** Not on it any more. */
  over = false;
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

  /** Everybody on it, as the one who leads knows it. */
  get members(): ReadonlyMap<ClientId, MemberRecord> {
    return this.#leader.table;
  }

  /** True when this session keeps the members and tells what concerns others. */
  get leads(): boolean {
    return this.#leader === this;
  }

  get stays(): boolean {
    return !this.leaving && this.holder.staying;
  }

  /** The session that leads. */
  get leader(): SeatHolder {
    return this.#leader.holder;
  }

  /** True when messages under this key can be read. */
  holdsKey(key: ChannelKeyRef): boolean {
    return this.keys.holds(key) || this.privateKeys.holds(key);
  }

  /** The private key that a message would be under now. */
  get sendingPrivateKey(): ChannelKeyRef | undefined {
    const [key] = (this.mode & ChannelMode.privateKey) === 0 ? [] : this.privateKeys.candidates();
    return key && this.privateKeys.refOf(key);
  }

  follow(leader: Seat): void {
    const led = this.leads;
    this.#leader = leader;
    this.leaderGone = undefined;
    this.isCatchingUp = false;
    if (led) this.onFollow?.();
  }

  lead(before: Seat): void {
    this.#leader = this;
    this.onLead?.(before);
    this.leaderGone = undefined;
  }

  tellAnew(): void {
    this.onLead?.(undefined);
  }

  /** It is over: the members stay as they are. */
  end(): void {
    this.over = true;
    if (!this.leads) for (const [id, member] of this.members) this.table.set(id, member);
    this.shared?.rise(this);
    this.#leader = this;
    this.onOver?.();
  }
}
