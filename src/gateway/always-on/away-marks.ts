import { UserMode } from '../../silc/modes.js';
import { NOBODY_THERE } from '../../mapping/availability.js';
import { LruMap } from '../../util/lru-map.js';
import { turns } from '../../util/turn-scheduler.js';
import type { Log } from '../log-types.js';
import type { ChatSession } from '../sessions/chat-session.js';
import type { OnlineClients } from '../contacts/online-clients.js';
import { showOnSilc } from '../sessions/own-mode.js';
import type { UserSession } from '../sessions/user-session.js';
import { silcWords } from '../../text/silc.js';

/** Who leaves one room for another, or logs in anew, is not away in between. */
const SETTLE_MS = 1_000;
const MAX_CHOSEN = 10_000;

/** What is known of a user beside the clients in rooms. */
interface Known {
  /** A client was in a room. */
  hadClients: boolean;
  /** The newest sign since: the user has written, or a message has come back. */
  sign: 'here' | 'away' | undefined;
}

/** Tells SILC of users who have no client online: the user mode GONE, and an answer to who writes to them. */
export class AwayMarks {
  readonly #log: Log;
  readonly #online: Pick<OnlineClients, 'isOnline' | 'availabilityOf'>;
  readonly #find: (user: string, network: string) => UserSession | undefined;
  readonly #known = new WeakMap<UserSession, Known>();
  /** What SILC was told. */
  readonly #told = new WeakMap<ChatSession, boolean>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Who has said to be away, and what is answered. */
  readonly #chosen = new LruMap<string, string>(MAX_CHOSEN);

  /** @param online - clients of users that are in no room */
  constructor(
    log: Log,
    find: (user: string, network: string) => UserSession | undefined,
    online: Pick<OnlineClients, 'isOnline' | 'availabilityOf'>,
  ) {
    this.#log = log;
    this.#find = find;
    this.#online = online;
  }

  /** The clients of a user may be others than before, or the link to SILC another one. */
  changed(user: string, network: string): void {
    const key = `${network} ${user}`;
    const session = this.#find(user, network);
    const { silc } = session ?? {};
    if (session !== undefined && silc !== undefined) this.#showOnline(session, silc);
    if (session === undefined || silc === undefined || !this.#isNews(session)) {
      if (silc !== undefined && !this.#told.has(silc)) this.#told.set(silc, false);
      clearTimeout(this.#timers.get(key));
      this.#timers.delete(key);
    } else if (!this.#told.has(silc)) {
      // A session that was brought back: nobody changes clients just now.
      this.#check(session);
    } else if (!this.#timers.has(key)) {
      const timer = setTimeout(() => {
        this.#timers.delete(key);
        void this.#checkInTurn(session);
      }, SETTLE_MS);
      timer.unref();
      this.#timers.set(key, timer);
    }
  }

  /** A client has written a private message, or nobody is there to take one. */
  sign(session: UserSession, sign: 'here' | 'away'): void {
    if (hasClients(session)) return;
    this.#knownOf(session).sign = sign;
    this.#check(session);
  }

  /** A user is away, whatever the clients are, or back. @param answer - for those who write; undefined: back */
  choose(user: string, answer: string | undefined, sessions: Iterable<UserSession>): void {
    if (answer === undefined) this.#chosen.delete(user);
    else this.#chosen.set(user, answer);
    for (const session of sessions) {
      if (session.silc !== undefined) this.#told.delete(session.silc);
      this.#check(session);
    }
  }

  /** How available a user is says a client that is in no room, where none is in a room. */
  #showOnline(session: UserSession, silc: ChatSession): void {
    const { user } = session;
    if (hasClients(session) || !this.#online.isOnline(user) || this.#chosen.has(user)) return;
    showOnSilc(silc, this.#online.availabilityOf(user), this.#log);
  }

  #answerOf({ user, context }: UserSession): string {
    const text = this.#chosen.get(user) ?? context.preferences.get(user, 'away-text');
    return text === '' ? silcWords.autoReply : text;
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Where the Jabber server is back, or away, all are looked at in the same moment. */
  async #checkInTurn(session: UserSession): Promise<void> {
    await turns.whenFree();
    this.#check(session);
  }

  #check(session: UserSession): void {
    const { silc } = session;
    if (silc === undefined || !this.#isNews(session)) return;
    const isAway = this.#isAway(session);
    this.#told.set(silc, isAway);
    silc.setAutoReply(isAway ? this.#answerOf(session) : undefined);
    const there = [...session.rooms.values()].find(({ clients }) => clients.size > 0);
    const here = there === undefined ? this.#online.availabilityOf(session.user) : there.self?.availability;
    showOnSilc(silc, isAway ? NOBODY_THERE : here, this.#log);
  }

  /** Whether SILC was told otherwise. */
  #isNews(session: UserSession): boolean {
    const isAway = this.#isAway(session);
    const { silc } = session;
    if (silc === undefined) return false;
    const told = this.#told.get(silc);
    return told === undefined ? isAway || isGone(silc) : told !== isAway;
  }

  #isAway(session: UserSession): boolean {
    const known = this.#knownOf(session);
    if (this.#chosen.has(session.user)) return true;
    if (hasClients(session)) {
      known.hadClients = true;
      known.sign = undefined;
      return false;
    }
    if (this.#online.isOnline(session.user)) return false;
    if (known.sign !== undefined) return known.sign === 'away';
    return known.hadClients || session.rooms.size > 0;
  }

  #knownOf(session: UserSession): Known {
    const known = this.#known.get(session) ?? { hadClients: false, sign: undefined };
    this.#known.set(session, known);
    return known;
  }
}

const isGone = ({ self }: ChatSession): boolean => ((self.mode ?? 0) & UserMode.gone) !== 0;

const hasClients = (session: UserSession): boolean =>
  [...session.rooms.values()].some(({ concerned }) => concerned.size > 0);
