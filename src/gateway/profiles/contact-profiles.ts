import type { ClientId } from '../../silc/ids.js';
import { type Profile, profileOf } from '../../mapping/profile/profile.js';
import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';
import { TokenBucket } from '../../util/token-bucket.js';
import type { ChatSession } from '../sessions/chat-session.js';

/** Profiles that are kept, and their octets all together: a hostile one may have a hundred thousand. */
const MAX_KNOWN = 20_000;
const MAX_OCTETS = 64 << 20;
/** What users ask for themselves, by each session: servers hold back the commands that follow a WHOIS with attributes. */
const ASKED = { burst: 5, perSecond: 0.2 };
/** Until what is known of somebody is asked for again because a user asks. Who lets the server answer is not asked by it for longer. */
const [FRESH_MS, SILENT_MS] = [30_000, 600_000];

/** Somebody on a network. */
export interface Somebody {
  readonly network: string;
  readonly clientId: ClientId;
}

/** Whom it concerns what somebody tells. */
export interface ProfileListener {
  /** It is another thing than before. */
  profileChanged(clientId: ClientId, before: Profile | undefined): void;
}

interface Known {
  readonly profile: Profile | undefined;
  readonly askedAt: number;
  /** All of it but the octets of the picture, for comparing. */
  readonly text: string;
  readonly octets: number;
}

const keyOf = ({ network, clientId }: Somebody): string => `${network} ${clientId}`;

/** What SILC users tell of themselves by attributes, as far as it was asked for: once for all local users. */
export class ContactProfiles {
  readonly #onError: (error: unknown) => void;
  readonly #known = new LruMap<string, Known>(MAX_KNOWN, (_key, { octets }) => (this.#octets -= octets));
  #octets = 0;
  readonly #listeners = new Map<string, Set<ProfileListener>>();
  readonly #running = new Map<string, Promise<Profile | undefined>>();
  readonly #asked = new WeakMap<ChatSession, TokenBucket>();

  /** @param onError - told what a listener threw */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  listen(somebody: Somebody, listener: ProfileListener): void {
    const key = keyOf(somebody);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
  }

  unlisten(somebody: Somebody, listener: ProfileListener): void {
    const key = keyOf(somebody);
    const listeners = this.#listeners.get(key);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(key);
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
    if (known !== undefined && !this.#known.has(key)) this.#put(key, known);
  }

  async #ask(
    silc: ChatSession,
    somebody: Somebody,
    priority: 'user' | 'background',
  ): Promise<Profile | undefined> {
    const key = keyOf(somebody);
    const before = this.#known.peek(key);
    try {
      const found = await silc.whoisById(somebody.clientId, { attributes: true, priority });
      const profile = profileOf(found?.attributes);
      const text = textOf(profile);
      const octets = text.length + (profile?.picture?.data.length ?? 0);
      this.#put(key, { profile, text, octets, askedAt: monotonicMs() });
      if ((before?.text ?? '') !== text) this.#changed(somebody, before?.profile);
      return profile;
    } catch {
      // The link may be gone, the server may refuse: it is asked for another time.
      this.#put(key, { ...(before ?? NOTHING), askedAt: monotonicMs() });
      return before?.profile;
    }
  }

  #put(key: string, known: Known): void {
    this.#octets += known.octets - (this.#known.peek(key)?.octets ?? 0);
    this.#known.set(key, known);
    for (const [oldest, { octets }] of this.#known) {
      if (this.#octets <= MAX_OCTETS) return;
      this.#octets -= octets;
      this.#known.delete(oldest);
    }
  }

  #changed(somebody: Somebody, before: Profile | undefined): void {
    for (const listener of [...(this.#listeners.get(keyOf(somebody)) ?? [])]) {
      try {
        listener.profileChanged(somebody.clientId, before);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

const NOTHING = { profile: undefined, text: '', octets: 0 };

const textOf = (profile: Profile | undefined): string =>
  profile === undefined ? '' : JSON.stringify({ ...profile, picture: profile.picture?.id });
