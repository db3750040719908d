import type { Availability } from '../../mapping/availability.js';
import type { Channel as SilcChannel, Member, User } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import type { LocalMember } from './delivery.js';

/** What a session tells of the channel that it has joined. */
export interface Joined {
  readonly channel: SilcChannel;
  readonly self: User;
  /** The own `ChannelUserMode` mask. */
  readonly mode: number;
  /** How long those who are not there (yet) stay shown after a broken link, milliseconds. */
  readonly graceMs: number;
  /** When JOIN was sent and when it was answered, on the monotonic clock. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** How available the user says to be. */
  readonly availability?: Availability | undefined;
}

/** Of a local user: the Client ID that is shown, and whether there is a link now. */
export interface Place {
  readonly member: LocalMember;
  clientId: ClientId;
  readonly formerIds: ClientId[];
  /** As the user's session has it. */
  channel: SilcChannel | undefined;
  /** What the session was told when it joined last. */
  view?: Joined;
  isLive: boolean;
  /** The name that the user has asked for last, until there is another one. */
  wanted?: string | undefined;
}

/** Client IDs of a local user that are remembered beside the present one. */
const MAX_FORMER_IDS = 8;

/** The places of the local users on a channel, and under which Client IDs they have, or had, them. */
export class LocalPlaces {
  readonly #places = new Map<LocalMember, Place>();
  readonly #byClientId = new Map<ClientId, LocalMember>();

  get size(): number {
    return this.#places.size;
  }

  /** A session of a local user has a link. */
  get isHeard(): boolean {
    for (const { isLive } of this.#places.values()) if (isLive) return true;
    return false;
  }

  get(member: LocalMember): Place | undefined {
    return this.#places.get(member);
  }

  /** Whether the client is, or was, a local user's. */
  has(clientId: ClientId): boolean {
    return this.#byClientId.has(clientId);
  }

  memberOf(clientId: ClientId): LocalMember | undefined {
    return this.#byClientId.get(clientId);
  }

  /** Whether a session that has a link knows the client as a member. */
  isMember(clientId: ClientId): boolean {
    for (const { isLive, channel } of this.#places.values()) {
      if (isLive && channel?.members.has(clientId) === true) return true;
    }
    return false;
  }

  /** The member with its name, as a session that has a link knows it. */
  named(clientId: ClientId): Member | undefined {
    for (const { isLive, channel } of this.#places.values()) {
      const member = isLive ? channel?.members.get(clientId) : undefined;
      if (member?.user.nickname !== undefined) return member;
    }
    return undefined;
  }

  add(member: LocalMember, place: Pick<Place, 'clientId' | 'channel' | 'view' | 'isLive'>): void {
    this.#places.set(member, { ...place, member, formerIds: [] });
    this.#byClientId.set(place.clientId, member);
  }

  /** @returns the Client IDs that are nobody's now */
  delete(member: LocalMember): readonly ClientId[] {
    const place = this.#places.get(member);
    if (place === undefined) return [];
    this.#places.delete(member);
    return this.#forget([place.clientId, ...place.formerIds]);
  }

  /** The user has another Client ID. @returns those of old that are remembered no longer */
  move(place: Place, clientId: ClientId): readonly ClientId[] {
    this.#byClientId.set(clientId, place.member);
    if (place.clientId === clientId) return [];
    place.formerIds.unshift(place.clientId);
    place.clientId = clientId;
    return this.#forget(place.formerIds.splice(MAX_FORMER_IDS));
  }

  /** What a session was told that has joined after another one was heard last; of the one that knows the members best. */
  newerView({ heardAt }: LocalMember): Joined | undefined {
    let best: { readonly member: LocalMember; readonly view: Joined } | undefined;
    for (const [member, { isLive, view }] of this.#places) {
      if (!isLive || view === undefined || view.answeredAt <= heardAt) continue;
      if (best === undefined || (member.leads && !best.member.leads)) best = { member, view };
    }
    return best?.view;
  }

  #forget(clientIds: readonly ClientId[]): readonly ClientId[] {
    for (const clientId of clientIds) this.#byClientId.delete(clientId);
    return clientIds;
  }
}
