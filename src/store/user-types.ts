/** How well a user knows the key of a contact: heard of, written to, verified. */
export type KeyStanding = 'heard' | 'written' | 'verified';

/** The key that a user knows a contact by. */
export interface StoredContactKey {
  /** Canonical bare JID. */
  readonly user: string;
  readonly network: string;
  /** Prepared nickname, and the disambiguator of the address where it has one: `nick*1f3a`. */
  readonly contact: string;
  /** SHA-1 of the public key, 40 hex digits, lower case. */
  readonly fingerprint: string;
  /** Of another key that has been met under the name and is not accepted. */
  readonly pending: string | undefined;
  readonly standing: KeyStanding;
  readonly seenAt: Date;
}

/** Keys of contacts by user, network and contact. */
export interface ContactKeyRepository {
  find(user: string, network: string, contact: string): Promise<StoredContactKey | undefined>;
  /** All of a user, newest first. */
  of(user: string): Promise<readonly StoredContactKey[]>;
  /** All that are verified, of everybody. */
  verified(): Promise<readonly StoredContactKey[]>;
  /**
   * Stores it in place of what was known. Of a user with `max` of them the one goes that was seen longest ago among those of the
   * lowest standing; never one of a higher standing than the new one, nor one that is verified.
   * @returns false where there was none to go, and the new one is not kept
   */
  put(key: StoredContactKey, max: number): Promise<boolean>;
  remove(user: string, network: string, contact: string): Promise<void>;
  removeAll(user: string): Promise<void>;
}

/** What is kept of users. What `content` says is the gateway's own affair; it is encrypted in the database. */
export interface UserRecordRepository {
  find(user: string, kind: string, place: string): Promise<Uint8Array | undefined>;
  /** All of a user and kind, by place. Rows that cannot be opened are left out. */
  of(user: string, kind: string): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Users who have a record of a kind. */
  users(kind: string): Promise<readonly string[]>;
  /** Undefined deletes it. */
  save(user: string, kind: string, place: string, content: Uint8Array | undefined): Promise<void>;
  removeAll(user: string): Promise<void>;
}
