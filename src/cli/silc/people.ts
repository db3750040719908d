import { fromHex } from '../../silc/bytes.js';
import type { SilcSession, User, WhoisResult } from '../../silc/client/types.js';
import { IdType, parseId } from '../../silc/ids.js';
import { LineError, type JsonObject } from './item.js';
import { LruMap } from '../../util/lru-map.js';

/** Users that are remembered; beyond, the oldest is forgotten. */
const MAX_USERS = 4_096;

/** Nicknames whose holders have numbers; beyond, the oldest is forgotten. */
const MAX_NUMBERED = 256;

/** Holders of one nickname that have numbers. */
const MAX_HOLDERS = 1_024;

/** Hex digits of a Client ID that are shown: the server's IPv4 address and one octet that tells its clients apart. */
const SHOWN_DIGITS = 10;

/**
 * The same hex digits at least: fewer could be a nickname, so many are always an ID. The nickname in front of them is what
 * {@link People.label} has put there.
 */
const shownPattern = /^(?:.+\/)?([0-9a-f]{10,56})$/iu;

const numberPattern = /^(.+)#(\d{1,4})$/u;

/** Lengths of Client IDs in hex digits: of servers with an IPv4 and an IPv6 address. */
const wholeIds: readonly number[] = [32, 56];

/** What is asked about people. */
type PeopleSession = Pick<SilcSession, 'self' | 'whois' | 'whoisById'>;

/** The people that one run has met, and what they are called in lines. Nicknames are not unique on SILC. */
export class People {
  readonly #session: PeopleSession;
  readonly #users = new LruMap<User, true>(MAX_USERS);
  readonly #numbered = new LruMap<string, User[]>(MAX_NUMBERED);

  constructor(session: PeopleSession) {
    this.#session = session;
    this.note(session.self);
  }

  note(user: User): void {
    this.#users.set(user, true);
  }

  /** Somebody has left the network. */
  forget(user: User): void {
    this.#users.delete(user);
  }

  /** The name of a user; with the beginning of the Client ID where somebody else has that name too. */
  label(user: User): string {
    const { nickname, clientId } = user;
    if (nickname === undefined) return shortId(clientId);
    const name = nickname.toLowerCase();
    for (const other of this.#users.keys()) {
      if (other.clientId !== clientId && other.nickname?.toLowerCase() === name) {
        return `${nickname}/${shortId(clientId)}`;
      }
    }
    return nickname;
  }

  /** Whether a text means one user, and not all who have a nickname. */
  meansOne(text: string): boolean {
    return text === '.' || shownPattern.test(text) || numberPattern.test(text);
  }

  /**
   * The one whom a line means: `nick`, `nick@server`, `nick#2`, a Client ID or its first ten or more digits, with or
   * without the nickname in front; `.` is oneself.
   * @throws LineError when there is nobody, or several are meant
   */
  async find(text: string): Promise<User> {
    if (text === '.') return this.#session.self;
    const [, digits] = shownPattern.exec(text) ?? [];
    if (digits !== undefined) return this.#findById(digits.toLowerCase());
    const match = numberPattern.exec(text);
    const [, nickname = text, number] = match ?? [];
    const holders = await this.#session.whois(nickname);
    for (const { user } of holders) this.note(user);
    const present = this.number(nickname, holders);
    if (number !== undefined) {
      const found = present.find((holder) => holder.number === Number(number));
      if (found === undefined) throw new LineError(`there is no ${nickname}#${Number(number)}`);
      return found.user;
    }
    const [first] = present;
    if (first === undefined) throw new LineError(`there is no ${nickname} on the network`);
    if (present.length > 1) {
      throw new LineError(`${nickname} is the name of several; say which one`, {
        lines: present.map((holder) => `${nickname}#${holder.number}  ${describe(holder.user)}`),
        fields: { holders: present.map((holder) => ({ number: holder.number, ...userFields(holder.user) })) },
      });
    }
    return first.user;
  }

  /**
   * Numbers the holders of a nickname. Within a run a number never changes its owner.
   * @throws LineError when there were too many
   */
  number(nickname: string, holders: readonly WhoisResult[]): readonly { user: User; number: number }[] {
    const key = nickname.toLowerCase();
    const known = this.#numbered.get(key) ?? [];
    const indexOf = ({ clientId }: User): number => known.findIndex((other) => other.clientId === clientId);
    const fresh = holders.map(({ user }) => user).filter((user) => indexOf(user) < 0);
    if (known.length + fresh.length > MAX_HOLDERS) throw new LineError(`too many are called ${nickname}`);
    known.push(...fresh.sort((a, b) => (a.clientId < b.clientId ? -1 : 1)));
    this.#numbered.set(key, known);
    const numbered = holders.map(({ user }) => ({ user, number: indexOf(user) + 1 }));
    return numbered.sort((a, b) => a.number - b.number);
  }

  async #findById(digits: string): Promise<User> {
    const byId = new Map(Array.from(this.#users.keys(), (user) => [user.clientId, user]));
    const found = [...byId.values()].filter(({ clientId }) => clientId.startsWith(digits));
    const [only] = found;
    if (found.length > 1) {
      throw new LineError(`several Client IDs begin with ${digits}`, { lines: found.map(describe) });
    }
    if (only !== undefined) return only;
    if (!wholeIds.includes(digits.length)) {
      throw new LineError(
        `no client that was seen has an ID that begins with ${digits}; try /whois NICK first`,
      );
    }
    const id = parseId(IdType.client, fromHex(digits));
    const holder = id.type === IdType.client ? await this.#session.whoisById(id.id) : undefined;
    if (holder === undefined) throw new LineError(`there is no client ${digits}`);
    this.note(holder.user);
    return holder.user;
  }
}

/** Enough of a Client ID to type it. */
export function shortId(id: string): string {
  return id.slice(0, SHOWN_DIGITS);
}

/** One line about a user. */
export function describe({
  clientId,
  username,
  hostname,
  realName = '',
}: Pick<User, 'clientId' | 'username' | 'hostname' | 'realName'>): string {
  const address =
    username === undefined ? [] : [hostname === undefined ? username : `${username}@${hostname}`];
  return [clientId, ...address, ...(realName === '' ? [] : [`"${realName}"`])].join(' ');
}

/** Everything that is known of a user. */
export function userFields(user: User): JsonObject {
  const { clientId, nickname, server, username, hostname, realName, mode, fingerprint, idleSeconds } = user;
  return { clientId, nickname, server, username, hostname, realName, mode, fingerprint, idleSeconds };
}

/** Who a user is. */
export function userReference({ clientId, nickname }: User): JsonObject {
  return { clientId, nickname: nickname ?? null };
}
