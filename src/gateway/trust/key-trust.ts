import { StanzaError } from '../../component/stanza.js';
import type { ContactKeyRepository, KeyStanding, StoredContactKey } from '../../store/user-types.js';
import { LruMap } from '../../util/lru-map.js';
import { SerialQueue } from '../../util/serial-queue.js';
import { text } from '../../text/text.js';
import type { Log } from '../log-types.js';

/** Contacts of one user whose keys are remembered. */
export const MAX_CONTACTS = 1_000;
/** Contacts, of whomever, whose keys are in memory. */
const MAX_CACHED = 20_000;
const MAX_WRITES = 10_000;
/** It is noted so often that a contact is there. */
const FRESH_MS = 86_400_000;

/** Whose contact it is, and by which name: the prepared nickname, with the disambiguator where the address has one. */
export interface ContactName {
  readonly user: string;
  readonly network: string;
  readonly contact: string;
}

/** What is known of the key that a contact has now. */
export type KeyVerdict =
  /** It is the remembered one, or was met for the first time. */
  | { readonly kind: 'known'; readonly isVerified: boolean }
  /** It is another one, and the user has not accepted it. `isNews`: the user has not been told yet. */
  | {
      readonly kind: 'changed';
      readonly known: string;
      /** Undefined where the server does not tell it. */
      readonly now: string | undefined;
      readonly isNews: boolean;
      readonly wasVerified: boolean;
    };

const keyOf = ({ user, network, contact }: ContactName): string => `${network} ${contact} ${user}`;
const rank: Readonly<Record<KeyStanding, number>> = { heard: 0, written: 1, verified: 2 };

/**
 * Which keys the contacts of users have: the first one met under a name is remembered. Another one is told, and nothing is sent to
 * it before the user has accepted it.
 */
export class KeyTrust {
  readonly #repository: ContactKeyRepository;
  readonly #log: Log;
  readonly #cache = new LruMap<string, StoredContactKey>(MAX_CACHED);
  /** Fingerprints by network and user. */
  readonly #verified = new Map<string, Map<string, number>>();
  /** How often each fingerprint is verified, by whomever. */
  readonly #verifications = new Map<string, number>();
  readonly #turns = new SerialQueue(MAX_WRITES);

  constructor(repository: ContactKeyRepository, log: Log) {
    this.#repository = repository;
    this.#log = log;
  }

  /** To be called before anything else. @throws StoreError */
  async load(): Promise<void> {
    for (const key of await this.#repository.verified()) this.#count(key, 1);
  }

  /** Whether a user has verified a key, under whatever name. */
  isVerified(user: string, network: string, fingerprint: string | undefined): boolean {
    if (fingerprint === undefined || !this.#verifications.has(fingerprint)) return false;
    return this.#verified.get(`${network} ${user}`)?.has(fingerprint) === true;
  }

  /** Whether some user has verified a key. */
  isVerifiedByAny(fingerprint: string | undefined): boolean {
    return fingerprint !== undefined && this.#verifications.has(fingerprint);
  }

  /** A contact has this key now. @param standing `written` where the user writes to it. @throws StoreError */
  async meet(
    name: ContactName,
    fingerprint: string | undefined,
    standing: 'heard' | 'written',
  ): Promise<KeyVerdict> {
    const known = await this.#find(name);
    const isSame = known !== undefined && known.fingerprint === fingerprint;
    // The usual case waits for nobody.
    const isFresh = known !== undefined && Date.now() - known.seenAt.getTime() < FRESH_MS;
    if (isSame && isFresh && known.pending === undefined && rank[known.standing] >= rank[standing]) {
      return { kind: 'known', isVerified: known.standing === 'verified' };
    }
    return this.#turns.run(() => this.#judge(name, fingerprint, standing));
  }

  async #judge(
    name: ContactName,
    fingerprint: string | undefined,
    standing: 'heard' | 'written',
  ): Promise<KeyVerdict> {
    const known = await this.#find(name);
    const seenAt = new Date();
    if (known === undefined) {
      if (fingerprint !== undefined) {
        await this.#write({ ...name, fingerprint, pending: undefined, standing, seenAt });
      }
      return { kind: 'known', isVerified: false };
    }
    if (known.fingerprint === fingerprint) {
      const higher = rank[known.standing] >= rank[standing] ? known.standing : standing;
      await this.#write({ ...known, pending: undefined, standing: higher, seenAt });
      return { kind: 'known', isVerified: higher === 'verified' };
    }
    const isNews = fingerprint !== undefined && known.pending !== fingerprint;
    if (isNews) await this.#write({ ...known, pending: fingerprint });
    return {
      ...{ kind: 'changed', known: known.fingerprint, now: fingerprint, isNews },
      wasVerified: known.standing === 'verified',
    };
  }

  /** @throws StoreError */
  find(name: ContactName): Promise<StoredContactKey | undefined> {
    return this.#turns.run(() => this.#find(name));
  }

  /** @throws StoreError */
  of(user: string): Promise<readonly StoredContactKey[]> {
    return this.#turns.run(() => this.#repository.of(user));
  }

  /** From now on the contact has this key, and no other. @throws StanzaError wait/resource-constraint; StoreError */
  set(name: ContactName, fingerprint: string, standing: KeyStanding): Promise<void> {
    return this.#turns.run(async () => {
      const key = { ...name, fingerprint, pending: undefined, standing, seenAt: new Date() };
      if (await this.#put(key)) return;
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ trust }) => trust.tooMany(String(MAX_CONTACTS))),
      );
    });
  }

  /** @returns whether there was one. @throws StoreError */
  forget({ user, network, contact }: ContactName): Promise<boolean> {
    const name = { user, network, contact };
    return this.#turns.run(async () => {
      const known = await this.#find(name);
      if (known === undefined) return false;
      await this.#repository.remove(user, network, contact);
      this.#replace(name, known, undefined);
      return true;
    });
  }

  /** @throws StoreError */
  forgetAll(user: string): Promise<void> {
    return this.#turns.run(async () => {
      for (const known of await this.#repository.of(user)) this.#replace(known, known, undefined);
      await this.#repository.removeAll(user);
    });
  }

  /** What cannot be written holds up no message: it is known until the process ends. */
  async #write(key: StoredContactKey): Promise<void> {
    try {
      await this.#put(key);
    } catch (error) {
      this.#log.warn({ user: key.user, err: error }, 'the key of a contact could not be stored');
      this.#replace(key, this.#cache.get(keyOf(key)), key);
    }
  }

  async #put(key: StoredContactKey): Promise<boolean> {
    const before = await this.#find(key);
    const isKept = await this.#repository.put(key, MAX_CONTACTS);
    if (isKept) this.#replace(key, before, key);
    return isKept;
  }

  #replace(
    name: ContactName,
    before: StoredContactKey | undefined,
    after: StoredContactKey | undefined,
  ): void {
    if (before !== undefined) this.#count(before, -1);
    if (after !== undefined) this.#count(after, 1);
    if (after === undefined) this.#cache.delete(keyOf(name));
    else this.#cache.set(keyOf(name), after);
  }

  async #find(name: ContactName): Promise<StoredContactKey | undefined> {
    const key = keyOf(name);
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const found = await this.#repository.find(name.user, name.network, name.contact);
    if (found !== undefined) this.#cache.set(key, found);
    return found;
  }

  #count({ user, network, fingerprint, standing }: StoredContactKey, by: 1 | -1): void {
    if (standing !== 'verified') return;
    const place = `${network} ${user}`;
    const all = this.#verified.get(place) ?? new Map<string, number>();
    count(all, fingerprint, by);
    count(this.#verifications, fingerprint, by);
    if (all.size > 0) this.#verified.set(place, all);
    else this.#verified.delete(place);
  }
}

function count(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const number = (counts.get(key) ?? 0) + by;
  if (number > 0) counts.set(key, number);
  else counts.delete(key);
}
