import { preparedNickname } from '../../mapping/nickname.js';
import type { User } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import type { ClientId } from '../../silc/ids.js';
import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';
import type { ChatSession } from './chat-session.js';

/** How long the answer to "who has this nickname" is taken as true. */
const WHO_HAS_MS = 60_000;
const MAX_REMEMBERED = 500;

interface Answer {
  readonly users: Promise<readonly User[]>;
  readonly askedAt: number;
}

/** Who has which nickname, as one user's session has asked of the server lately. */
export class NicknameHolders {
  readonly #answers = new LruMap<string, Answer>(MAX_REMEMBERED);
  readonly #silc: () => ChatSession | undefined;

  constructor(silc: () => ChatSession | undefined) {
    this.#silc = silc;
  }

  /** Those with a nickname (prepared) who are meant. Nothing but one is taken from an old answer. @throws SilcError */
  async find(nickname: string, isMeant: (user: User) => boolean): Promise<readonly User[]> {
    const remembered = this.#answers.get(nickname);
    const users = (await this.all(nickname)).filter(isMeant);
    if (users.length === 1 || remembered === undefined || this.#answers.get(nickname) !== remembered) {
      return users;
    }
    // Somebody may have come or gone since: nothing is refused on an old answer.
    this.#answers.delete(nickname);
    return (await this.all(nickname)).filter(isMeant);
  }

  /** Everybody who has a nickname (prepared), asked of the server at most once a minute. @throws SilcError */
  async all(nickname: string): Promise<readonly User[]> {
    const known = this.#answers.get(nickname);
    if (known !== undefined && monotonicMs() - known.askedAt < WHO_HAS_MS) {
      const users = await known.users.catch(() => []);
      // A Client ID dies with a change of nickname: then the answer is old.
      if (users.length > 0 && users.every((user) => hasNickname(user, nickname))) return users;
    }
    const silc = this.#silc();
    if (silc === undefined) throw new SilcError('closed', 'the session is not connected');
    const users = silc
      .whois(nickname)
      .then((results) => results.map((result) => result.user).filter((user) => hasNickname(user, nickname)));
    this.#answers.set(nickname, { users, askedAt: monotonicMs() });
    users.catch(() => this.#answers.delete(nickname));
    return users;
  }

  /** The same; an answer in which somebody is missing who has the nickname is old. @throws SilcError */
  async allWith(nickname: string, clientId: ClientId): Promise<readonly User[]> {
    const users = await this.all(nickname);
    if (users.some((user) => user.clientId === clientId)) return users;
    this.#answers.delete(nickname);
    return this.all(nickname);
  }

  /** A Client ID is history. */
  forget(clientId: ClientId): void {
    for (const [nickname, answer] of this.#answers) {
      const forget = (users: readonly User[]): void => {
        const isOld = users.some((user) => user.clientId === clientId);
        if (isOld && this.#answers.peek(nickname) === answer) this.#answers.delete(nickname);
      };
      answer.users.then(forget, () => undefined);
    }
  }
}

function hasNickname(user: User, prepared: string): boolean {
  return user.nickname !== undefined && preparedNickname(user.nickname) === prepared;
}
