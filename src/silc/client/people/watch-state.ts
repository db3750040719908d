import { toHex } from '../../bytes.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import { SilcError } from '../../errors.js';
import type { ClientId } from '../../ids.js';
import { UserMode } from '../../modes.js';
import { isIdOfNickname } from '../../nickname-id.js';
import { decodePayload } from '../../packets/codec.js';
import { NotifyType, type Notify } from '../../packets/notify.js';
import { publicKeyPayload } from '../../packets/public-key-payload.js';
import { prepareNickname } from '../../stringprep/index.js';
import { MAX_NICKNAME, trimToLength } from '../limits.js';
import type { PresenceEvent, WatchedOfflineCause, WatchedPerson } from '../api/presence.js';
import { monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';

type WatchNotify = Extract<Notify, { type: 'watch' }>;

/** Watched people, and others that were seen by the way, that are remembered. */
const MAX_PEOPLE = 1_024;

/** Idle time comes in seconds, and late; clocks are set. */
const SAME_MOMENT_MS = 60_000;

const causes: ReadonlyMap<number | undefined, WatchedOfflineCause> = new Map([
  [NotifyType.signoff, 'signoff'],
  [NotifyType.killed, 'killed'],
  [NotifyType.serverSignoff, 'server-signoff'],
]);

/** What is watched, as far as their state depends on it. */
export interface Watched {
  hasNickname(prepared: string): boolean;
  hasFingerprint(fingerprint: string): boolean;
  /** The key was watched, and is not any more. */
  isSilenced(fingerprint: string): boolean;
  /** The watched nickname that a Client ID was made of. */
  nicknameOf(id: ClientId): string | undefined;
}

/**
 * Makes events of WATCH notifies and of what WHOIS finds. Whoever is watched by nickname and by key
 * is notified twice; a change of nickname comes as one notify for the old Client ID and one for the new one, each only
 * where that identity is watched.
 */
export class WatchState {
  readonly #backend: CryptoBackend;
  readonly #watched: Watched;
  readonly #people = new LruMap<ClientId, WatchedPerson>(MAX_PEOPLE);
  /** IDs that nobody has since their end was told: it is not told again. A server may give one of them to the next holder of the nickname. */
  readonly #departed = new LruMap<ClientId, true>(MAX_PEOPLE);
  /** When the server has told of an ID, on the monotonic clock: an answer to what was asked before that may be older. */
  readonly #told = new LruMap<ClientId, number>(MAX_PEOPLE);
  /** Who is changing to a nickname, in prepared form. */
  readonly #renaming = new LruMap<string, WatchedPerson>(MAX_PEOPLE);
  /** Who was resumed, and may have another Client ID on another server: nothing tells so. */
  readonly #resumed = new LruMap<ClientId, true>(MAX_PEOPLE);

  constructor(backend: CryptoBackend, watched: Watched) {
    this.#backend = backend;
    this.#watched = watched;
  }

  /** A person that is online, as far as is known. */
  get(id: ClientId): WatchedPerson | undefined {
    return this.#people.get(id);
  }

  notify(notify: WatchNotify): PresenceEvent | undefined {
    const { clientId, mode, notifyType } = notify;
    this.#told.set(clientId, monotonicMs());
    const previous = this.#people.get(clientId);
    const person: WatchedPerson = {
      clientId,
      // Of somebody who has just come to another server, the name is not known to the router yet.
      nickname: nicknameOf(notify) ?? previous?.nickname ?? this.#watched.nicknameOf(clientId),
      mode,
      fingerprint: this.#fingerprintOf(notify) ?? previous?.fingerprint,
    };
    if (this.#isSilenced(person)) return undefined;
    const cause = causes.get(notifyType);
    if (cause !== undefined) {
      if (this.#departed.has(clientId)) return undefined;
      if (previous === undefined) this.#movedTo(person);
      return this.#offline(previous ?? person, cause);
    }
    if (notifyType === NotifyType.nickChange) return this.#renamed(person, previous);
    return this.#seen(person);
  }

  /**
   * The watch of a nickname (prepared) or of a key (its fingerprint) has ended: whom no other one tells of is new to the
   * next one.
   */
  forget(ended: string): void {
    for (const person of this.#people.values()) {
      const { clientId, nickname, fingerprint } = person;
      const wasOf = fingerprint === ended || (nickname !== undefined && preparedOf(nickname) === ended);
      if (!wasOf || this.#isWatched(person)) continue;
      this.#people.delete(clientId);
      this.#resumed.delete(clientId);
    }
  }

  /** SERVER_SIGNOFF: silcd notifies the watchers only where the server is of another cell. */
  lost(id: ClientId): PresenceEvent | undefined {
    const person = this.#people.get(id);
    if (person === undefined) return undefined;
    this.#told.set(id, monotonicMs());
    return this.#offline(person, 'server-signoff');
  }

  /**
   * Somebody was found by asking. What the server has told since counts: the answer may be older, and comes later where somebody else
   * has asked, or where both were read at once.
   * @param askedAt - on the monotonic clock
   */
  found(person: WatchedPerson, askedAt: number): PresenceEvent | undefined {
    const { clientId } = person;
    if ((this.#told.peek(clientId) ?? -Infinity) > askedAt) {
      const known = this.#people.get(clientId);
      if (known === undefined) return undefined;
      const { nickname = person.nickname, fingerprint = person.fingerprint } = known;
      return this.#seen({ ...known, nickname, fingerprint });
    }
    const event = this.#seen(person);
    // The ID is still the same.
    this.#resumed.delete(clientId);
    return event;
  }

  /**
   * People with the nickname of somebody who was resumed: who of them is that now? The old Client ID may be among them also
   * where there is another one: a silcd keeps it when the session is resumed on its router.
   */
  moved(oldId: ClientId, people: readonly WatchedPerson[]): PresenceEvent | undefined {
    const old = this.#people.get(oldId);
    const person = people.find(
      (one) =>
        old !== undefined &&
        !this.#people.has(one.clientId) &&
        !this.#departed.has(one.clientId) &&
        this.#mayBe(old, one),
    );
    const event = person === undefined ? undefined : this.#seen(person);
    this.#resumed.delete(oldId);
    return event;
  }

  /** Somebody who had been found is not found any more. */
  gone(id: ClientId): PresenceEvent | undefined {
    const person = this.#people.get(id);
    return person === undefined ? undefined : this.#offline(person, 'gone');
  }

  #isWatched({ clientId, nickname, fingerprint }: WatchedPerson): boolean {
    const prepared = nickname === undefined ? undefined : preparedOf(nickname);
    if (prepared !== undefined && this.#watched.hasNickname(prepared)) return true;
    if (this.#watched.nicknameOf(clientId) !== undefined) return true;
    return fingerprint !== undefined && this.#watched.hasFingerprint(fingerprint);
  }

  /** silcd does not delete watches of keys, and goes on to notify. */
  #isSilenced(person: WatchedPerson): boolean {
    const { fingerprint } = person;
    return fingerprint !== undefined && this.#watched.isSilenced(fingerprint) && !this.#isWatched(person);
  }

  #seen(seen: WatchedPerson): PresenceEvent | undefined {
    const previous = this.#people.get(seen.clientId) ?? this.#movedTo(seen);
    const person = { ...seen, idleSince: steady(previous?.idleSince, seen.idleSince) };
    this.#keep(person);
    // Whatever it was that has changed: a silcd tells of a watched key on another server only then.
    if (previous === undefined) return { type: 'watched-online', person };
    const { mode, nickname, clientId, idleSince } = previous;
    if (isResume(previous, person) && clientId === person.clientId) {
      this.#resumed.set(clientId, true);
    }
    const same =
      mode === person.mode &&
      nickname === person.nickname &&
      clientId === person.clientId &&
      idleSince === person.idleSince;
    return same ? undefined : { type: 'watched-changed', person, previous };
  }

  /** Whose new Client ID this is, after the session was resumed on another server; forgets the old one. */
  #movedTo(person: WatchedPerson): WatchedPerson | undefined {
    const old = [...this.#people.values()].find((other) => this.#mayBe(other, person));
    if (old === undefined) return undefined;
    this.#depart(old.clientId);
    return old;
  }

  /** The same nickname on another server: seen to be resumed, or still detached and with the same key. */
  #mayBe(old: WatchedPerson, person: WatchedPerson): boolean {
    const { fingerprint, nickname } = person;
    if (nickname === undefined || old.nickname === undefined) return false;
    if (addressOf(old.clientId) === addressOf(person.clientId)) return false;
    const known = old.fingerprint !== undefined && fingerprint !== undefined;
    if (known && old.fingerprint !== fingerprint) return false;
    if (!this.#resumed.has(old.clientId) && !(known && isResume(old, person))) return false;
    const prepared = preparedOf(nickname);
    return prepared !== undefined && preparedOf(old.nickname) === prepared;
  }

  #offline(person: WatchedPerson, cause: WatchedOfflineCause): PresenceEvent | undefined {
    const { clientId } = person;
    if (this.#departed.has(clientId)) return undefined;
    this.#depart(clientId);
    return { type: 'watched-offline', person, cause };
  }

  /** Whoever has the ID from now on is new. */
  #depart(clientId: ClientId): void {
    this.#people.delete(clientId);
    this.#resumed.delete(clientId);
    this.#departed.set(clientId, true);
  }

  #renamed(person: WatchedPerson, previous: WatchedPerson | undefined): PresenceEvent | undefined {
    const { clientId, nickname, fingerprint } = person;
    const prepared = nickname === undefined ? undefined : preparedOf(nickname);
    if (nickname === undefined || prepared === undefined) return this.#seen(person);
    if (isIdOfNickname(this.#backend, clientId, nickname)) {
      const before = this.#renaming.get(prepared);
      this.#renaming.delete(prepared);
      if (before === undefined) return this.#seen(person);
      this.#keep(person);
      return { type: 'watched-changed', person, previous: before };
    }
    // The identity before the change: will there be another notify for the one after it?
    if (this.#departed.has(clientId)) return undefined;
    const old = previous ?? { ...person, nickname: undefined };
    const follows =
      this.#watched.hasNickname(prepared) ||
      (fingerprint !== undefined && this.#watched.hasFingerprint(fingerprint));
    if (!follows) return this.#offline(old, 'nick-change');
    this.#depart(clientId);
    this.#renaming.set(prepared, old);
    return undefined;
  }

  #keep(person: WatchedPerson): void {
    this.#departed.delete(person.clientId);
    this.#people.set(person.clientId, person);
  }

  #fingerprintOf({ publicKey }: WatchNotify): string | undefined {
    if (publicKey === undefined) return undefined;
    try {
      return toHex(this.#backend.hash('sha1', decodePayload(publicKeyPayload, publicKey).data));
    } catch (error) {
      if (error instanceof SilcError) return undefined;
      throw error;
    }
  }
}

/** The same moment, computed from answers that were under way for different times, is the same number. */
function steady(before: number | undefined, now: number | undefined): number | undefined {
  const isSame = before !== undefined && now !== undefined && Math.abs(now - before) < SAME_MOMENT_MS;
  return isSame ? before : now;
}

/** A detached session has a connection again. */
export function isResume(previous: WatchedPerson, { mode }: Pick<WatchedPerson, 'mode'>): boolean {
  return (previous.mode & UserMode.detached) !== 0 && (mode & UserMode.detached) === 0;
}

/** People who do not want to be watched are not, whatever WHOIS says of them. */
export function mayBeWatched(mode: number): boolean {
  return (mode & UserMode.rejectWatching) === 0;
}

/** The prepared form of a nickname; undefined when it is not legal. */
export function preparedOf(nickname: string): string | undefined {
  try {
    return prepareNickname(nickname);
  } catch {
    return undefined;
  }
}

function nicknameOf({ nickname }: WatchNotify): string | undefined {
  return nickname === undefined ? undefined : trimToLength(nickname.split('@', 1)[0] ?? '', MAX_NICKNAME);
}

/** The server's address of a Client ID: what is before a random octet and 11 octets of hash, 2 hex digits each. */
function addressOf(id: ClientId): string {
  return id.slice(0, -24);
}
