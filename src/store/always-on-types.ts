/** A room that a user stays in, or does not, whoever of the user's clients is there. */
export interface StoredStay {
  /** Canonical bare JID. */
  readonly user: string;
  readonly network: string;
  /** Prepared name of the channel. */
  readonly channel: string;
  /** What the user has said; undefined: nothing, the configuration decides. */
  readonly wanted: boolean | undefined;
  /** What is needed to enter again, in the gateway's own encoding; undefined for one that is not stayed in. Encrypted in the database. */
  readonly place: Uint8Array | undefined;
  /** When a client of the user was there last. */
  readonly seenAt: Date;
}

/** Rooms that users stay in, by user, network and channel. */
export interface StayRepository {
  /** Rows that cannot be opened are left out. */
  all(): Promise<readonly StoredStay[]>;
  put(stay: StoredStay): Promise<void>;
  remove(user: string, network: string, channel: string): Promise<void>;
}

/** A message that waits for its user's next login. What `content` says is the gateway's own affair; it is encrypted in the database. */
export interface StoredWaiting {
  readonly id: number;
  readonly at: Date;
  readonly content: Uint8Array;
}

/** Messages that wait for users who are away, oldest first. */
export interface WaitingRepository {
  /** Users for whom something waits. */
  users(): Promise<readonly string[]>;
  /** @returns false where `max` wait for the user already: then it is not kept */
  add(user: string, at: Date, content: Uint8Array, max: number): Promise<boolean>;
  /** Rows that cannot be opened are left out. */
  of(user: string): Promise<readonly StoredWaiting[]>;
  remove(user: string, ids: readonly number[]): Promise<void>;
  /** Deletes what is older. */
  expire(before: Date): Promise<void>;
}
