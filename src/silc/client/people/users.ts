import { toHex } from '../../bytes.js';
import { splitNickname, splitUser } from '../../commands/values.js';
import type { WhoisReply } from '../../commands/whois.js';
import type { ClientId } from '../../ids.js';
import type { MacForm } from '../../messages/index.js';
import {
  MAX_HOSTNAME,
  MAX_LAG_MS,
  MAX_NICKNAME,
  MAX_REAL_NAME,
  MAX_USERNAME,
  trimToLength,
} from '../limits.js';
import type { User } from '../api/network.js';
import { type Clock, monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';

let orderingKeys = 0;

/** A new key for `EventOrder`. */
export const newOrderingKey = (): string => String(++orderingKeys);

/** What the session knows of one client. The application sees it as a read-only {@link User}. */
export class UserRecord implements User {
  clientId: ClientId;
  nickname: string | undefined;
  server: string | undefined;
  username: string | undefined;
  hostname: string | undefined;
  realName: string | undefined;
  mode: number | undefined;
  fingerprint: string | undefined;
  idleSeconds: number | undefined;
  /** Replies of WHOIS so far. */
  answers = 0;
  /** When it was last certain who holds the Client ID, of those who are on no channel; of the monotonic clock. */
  seenAt = -Infinity;
  /** Channels that hold this user, and other reasons to keep the record. */
  references = 0;
  /** Of the last message on a channel; undefined before one. */
  macForm: MacForm | undefined;
  /** The application was shown this user without a name: it is told when the name becomes known. */
  shownUnresolved = false;
  /** Orders what concerns this person only. */
  orderingKey = newOrderingKey();

  constructor(clientId: ClientId) {
    this.clientId = clientId;
  }

  /** Takes over what another session knows of the same client, where this one knows nothing. */
  learn(other: UserRecord): void {
    if (other === this) return;
    // Nothing waits for somebody new; fragments of messages are found by it.
    if (this.references === 0 && this.nickname === undefined) this.orderingKey = other.orderingKey;
    this.nickname ??= other.nickname;
    this.server ??= other.server;
    this.username ??= other.username;
    this.hostname ??= other.hostname;
    this.realName ??= other.realName;
    this.mode ??= other.mode;
    this.fingerprint ??= other.fingerprint;
    this.macForm ??= other.macForm;
    if (other.nickname === undefined && other.shownUnresolved) this.shownUnresolved = true;
  }

  /** The Client ID may be somebody else's by now: who that is has to be asked. */
  forgetIdentity(): void {
    this.nickname = undefined;
    this.server = undefined;
    this.username = undefined;
    this.hostname = undefined;
    this.realName = undefined;
    this.mode = undefined;
    this.fingerprint = undefined;
    this.idleSeconds = undefined;
  }

  /** The Client ID is that of somebody whom another session sees. */
  become(other: UserRecord): void {
    const { orderingKey } = this;
    this.forgetIdentity();
    this.learn(other);
    this.orderingKey = orderingKey;
  }

  /**
   * Takes over a WHOIS reply; a name under an earlier Client ID is older than the one at hand. Texts beyond the limits
   * of the toolkit are cut: a session keeps thousands of users.
   */
  update(reply: WhoisReply): void {
    this.answers++;
    this.seenAt = monotonicMs();
    if (reply.clientId === this.clientId || this.nickname === undefined) {
      const { nickname, server } = splitNickname(reply.nickname);
      this.nickname = trimToLength(nickname, MAX_NICKNAME);
      this.server = server === undefined ? undefined : trimToLength(server, MAX_HOSTNAME);
    }
    const { username, hostname } = splitUser(reply.user);
    this.username = trimToLength(username, MAX_USERNAME);
    this.hostname = hostname === undefined ? undefined : trimToLength(hostname, MAX_HOSTNAME);
    this.realName = trimToLength(reply.realName ?? '', MAX_REAL_NAME);
    if (reply.mode !== undefined) this.mode = reply.mode;
    if (reply.fingerprint?.length === 20) this.fingerprint = toHex(reply.fingerprint);
    this.idleSeconds = reply.idleSeconds;
  }
}

/** How long packets may still come under a Client ID that was changed by NICK. */
const ALIAS_MS = 300_000;

interface Alias {
  readonly to: ClientId;
  readonly until: number;
  /** While another session has heard of the change, and this one has not yet: the old ID is the same person in all it hears. */
  readonly aheadUntil?: number;
}

/**
 * All clients a session knows, by Client ID. Members of channels are kept as long as they are members; of the others
 * the most recently used ones, so that memory is bounded. Old Client IDs lead to their user for a few minutes.
 */
export class UserStore {
  readonly #users = new Map<ClientId, UserRecord>();
  /** Unreferenced users, least recently used first. */
  readonly #idle: LruMap<ClientId, UserRecord>;
  readonly #aliases: LruMap<ClientId, Alias>;
  readonly #now: Clock;
  readonly #onNew: ((user: UserRecord) => void) | undefined;

  /** @param options `onNew` is told of each new record, and may fill it */
  constructor(options: { maxIdle?: number; now?: Clock; onNew?: (user: UserRecord) => void } = {}) {
    const { maxIdle = 1_024, now = monotonicMs, onNew } = options;
    this.#idle = new LruMap(maxIdle, (id) => this.#users.delete(id));
    this.#aliases = new LruMap(maxIdle);
    this.#now = now;
    this.#onNew = onNew;
  }

  get size(): number {
    return this.#users.size;
  }

  /** The user of an ID, also of one that a NICK has replaced lately. */
  get(id: ClientId): UserRecord | undefined {
    const user = this.#users.get(this.currentId(id));
    if (user?.references === 0) this.#touch(user);
    return user;
  }

  /** The user who has exactly this ID now. */
  exact(id: ClientId): UserRecord | undefined {
    return this.#users.get(id);
  }

  /** The ID that follows from an old one; the same where there was no change. */
  currentId(id: ClientId): ClientId {
    let current = id;
    // A chain of NICKs; the bound is against a circle of reused IDs.
    for (let i = 0; i < 16 && !this.#users.has(current); i++) {
      const alias = this.#aliases.peek(current);
      if (alias === undefined || alias.until < this.#now()) break;
      current = alias.to;
    }
    return current;
  }

  /** The user of an ID out of a message or notify; a new record where there is none. */
  ensure(id: ClientId): UserRecord {
    return this.get(id) ?? this.#add(id);
  }

  /** The user of an ID that the server has just told as present: an old mapping of the same octets is void. */
  ensureFresh(id: ClientId): UserRecord {
    if (!this.#isAhead(id)) this.#aliases.delete(id);
    return this.ensure(id);
  }

  /** The ID under which somebody is known whom the server tells as present. */
  presentId(id: ClientId): ClientId {
    return this.#isAhead(id) ? this.currentId(id) : id;
  }

  /** Moves a user to a new Client ID (NICK). A record that the new ID already had is dropped and returned. */
  rename(user: UserRecord, newId: ClientId): UserRecord | undefined {
    const oldId = user.clientId;
    if (oldId === newId) return undefined;
    const other = this.#users.get(newId);
    if (other !== undefined) this.#forget(other);
    this.#forget(user);
    user.clientId = newId;
    this.#users.set(newId, user);
    if (user.references === 0) this.#touch(user);
    this.#aliases.delete(newId);
    this.#alias(oldId, { to: newId, until: this.#now() + ALIAS_MS });
    return other;
  }

  /** The ID is over: who has it next is somebody new. Whoever holds the record keeps it as it is. */
  remove(user: UserRecord): void {
    if (this.#users.get(user.clientId) === user) this.#forget(user);
  }

  /** Client IDs that have been replaced lately, each with its next one. */
  *aliases(): IterableIterator<readonly [ClientId, ClientId]> {
    const now = this.#now();
    for (const [id, { to, until }] of this.#aliases) if (until >= now) yield [id, to];
  }

  /** An ID has been replaced, as another session has heard before this one. */
  aliasAhead(id: ClientId, to: ClientId): void {
    const now = this.#now();
    this.#alias(id, { to, until: now + ALIAS_MS, aheadUntil: now + MAX_LAG_MS });
  }

  /** This session has heard of the change, too: the old ID is free. Also of somebody whom only others know so far. */
  aliasReached(id: ClientId, to: ClientId): void {
    const alias = this.#aliases.peek(id);
    if (alias?.aheadUntil !== undefined) this.#alias(id, { to: alias.to, until: alias.until });
    else if (id !== to && !this.#users.has(id)) this.#alias(id, { to, until: this.#now() + ALIAS_MS });
  }

  retain(user: UserRecord): void {
    user.references++;
    if (this.#idle.peek(user.clientId) === user) this.#idle.delete(user.clientId);
  }

  release(user: UserRecord): void {
    user.references--;
    user.seenAt = monotonicMs();
    if (user.references === 0 && this.#users.get(user.clientId) === user) this.#touch(user);
  }

  /** Every known user. */
  values(): IterableIterator<UserRecord> {
    return this.#users.values();
  }

  /** Those that are over go: a thousand sessions that see people change their names would keep a million of them. */
  #alias(id: ClientId, alias: Alias): void {
    const now = this.#now();
    this.#aliases.expire(({ until }) => until < now);
    this.#aliases.set(id, alias);
  }

  #isAhead(id: ClientId): boolean {
    return (this.#aliases.peek(id)?.aheadUntil ?? -Infinity) > this.#now();
  }

  #add(id: ClientId): UserRecord {
    const user = new UserRecord(id);
    this.#onNew?.(user);
    this.#users.set(id, user);
    this.#touch(user);
    return user;
  }

  #touch(user: UserRecord): void {
    this.#idle.set(user.clientId, user);
  }

  #forget(user: UserRecord): void {
    this.#users.delete(user.clientId);
    this.#idle.delete(user.clientId);
  }
}
