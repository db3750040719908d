import type { RoleAndAffiliation } from '../../mapping/affiliation.js';
import type { Availability } from '../../mapping/availability.js';
import { hasSameHats } from '../../mapping/hats.js';
import type { ClientIdentity } from '../../mapping/identity.js';
import { OccupantNames } from '../../mapping/occupant-names.js';
import type { OccupantView } from '../../mapping/presence.js';
import type { User } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import type { KeptOccupant } from '../restarts/state.js';

/** A SILC client on a channel, as all local users are shown it. Replaced, not changed. */
export interface Occupant extends OccupantView {
  readonly clientId: ClientId;
  /** Name in the room: the resource of `jid`. */
  readonly name: string;
  /** Display form; undefined until it is known. */
  readonly nickname: string | undefined;
  /** SHA-1 of the public key, 40 hex digits; undefined until it is known. */
  readonly fingerprint: string | undefined;
  /** `ChannelUserMode` mask. */
  readonly mode: number;
  /** Tells the occupant apart from the first one with the nickname; undefined for that one. */
  readonly disambiguator: string | undefined;
}

/** Whether what an occupant is shows in the same way before and after a change. */
export const looksSame = (before: OccupantView, after: OccupantView): boolean =>
  before.affiliation === after.affiliation && before.role === after.role && hasSameHats(before, after);

/** Turns a SILC user into addresses and ids: the channel's part of showing an occupant. */
export interface OccupantAddresses {
  jid(name: string): string;
  /** @param disambiguator tells apart those who have the nickname; undefined for the first of them */
  user(nickname: string, disambiguator: string | undefined): string;
  occupantId(user: ClientIdentity): string;
  /**
   * @param mode - `ChannelUserMode` mask
   * @param channelMode - `ChannelMode` mask
   * @param before - as the user was shown until now
   */
  standing(
    user: ClientIdentity,
    mode: number,
    channelMode: number,
    before: Occupant | undefined,
  ): RoleAndAffiliation;
}

/** Everybody that a channel shows, with names that are the same for all local users. Changes only with the presence that tells so. */
export class Occupants {
  readonly #shown = new Map<ClientId, Occupant>();
  readonly #names = new OccupantNames();
  readonly #addresses: OccupantAddresses;
  readonly #onChanged: () => void;

  /** @param onChanged called whenever somebody is shown, shown in another way, or hidden */
  constructor(addresses: OccupantAddresses, onChanged: () => void) {
    this.#addresses = addresses;
    this.#onChanged = onChanged;
  }

  get size(): number {
    return this.#shown.size;
  }

  values(): IterableIterator<Occupant> {
    return this.#shown.values();
  }

  get(clientId: ClientId): Occupant | undefined {
    return this.#shown.get(clientId);
  }

  byName(name: string): Occupant | undefined {
    const id = this.#names.bearerOf(name);
    return id === undefined ? undefined : this.#shown.get(id);
  }

  /** Those with a nickname, in the order in which they came. */
  withNickname(nickname: string): readonly Occupant[] {
    return this.#names.usersWithNick(nickname).flatMap((id) => this.#shown.get(id) ?? []);
  }

  /**
   * The one who is shown under a user address: the first one with the nickname without a disambiguator, another one by its own.
   * @param nickname prepared
   */
  byAddress(nickname: string, disambiguator: string | undefined): Occupant | undefined {
    return this.withNickname(nickname).find((occupant) => occupant.disambiguator === disambiguator);
  }

  /**
   * Starts to show somebody; of one who is shown already only the mode is renewed.
   * @param mode - `ChannelUserMode` mask
   * @param channelMode - `ChannelMode` mask
   */
  show(user: User, mode: number, channelMode: number): Occupant {
    const before = this.#shown.get(user.clientId);
    return this.#put(user, mode, this.#addresses.standing(user, mode, channelMode, before), undefined);
  }

  /** A local user says to be available in another way. */
  setAvailability(occupant: Occupant, availability: Availability | undefined): Occupant {
    const after = { ...occupant, availability };
    this.#shown.set(occupant.clientId, after);
    return after;
  }

  /** A new mode of somebody who is shown, or of the channel. */
  setMode(occupant: Occupant, mode: number, channelMode: number): Occupant {
    const standing = this.#addresses.standing(occupant, mode, channelMode, occupant);
    const after = { ...occupant, mode, ...standing };
    this.#shown.set(occupant.clientId, after);
    this.#onChanged();
    return after;
  }

  /** Somebody whom an earlier process has shown, under the name and id of then. */
  restore(kept: KeptOccupant, channelMode: number): void {
    const { clientId, name, nickname, fingerprint, mode, occupantId } = kept;
    this.#names.restore({ clientId, nickname, fingerprint }, name);
    const user = { clientId, nickname, fingerprint };
    const standing = kept.standing ?? this.#addresses.standing(user, mode, channelMode, undefined);
    this.#put(user, mode, standing, occupantId);
  }

  hide(clientId: ClientId): Occupant | undefined {
    const occupant = this.#shown.get(clientId);
    this.#shown.delete(clientId);
    this.#names.remove(clientId);
    this.#onChanged();
    return occupant;
  }

  clear(): void {
    this.#shown.clear();
    this.#names.clear();
    this.#onChanged();
  }

  /** A new nickname or Client ID; `before` undefined for somebody who was not shown. */
  rename(oldId: ClientId, user: User): { before: Occupant | undefined; after: Occupant } {
    const before = this.#shown.get(oldId);
    this.#shown.delete(oldId);
    this.#names.rename(oldId, user);
    const roleAndAffiliation = before ?? { affiliation: 'none', role: 'participant' };
    const after = this.#put(user, before?.mode ?? 0, roleAndAffiliation, before?.occupantId);
    const { availability } = before ?? {};
    return { before, after: availability === undefined ? after : this.setAvailability(after, availability) };
  }

  #put(
    user: ClientIdentity & Pick<User, 'nickname'> & Partial<Pick<User, 'mode'>>,
    mode: number,
    { affiliation, role }: RoleAndAffiliation,
    occupantId: string | undefined,
  ): Occupant {
    const { clientId, nickname, fingerprint } = user;
    const known = this.#shown.get(clientId);
    const name = this.#names.add({ clientId, nickname, fingerprint });
    // Addresses are prepared strings, and a change of the channel's mode shows everybody anew: not made twice.
    const isNamedAsBefore = known !== undefined && known.name === name && known.nickname === nickname;
    const disambiguator = this.#names.disambiguatorOf(clientId);
    const occupant: Occupant = {
      clientId,
      name,
      nickname,
      fingerprint,
      mode,
      userMode: user.mode ?? known?.userMode,
      disambiguator,
      availability: known?.availability,
      affiliation,
      role,
      jid: isNamedAsBefore ? known.jid : this.#addresses.jid(name),
      address: isNamedAsBefore ? known.address : nickname && this.#addresses.user(nickname, disambiguator),
      // Stays as it was first shown, even when the key becomes known later.
      occupantId: occupantId ?? known?.occupantId ?? this.#addresses.occupantId(user),
    };
    this.#shown.set(clientId, occupant);
    this.#onChanged();
    return occupant;
  }
}
