/**
 * What the gateway keeps for good. One implementation: Kysely over embedded SQLite. Secrets (private keys, passphrases)
 * are encrypted at rest with the store key before they reach SQL. JIDs come in as canonical bare JID strings.
 */
export interface StoredIdentity {
  /** Encoded SILC public key blob. */
  readonly publicKey: Uint8Array;
  /** Private key in the inner encoding of the SILC private key file, clear text here, encrypted in the database. */
  readonly privateKey: Uint8Array;
  readonly createdAt: Date;
}

export interface ServerKeyPin {
  /** SHA-1 fingerprint of the server's public key blob, 40 hex digits lower case. */
  readonly fingerprint: string;
  readonly firstSeen: Date;
}

export interface Store {
  /** The identity of a Jabber user; undefined before the first use. One key pair a user, for all networks. */
  identity(user: string): Promise<StoredIdentity | undefined>;
  /** Stores the identity unless one exists meanwhile; returns the one that holds. */
  addIdentity(user: string, identity: Omit<StoredIdentity, 'createdAt'>): Promise<StoredIdentity>;
  /** Pinned server key of `network`, `host:port`. */
  serverKey(network: string, server: string): Promise<ServerKeyPin | undefined>;
  /** Pins on first use, or replaces after the operator accepted. */
  pinServerKey(network: string, server: string, fingerprint: string): Promise<void>;
  /** A gateway-wide secret made on first use (e.g. the key of occupant ids), 32 octets, stored encrypted. */
  gatewaySecret(name: string): Promise<Uint8Array>;
  close(): Promise<void>;
}
