import type { StayRepository, WaitingRepository } from './always-on-types.js';
import type { ArchiveRepository } from './archive-types.js';
import type { ContactRepository } from './contact-types.js';
import type { StoreHealth } from './monitor.js';
import type { RoomRecordRepository } from './room-record-types.js';
import type { ContactKeyRepository, UserRecordRepository } from './user-types.js';

/** A user's key pair. JIDs come in as canonical bare JID strings. */
export interface StoredIdentity {
  /** Encoded SILC public key blob. */
  readonly publicKey: Uint8Array;
  /** Private key in the inner encoding of the SILC private key file, clear text here, encrypted in the database. */
  readonly privateKey: Uint8Array;
  readonly createdAt: Date;
}

export interface IdentityRepository {
  /** The identity of a Jabber user; undefined before the first use. One key pair a user, for all networks. */
  find(user: string): Promise<StoredIdentity | undefined>;
  /** Stores the identity unless one exists meanwhile; returns the one that holds. */
  add(user: string, identity: Omit<StoredIdentity, 'createdAt'>): Promise<StoredIdentity>;
  /** Stores the identity in place of the one that is there. */
  replace(user: string, identity: Omit<StoredIdentity, 'createdAt'>): Promise<void>;
  /** @returns whether there was one */
  remove(user: string): Promise<boolean>;
  /** How many users have one. */
  count(): Promise<number>;
  /** Who has one, in the order of their addresses. @param after - the last one that is known already */
  users(max: number, after?: string): Promise<readonly string[]>;
}

export interface ServerKeyPin {
  /** SHA-1 fingerprint of the server's public key blob, 40 hex digits lower case. */
  readonly fingerprint: string;
  readonly firstSeen: Date;
}

export interface ServerKeyRepository {
  /** Pinned server key of `network`, `host:port`. */
  find(network: string, server: string): Promise<ServerKeyPin | undefined>;
  /** Pins on first use, or replaces after the operator accepted. */
  pin(network: string, server: string, fingerprint: string): Promise<void>;
}

export interface SecretRepository {
  /** A secret of the whole gateway, made on first use (e.g. the key of occupant ids): 32 octets, stored encrypted. */
  obtain(name: string): Promise<Uint8Array>;
}

/** A channel that a user of the gateway has founded. */
export interface StoredFounderKey {
  /** Canonical bare JID. */
  readonly founder: string;
  /** Encoded SILC public key blob. */
  readonly publicKey: Uint8Array;
  /** As in {@link StoredIdentity}. */
  readonly privateKey: Uint8Array;
  /** How the channel is configured, in the gateway's own encoding; clear text here, encrypted in the database. */
  readonly configuration: Uint8Array;
  /** When it was stored or kept last. */
  readonly usedAt: Date;
}

/** Founder keys by network and prepared name of the channel. */
export interface FounderKeyRepository {
  find(network: string, channel: string): Promise<StoredFounderKey | undefined>;
  /** Stores the key unless the channel has one; returns the one that holds. */
  add(network: string, channel: string, key: Omit<StoredFounderKey, 'usedAt'>): Promise<StoredFounderKey>;
  /** The channel is in use, and configured so. Nothing happens where it has no founder key. */
  keep(network: string, channel: string, configuration: Uint8Array): Promise<void>;
  /** The channel has another founder and key. Nothing happens where it has none. */
  handOver(
    network: string,
    channel: string,
    key: Pick<StoredFounderKey, 'founder' | 'publicKey' | 'privateKey'>,
  ): Promise<void>;
  remove(network: string, channel: string): Promise<void>;
  /** How many channels a user has founded. */
  countOf(founder: string): Promise<number>;
}

/** A user's session on a network. What `state` says is the gateway's own affair; it is encrypted in the database. */
export interface StoredSession {
  /** Canonical bare JID. */
  readonly user: string;
  readonly network: string;
  readonly state: Uint8Array;
}

/** A channel, in the same way. */
export interface StoredChannel {
  readonly network: string;
  /** Prepared. */
  readonly name: string;
  readonly state: Uint8Array;
}

/** Rows that are written together; one whose `state` is undefined is deleted. */
export interface SessionChanges {
  readonly sessions: readonly (Omit<StoredSession, 'state'> & { readonly state: Uint8Array | undefined })[];
  readonly channels: readonly (Omit<StoredChannel, 'state'> & { readonly state: Uint8Array | undefined })[];
  /** The gateway was there at this time. */
  readonly aliveAt: Date;
}

/** What was there when the gateway ended. */
export interface StoredSessions {
  readonly sessions: readonly StoredSession[];
  readonly channels: readonly StoredChannel[];
  readonly aliveAt: Date | undefined;
  /** Rows that could not be opened and were left out. */
  readonly damaged: number;
}

/** Sessions and channels as they are, so that another process can go on with them. */
export interface SessionRepository {
  /** False where what is stored ends with the process. */
  readonly isLasting: boolean;
  load(): Promise<StoredSessions>;
  /** All or nothing. */
  save(changes: SessionChanges): Promise<void>;
}

/**
 * What the gateway keeps for good. Secrets (private keys, passphrases) are encrypted with the store key before they reach
 * SQL. Every method rejects with StoreError.
 */
export interface Repositories {
  readonly identities: IdentityRepository;
  readonly serverKeys: ServerKeyRepository;
  readonly secrets: SecretRepository;
  readonly founderKeys: FounderKeyRepository;
  readonly sessions: SessionRepository;
  readonly archive: ArchiveRepository;
  readonly roomRecords: RoomRecordRepository;
  readonly stays: StayRepository;
  readonly waiting: WaitingRepository;
  readonly contactKeys: ContactKeyRepository;
  readonly userRecords: UserRecordRepository;
  readonly contacts: ContactRepository;
}

export interface Store extends Repositories {
  health(): StoreHealth;
  /** Safe to call twice. */
  close(): Promise<void>;
}
