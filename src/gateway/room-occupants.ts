import { type Standing, standingOf } from '../mapping/affiliation.js';
import { OccupantNames } from '../mapping/occupant-names.js';
import type { OccupantView } from '../mapping/presence.js';
import type { Channel, Member, User } from '../silc/client/types.js';
import type { ClientId } from '../silc/ids.js';

/** Somebody whom the room shows. */
export interface Occupant extends OccupantView {
  readonly clientId: ClientId;
  /** Name in the room: the resource of `jid`. */
  readonly name: string;
  readonly nickname: string | undefined;
  readonly fingerprint: string | undefined;
}

/** Turns a SILC user into addresses and ids; the gateway's part of showing an occupant. */
export interface Describe {
  jid(name: string): string;
  address(nickname: string): string;
  occupantId(user: User): string;
}

/** Who a room shows to its user: names, addresses, roles. It changes only together with the presence that tells so. */
export class RoomOccupants {
  readonly #shown = new Map<ClientId, Occupant>();
  readonly #names = new OccupantNames();
  readonly #describe: Describe;

  constructor(describe: Describe) {
    this.#describe = describe;
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

  /** Occupants with a nickname, and the mark that tells one of them apart in a user address. */
  holdersOf(nickname: string): readonly Occupant[] {
    return this.#names.holdersOf(nickname).flatMap((id) => this.#shown.get(id) ?? []);
  }

  /** Starts to show a member; for one who is shown already only the standing is renewed. */
  show(channel: Channel, member: Member): Occupant {
    return this.#put(member.user, standingOf(member.mode, channel.mode), undefined);
  }

  /** Somebody who speaks without being known as a member. */
  showStranger(channel: Channel, user: User): Occupant {
    return this.#put(user, standingOf(0, channel.mode), undefined);
  }

  hide(clientId: ClientId): Occupant | undefined {
    const occupant = this.#shown.get(clientId);
    this.#shown.delete(clientId);
    this.#names.remove(clientId);
    return occupant;
  }

  /** A new nickname or Client ID; `before` undefined for somebody who was not shown. */
  rename(oldId: ClientId, user: User): { before: Occupant | undefined; after: Occupant } {
    const before = this.#shown.get(oldId);
    this.#shown.delete(oldId);
    this.#names.rename(oldId, user);
    const standing = before ?? { affiliation: 'none', role: 'participant' };
    return { before, after: this.#put(user, standing, before?.occupantId) };
  }

  clear(): void {
    this.#shown.clear();
    this.#names.clear();
  }

  #put(user: User, { affiliation, role }: Standing, occupantId: string | undefined): Occupant {
    const { clientId, nickname, fingerprint } = user;
    const known = this.#shown.get(clientId);
    const name = this.#names.add({ clientId, nickname, fingerprint });
    // Addresses are prepared strings, and a change of the channel's mode shows everybody anew: not made twice.
    const isNamedAsBefore = known !== undefined && known.name === name && known.nickname === nickname;
    const occupant: Occupant = {
      clientId,
      name,
      nickname,
      fingerprint,
      affiliation,
      role,
      jid: isNamedAsBefore ? known.jid : this.#describe.jid(name),
      address: isNamedAsBefore ? known.address : this.#addressOf(nickname),
      // Stays as it was first shown, even when the key becomes known later.
      occupantId: occupantId ?? known?.occupantId ?? this.#describe.occupantId(user),
    };
    this.#shown.set(clientId, occupant);
    return occupant;
  }

  #addressOf(nickname: string | undefined): string | undefined {
    return nickname === undefined ? undefined : this.#describe.address(nickname);
  }
}
