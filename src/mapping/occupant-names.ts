import type { ClientId } from '../silc/ids.js';
import { type ClientIdentity, disambiguatorsOf } from './identity.js';
import { shapeOf } from './look-alikes.js';
import { nicknameToResource, preparedNickname } from './nickname.js';

/** Between nickname and disambiguator. SILC nicknames cannot hold it, so nobody can choose a name that looks like another's. */
const SEPARATOR = '*';

/** Begins the name of somebody whose nickname is not known (yet), or is none; illegal in nicknames likewise. */
const UNNAMED = '?';

interface Named {
  /** Name in the room. */
  readonly name: string;
  /** Nickname in the form that is compared; undefined for an unnamed one. */
  readonly nickname: string | undefined;
}

/** Somebody to be named. `nickname` as displayed, undefined until known. */
export interface Newcomer extends ClientIdentity {
  readonly nickname: string | undefined;
}

/**
 * The names of a room's occupants. SILC nicknames are not unique: who alone has one on arrival is called by the nickname itself,
 * each further user with it, or with one that looks like it, by `nickname*disambiguator`, which comes from the key or the Client ID. A name stays as it is while
 * its bearer is present and does not change the nickname. What is assigned depends on nothing but the sequence of calls.
 */
export class OccupantNames {
  readonly #occupants = new Map<ClientId, Named>();
  /** By the form of the name that is compared: two names never differ in case or width only. */
  readonly #byName = new Map<string, ClientId>();
  /** Who has each nickname, in order of arrival: mostly one. */
  readonly #usersWithNick = new Map<string, ClientId | Set<ClientId>>();
  /** How many have a nickname that looks so. */
  readonly #shapes = new Map<string, number>();

  get size(): number {
    return this.#occupants.size;
  }

  /** Names an occupant; one who has a name keeps it. @returns the name in the room, a prepared resource. */
  add(newcomer: Newcomer): string {
    const present = this.#occupants.get(newcomer.clientId);
    if (present !== undefined) return present.name;
    const nickname = newcomer.nickname === undefined ? undefined : preparedNickname(newcomer.nickname);
    return this.#enter(newcomer.clientId, { name: this.#choose(newcomer, nickname), nickname });
  }

  /** Gives an occupant the name that it had before, unless somebody has it. @returns the name in the room */
  restore(newcomer: Newcomer, name: string): string {
    if (this.#occupants.has(newcomer.clientId) || !this.#isFree(name)) return this.add(newcomer);
    const nickname = newcomer.nickname === undefined ? undefined : preparedNickname(newcomer.nickname);
    return this.#enter(newcomer.clientId, { name, nickname });
  }

  #enter(clientId: ClientId, named: Named): string {
    const { name, nickname } = named;
    this.#occupants.set(clientId, named);
    this.#byName.set(compared(name), clientId);
    if (nickname !== undefined) {
      this.#count(nickname, 1);
      const users = this.#usersWithNick.get(nickname);
      if (users === undefined) this.#usersWithNick.set(nickname, clientId);
      else if (typeof users === 'string') this.#usersWithNick.set(nickname, new Set([users, clientId]));
      else users.add(clientId);
    }
    return name;
  }

  /**
   * A change of nickname (which always changes the Client ID), or a nickname that became known.
   * @param oldId the Client ID before; the same as the new one when only the name became known.
   * @returns old and new name, equal when nothing is to be shown; `from` undefined for somebody who was not here.
   */
  rename(oldId: ClientId, newcomer: Newcomer): { readonly from: string | undefined; readonly to: string } {
    const before = this.#occupants.get(oldId);
    const nickname = newcomer.nickname === undefined ? undefined : preparedNickname(newcomer.nickname);
    const isSame = before?.nickname !== undefined && before.nickname === nickname;
    if (newcomer.clientId !== oldId) this.remove(newcomer.clientId);
    if (!isSame) {
      this.remove(oldId);
      return { from: before?.name, to: this.add(newcomer) };
    }
    return { from: before.name, to: this.#move(oldId, newcomer, before) };
  }

  /** Somebody with a nickname has come back as another client, or spells the nickname in another way: the disambiguator stays. */
  #move(oldId: ClientId, { clientId, nickname = '' }: Newcomer, before: Named): string {
    const [shown = '', ...disambiguator] = before.name.split(SEPARATOR);
    const name = [nicknameToResource(nickname) ?? shown, ...disambiguator].join(SEPARATOR);
    this.#occupants.delete(oldId);
    this.#byName.delete(compared(before.name));
    this.#occupants.set(clientId, { ...before, name });
    this.#byName.set(compared(name), clientId);
    const key = before.nickname ?? '';
    const users = this.#usersWithNick.get(key);
    if (typeof users !== 'object') this.#usersWithNick.set(key, clientId);
    else this.#usersWithNick.set(key, new Set(Array.from(users, (id) => (id === oldId ? clientId : id))));
    return name;
  }

  /** Takes an occupant out. @returns the name it had. */
  remove(clientId: ClientId): string | undefined {
    const occupant = this.#occupants.get(clientId);
    if (occupant === undefined) return undefined;
    this.#occupants.delete(clientId);
    this.#byName.delete(compared(occupant.name));
    if (occupant.nickname !== undefined) {
      this.#count(occupant.nickname, -1);
      const users = this.#usersWithNick.get(occupant.nickname);
      if (typeof users === 'object') users.delete(clientId);
      if (typeof users === 'string' || users?.size === 0) this.#usersWithNick.delete(occupant.nickname);
    }
    return occupant.name;
  }

  nameOf(clientId: ClientId): string | undefined {
    return this.#occupants.get(clientId)?.name;
  }

  /** Who bears this name, however it is spelt. */
  bearerOf(name: string): ClientId | undefined {
    return this.#byName.get(compared(name));
  }

  /** Who is present with a nickname, in order of arrival. */
  usersWithNick(nickname: string): readonly ClientId[] {
    const prepared = preparedNickname(nickname);
    const users = prepared === undefined ? undefined : this.#usersWithNick.get(prepared);
    return typeof users === 'string' ? [users] : [...(users ?? [])];
  }

  /** The disambiguator in the name of an occupant who shares or shared the nickname: the qualifier of its user address. */
  disambiguatorOf(clientId: ClientId): string | undefined {
    const occupant = this.#occupants.get(clientId);
    if (occupant?.nickname === undefined) return undefined;
    return occupant.name.split(SEPARATOR)[1];
  }

  clear(): void {
    this.#occupants.clear();
    this.#byName.clear();
    this.#usersWithNick.clear();
    this.#shapes.clear();
  }

  #count(nickname: string, change: number): void {
    const shape = shapeOf(nickname);
    const count = (this.#shapes.get(shape) ?? 0) + change;
    if (count === 0) this.#shapes.delete(shape);
    else this.#shapes.set(shape, count);
  }

  #choose(newcomer: Newcomer, nickname: string | undefined): string {
    const shown = nickname === undefined ? undefined : nicknameToResource(newcomer.nickname ?? '');
    const named = shown !== undefined;
    // The nickname alone only where nobody here has it, or one that looks like it: the bearer of a name with a disambiguator may have been second to
    // one who left, and a third one must not be taken for either.
    if (named && !this.#shapes.has(shapeOf(nickname ?? '')) && this.#isFree(shown)) return shown;
    const stem = named ? shown + SEPARATOR : UNNAMED;
    const disambiguators = disambiguatorsOf(newcomer);
    for (const disambiguator of disambiguators) {
      if (this.#isFree(stem + disambiguator)) return stem + disambiguator;
    }
    // Only a collision of 160-bit digests comes here. Bounded by the number of occupants.
    const last = disambiguators.at(-1) ?? '';
    for (let number = 2; ; number++) {
      const name = `${stem}${last}${SEPARATOR}${number}`;
      if (this.#isFree(name)) return name;
    }
  }

  #isFree(name: string): boolean {
    return !this.#byName.has(compared(name));
  }
}

/** The form in which names in a room are compared: as SILC does it, also for those that are no nicknames. */
function compared(name: string): string {
  return preparedNickname(name) ?? name.normalize('NFKC').toUpperCase().toLowerCase();
}
