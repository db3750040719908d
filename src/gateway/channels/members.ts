import type { Element } from '../../component/stanza.js';
import type { Availability } from '../../mapping/availability.js';
import { type LeaveReason, leavePresence, occupantPresence, renamePresence } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { Channel as SilcChannel, Member, User } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import type { KeptOccupant } from '../restarts/state.js';
import type { Delivery, LocalMember } from './delivery.js';
import { type Joined, LocalPlaces, type Place } from './local-places.js';
import type { MembersListener } from './members-listener.js';
import { looksSame, type Occupant, type OccupantAddresses, Occupants } from './occupants.js';
import { Speakers } from './speakers.js';
import { StaleOccupants } from './stale-occupants.js';

/** Client IDs that are, or lately were, sessions of this gateway. */
export interface OwnClients {
  has(clientId: ClientId): boolean;
}

/** A server that is stopped has so long to close all links, milliseconds. */
const SHUTDOWN_MS = 10_000;

/**
 * Who is on a channel, and the presence that tells so. A local user is there when the own session says so, whatever others
 * hear of it; of everybody else counts what any session hears.
 */
export class Members {
  readonly occupants: Occupants;
  readonly #delivery: Delivery;
  readonly #own: OwnClients;
  readonly #listener: MembersListener;
  readonly #places = new LocalPlaces();
  readonly #stale = new StaleOccupants(({ clientId }) => this.hide(clientId, {}));
  /** Clients with keys of local users whose links are broken: the server has not noticed that they are gone. */
  readonly #ghosts = new Set<ClientId>();
  /** Shown because they spoke. */
  readonly #speakers = new Speakers();
  /** `ChannelMode` mask. */
  #channelMode = 0;

  constructor(addresses: OccupantAddresses, delivery: Delivery, own: OwnClients, listener: MembersListener) {
    this.occupants = new Occupants(addresses, () => listener.changed());
    this.#delivery = delivery;
    this.#own = own;
    this.#listener = listener;
  }

  get localCount(): number {
    return this.#places.size;
  }

  /** Somebody is there who is no local user. */
  get hasOthers(): boolean {
    return this.occupants.size > this.#places.size;
  }

  /** A session of a local user has a link. */
  get isHeard(): boolean {
    return this.#places.isHeard;
  }

  occupantOf(member: LocalMember): Occupant | undefined {
    const place = this.#places.get(member);
    return place && this.occupants.get(place.clientId);
  }

  memberOf(clientId: ClientId): LocalMember | undefined {
    return this.#places.memberOf(clientId);
  }

  /** A local user's session is on the channel, for the first time or again. @returns true for the first time */
  attach(member: LocalMember, view: Joined): boolean {
    const { channel, self, mode } = view;
    const place = this.#places.get(member);
    if (place === undefined) {
      this.#places.add(member, { clientId: self.clientId, channel, view, isLive: true });
      this.#hideFormer(view);
      this.#appear(self, mode, view.availability);
      this.#delivery.add(member);
      return true;
    }
    place.isLive = true;
    place.channel = channel;
    place.view = view;
    this.#delivery.returned(member);
    // The server may have the client of the lost link still on the channel.
    if (place.clientId !== self.clientId) this.#ghosts.add(place.clientId);
    this.#move(place, self, mode);
    return false;
  }

  /** A local user whom an earlier process has shown as this occupant, and who has no link yet. */
  restorePlace(member: LocalMember, occupant: KeptOccupant): void {
    this.occupants.restore(occupant, this.#channelMode);
    this.#places.add(member, { clientId: occupant.clientId, channel: undefined, isLive: false });
    this.#delivery.add(member);
  }

  /**
   * Those whom an earlier process has shown: nobody is told. The places of local users come first, since they may be kept as of a
   * later moment: a former client of one of them is nobody, and takes nobody's name.
   * @param channelMode `ChannelMode` mask
   */
  restore(occupants: readonly KeptOccupant[], channelMode: number): void {
    this.#channelMode = channelMode;
    const ownKeys = new Set([...this.occupants.values()].flatMap(({ fingerprint }) => fingerprint ?? []));
    for (const occupant of occupants) {
      const { clientId, fingerprint } = occupant;
      const isFormer = fingerprint !== undefined && ownKeys.has(fingerprint) && !this.#places.has(clientId);
      if (!isFormer) this.occupants.restore(occupant, channelMode);
    }
  }

  /** A local user's link is lost; the user stays shown. */
  disconnected(member: LocalMember): void {
    const place = this.#places.get(member);
    if (place !== undefined) place.isLive = false;
  }

  /** A local user is on the channel no longer. @param reason what the others are told; undefined: nothing. @returns false when it was not */
  detach(member: LocalMember, reason: LeaveReason | undefined): boolean {
    const place = this.#places.get(member);
    if (place === undefined) return false;
    for (const id of this.#places.delete(member)) this.#ghosts.delete(id);
    this.#delivery.delete(member);
    if (reason === undefined) this.occupants.hide(place.clientId);
    else this.hide(place.clientId, reason);
    return true;
  }

  /** A local user says to be available in another way: everybody is told. */
  shows(member: LocalMember, availability: Availability | undefined): void {
    const before = this.occupantOf(member);
    if (before === undefined || before.availability?.text === availability?.text) return;
    const after = this.occupants.setAvailability(before, availability);
    this.#tellAbout(after, (codes) => occupantPresence(undefined, after, codes));
  }

  /** See `Channel.expectName`. */
  expectName(member: LocalMember, name: string): void {
    const place = this.#places.get(member);
    if (place !== undefined) place.wanted = name;
  }

  /** A local user has another nickname and Client ID, as its own session tells. */
  renamed(member: LocalMember, user: User): void {
    const place = this.#places.get(member);
    if (place !== undefined) this.#move(place, user, this.occupants.get(place.clientId)?.mode ?? 0);
  }

  /** Nobody hears the channel: who has gone with the server is not known before it is heard again. */
  unheard(): void {
    this.#stale.pause();
  }

  /** See `LocalPlaces.newerView`. */
  newerView(member: LocalMember): Joined | undefined {
    return this.#places.newerView(member);
  }

  /** Nobody is shown any more, nor waited for. */
  clear(): void {
    this.#stale.replace([]);
    this.#ghosts.clear();
    this.#speakers.clear();
    this.occupants.clear();
  }

  /** Somebody has come, or the name has become known. */
  joined(member: Member): void {
    const { clientId, nickname } = member.user;
    if (!this.#own.has(clientId) && nickname !== undefined) this.#show(member);
  }

  resolved(user: User, channel: SilcChannel): void {
    if (this.#own.has(user.clientId) || this.#ghosts.has(user.clientId)) return;
    const shown = this.occupants.get(user.clientId);
    if (shown?.nickname !== undefined) return;
    const member = channel.members.get(user.clientId);
    if (member !== undefined) this.#show(member);
    else if (shown !== undefined) this.#named(shown, { user, mode: shown.mode });
  }

  /** Somebody has another nickname and Client ID. */
  changed(oldId: ClientId, user: User): void {
    if (this.#places.has(oldId)) return;
    const before = this.occupants.get(oldId);
    if (before !== undefined) this.#replace(before, { user, mode: before.mode });
  }

  /** Somebody has left; a local user goes by `detach` only. */
  left(clientId: ClientId, reason: LeaveReason): void {
    if (this.#places.has(clientId)) this.#ghosts.delete(clientId);
    else this.hide(clientId, reason);
  }

  /** Somebody else has gone with the server: stays shown for a moment, and longer when nobody hears the channel then. */
  mayComeBack(clientId: ClientId): void {
    const occupant = this.occupants.get(clientId);
    if (occupant !== undefined && !this.#places.has(clientId)) this.#stale.add(occupant, SHUTDOWN_MS);
  }

  modeChanged({ user, mode }: Member): void {
    const local = this.#places.memberOf(user.clientId);
    // What becomes of the client of a lost link says nothing of the next one.
    if (this.#ghosts.has(user.clientId) || (local && this.#places.get(local)?.isLive === false)) return;
    const shown = local === undefined ? this.occupants.get(user.clientId) : this.occupantOf(local);
    if (shown !== undefined) this.#refresh(shown.clientId, mode);
  }

  /** The channel has another mode: roles and affiliations follow. */
  setChannelMode(mode: number): void {
    this.#channelMode = mode;
    this.standingsChanged();
  }

  /** What is known of the affiliations is something else. */
  standingsChanged(): void {
    for (const { clientId, mode } of [...this.occupants.values()]) this.#refresh(clientId, mode);
  }

  /**
   * Somebody who speaks without being known as a member: has come a moment ago, or has left already, where the session that
   * heard it is behind the one that keeps the members.
   */
  appearAsSpeaker(user: User): Occupant {
    const { clientId } = user;
    this.#ghosts.delete(clientId);
    const shown = this.occupants.get(clientId);
    if (shown !== undefined) return shown;
    this.#speakers.spoke(clientId, () => {
      if (this.isHeard && !this.#places.isMember(clientId)) this.hide(clientId, {});
    });
    // Another session may have learnt the name, and told it, while this one was waiting for it.
    const known = user.nickname === undefined ? this.#places.named(clientId) : undefined;
    return this.#come(known ?? { user, mode: 0 });
  }

  hide(clientId: ClientId, reason: LeaveReason): void {
    this.#ghosts.delete(clientId);
    this.#listener.leaving(clientId);
    const occupant = this.occupants.hide(clientId);
    if (occupant !== undefined)
      this.#delivery.presence(leavePresence(undefined, occupant, reason), undefined);
  }

  /**
   * Takes all others as they are, after nobody has heard the channel for a while or at first: tells the differences.
   * @returns whether there are others, those included whose names are not known yet
   */
  reconcile({ channel, self, graceMs }: Joined): boolean {
    const gone = new Map<ClientId, Occupant>();
    const ownKeys = new Set([self.fingerprint]);
    for (const occupant of this.occupants.values()) {
      if (this.#places.has(occupant.clientId)) ownKeys.add(occupant.fingerprint);
      else gone.set(occupant.clientId, occupant);
    }
    const others = gone.size;
    let hasOthers = false;
    const arrived: Member[] = [];
    this.#ghosts.clear();
    for (const member of channel.members.values()) {
      const { clientId, nickname, fingerprint } = member.user;
      if (clientId === self.clientId || this.#own.has(clientId)) continue;
      if (fingerprint !== undefined && ownKeys.has(fingerprint)) {
        this.#ghosts.add(clientId);
        continue;
      }
      hasOthers = true;
      const shown = this.occupants.get(clientId);
      gone.delete(clientId);
      if (shown !== undefined && (shown.nickname !== undefined || nickname === undefined)) {
        this.#refresh(clientId, member.mode);
        // Those without a name come with `user-resolved`.
      } else if (nickname !== undefined) arrived.push(member);
    }
    // Nobody is who he was: the server has restarted, and the others are on their way back like ourselves.
    const isNewServer = others > 0 && gone.size === others;
    const { remainingMs } = this.#stale;
    this.#stale.replace(gone.values());
    for (const member of arrived) {
      const old = this.#claim(member.user);
      if (old !== undefined) this.#replace(old, member);
    }
    this.#stale.expireIn(Math.max(isNewServer ? graceMs : 0, remainingMs));
    for (const member of arrived) this.#show(member);
    return hasOthers;
  }

  /** Clients with the key of a local user who comes are what is left of an earlier link: they do not keep the user's name. */
  #hideFormer({ channel, self }: Joined): void {
    if (self.fingerprint === undefined) return;
    for (const { clientId, fingerprint } of this.occupants.values()) {
      if (fingerprint !== self.fingerprint || this.#places.has(clientId)) continue;
      this.hide(clientId, {});
      if (channel.members.has(clientId)) this.#ghosts.add(clientId);
    }
  }

  #show(member: Member): void {
    const { clientId } = member.user;
    this.#ghosts.delete(clientId);
    const shown = this.occupants.get(clientId);
    if (shown === undefined) {
      this.#come(member);
      return;
    }
    this.#stale.returned(shown);
    if (shown.nickname === undefined) this.#named(shown, member);
    else this.#refresh(clientId, member.mode);
  }

  /** Somebody who is not shown: one who is thought to be gone, or a newcomer. */
  #come(member: Member): Occupant {
    const { user, mode } = member;
    const stale = this.#claim(user);
    return stale === undefined ? this.#appear(user, mode) : this.#replace(stale, member);
  }

  /** The name of somebody has become known who is shown without one; who is thought to be gone may be the same. */
  #named(shown: Occupant, member: Member): void {
    this.#replace(this.#claim(member.user) ?? shown, member);
  }

  /** The one who is thought to be gone, is shown still, and has come back as this user. */
  #claim(user: User): Occupant | undefined {
    if (user.nickname === undefined) return undefined;
    for (let stale = this.#stale.claim(user); stale !== undefined; stale = this.#stale.claim(user)) {
      const shown = this.occupants.get(stale.clientId);
      if (shown?.nickname === stale.nickname) return shown;
    }
    return undefined;
  }

  #appear(user: User, mode: number, availability?: Availability): Occupant {
    const shown = this.occupants.show(user, mode, this.#channelMode);
    const occupant = availability === undefined ? shown : this.occupants.setAvailability(shown, availability);
    this.#delivery.presence(occupantPresence(undefined, occupant), occupant.fingerprint);
    this.#listener.shown(occupant);
    return occupant;
  }

  /** Tells a new role or affiliation, if there is one. */
  #refresh(clientId: ClientId, mode: number): void {
    const before = this.occupants.get(clientId);
    if (before === undefined) return;
    const after = this.occupants.setMode(before, mode, this.#channelMode);
    if (looksSame(before, after)) return;
    const why = this.#listener.whyChanged(clientId);
    this.#tellAbout(after, (codes) => occupantPresence(undefined, after, codes, undefined, why));
    const member = this.#places.memberOf(clientId);
    if (member !== undefined && after.role === 'moderator' && before.role !== 'moderator')
      this.#listener.promoted(member);
  }

  #move(place: Place, user: User, mode: number): void {
    const before = this.occupants.get(place.clientId);
    for (const forgotten of this.#places.move(place, user.clientId)) this.#ghosts.delete(forgotten);
    if (before !== undefined) this.#replace(before, { user, mode }, place.wanted);
    place.wanted = undefined;
  }

  /** The same person with another Client ID, nickname or mode. @param wanted the name that was asked for */
  #replace(before: Occupant, { user, mode }: Member, wanted?: string): Occupant {
    // Was shown a second time, since it spoke before that was known.
    if (before.clientId !== user.clientId && this.occupants.get(user.clientId) !== undefined) {
      this.hide(user.clientId, {});
    }
    const { after } = this.occupants.rename(before.clientId, user);
    if (before.name !== after.name) {
      this.#tellAbout(after, (codes) => renamePresence(undefined, before, after.name, codes));
      // The name is not the nickname: somebody else has it in this room.
      const isOther = wanted === undefined ? after.disambiguator !== undefined : after.name !== wanted;
      const assigned = isOther ? [StatusCode.nickAssigned] : [];
      this.#tellAbout(after, (codes) =>
        occupantPresence(undefined, after, codes.length === 0 ? codes : [...codes, ...assigned]),
      );
    }
    this.#refresh(user.clientId, mode);
    this.#listener.shown(after, before);
    return this.occupants.get(user.clientId) ?? after;
  }

  /** To everybody, with the mark of the own presence for those whose it is. */
  #tellAbout({ clientId, fingerprint }: Occupant, build: (codes: readonly StatusCode[]) => Element): void {
    const member = this.#places.memberOf(clientId);
    if (member === undefined) this.#delivery.presence(build([]), fingerprint);
    else this.#delivery.toEverybodyAbout(member, build([]), build([StatusCode.self]), fingerprint);
  }
}
