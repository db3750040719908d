import type { ClientId } from '../../silc/ids.js';
import { type Profile, profileOf } from '../../mapping/profile/profile.js';
import { monotonicMs } from '../../util/clock.js';
import { Emitter } from '../../util/emitter.js';
import { LruMap } from '../../util/lru-map.js';
import { TokenBucket } from '../../util/token-bucket.js';
import type { ChatSession } from '../sessions/chat-session.js';

/** Profiles that are kept, each with a picture of at most 64 KiB. */
const MAX_KNOWN = 300;
/** What users ask for themselves, by each session: servers hold back the commands that follow a WHOIS with attributes. */
const ASKED = { burst: 5, perSecond: 0.2 };
/** Until what is known of somebody is asked for again because a user asks. Who lets the server answer is not asked by it for longer. */
const [FRESH_MS, SILENT_MS] = [30_000, 600_000];

/** Somebody on a network. */
export interface Somebody {
  readonly network: string;
  readonly clientId: ClientId;
}

/** What somebody tells is another thing than before. */
export interface ProfileChange extends Somebody {
  readonly before: Profile | undefined;
}

interface Known {
  readonly profile: Profile | undefined;
  readonly askedAt: number;
}

const keyOf = ({ network, clientId }: Somebody): string => `${network} ${clientId}`;

/** What SILC users tell of themselves by attributes, as far as it was asked for: once for all local users. */
export class ContactProfiles {
  readonly changes: Emitter<ProfileChange>;
  readonly #known = new LruMap<string, Known>(MAX_KNOWN);
  readonly #running = new Map<string, Promise<Profile | undefined>>();
  readonly #asked = new WeakMap<ChatSession, TokenBucket>();

  /** @param onError - told what a listener of changes threw */
  constructor(onError: (error: unknown) => void) {
    this.changes = new Emitter(onError);
  }

  /** What is known; undefined where nothing was asked yet, or the user tells nothing. */
  of(somebody: Somebody): Profile | undefined {
    return this.#known.peek(keyOf(somebody))?.profile;
  }

  /** Milliseconds since it was asked for; Infinity: never. */
  ageMs(somebody: Somebody): number {
    const known = this.#known.peek(keyOf(somebody));
    return known === undefined ? Infinity : monotonicMs() - known.askedAt;
  }

  /** For a user who waits: asks where that is due and the session has not asked much lately. Never rejects. */
  get(silc: ChatSession, somebody: Somebody): Promise<Profile | undefined> {
    const age = this.ageMs(somebody);
    const profile = this.of(somebody);
    if (age < (profile === undefined ? SILENT_MS : FRESH_MS)) return Promise.resolve(profile);
    const bucket = this.#asked.get(silc) ?? new TokenBucket(ASKED);
    this.#asked.set(silc, bucket);
    return bucket.take() ? this.ask(silc, somebody, 'user') : Promise.resolve(profile);
  }

  /** Asks the user's client, by way of the server. Never rejects: what cannot be asked stays as it is known. */
  ask(silc: ChatSession, somebody: Somebody, priority: 'user' | 'background'): Promise<Profile | undefined> {
    const key = keyOf(somebody);
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const asking = this.#ask(silc, somebody, priority).finally(() => this.#running.delete(key));
    this.#running.set(key, asking);
    return asking;
  }

  /** Somebody has another Client ID now, and the same key. */
  moved(network: string, from: ClientId, to: ClientId): void {
    const known = this.#known.peek(keyOf({ network, clientId: from }));
    const key = keyOf({ network, clientId: to });
    if (known !== undefined && !this.#known.has(key)) this.#known.set(key, known);
  }

  async #ask(
    silc: ChatSession,
    somebody: Somebody,
    priority: 'user' | 'background',
  ): Promise<Profile | undefined> {
    const before = this.of(somebody);
    try {
      const found = await silc.whoisById(somebody.clientId, { attributes: true, priority });
      const profile = profileOf(found?.attributes);
      this.#known.set(keyOf(somebody), { profile, askedAt: monotonicMs() });
      if (!isSame(before, profile)) this.changes.emit({ ...somebody, before });
      return profile;
    } catch {
      // The link may be gone, the server may refuse: it is asked for another time.
      this.#known.set(keyOf(somebody), { profile: before, askedAt: monotonicMs() });
      return before;
    }
  }
}

function isSame(one: Profile | undefined, other: Profile | undefined): boolean {
  const text = (profile: Profile | undefined): string =>
    profile === undefined ? '' : JSON.stringify({ ...profile, picture: profile.picture?.id });
  return text(one) === text(other);
}
