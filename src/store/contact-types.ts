/** A SILC user in the list of a Jabber user. What `content` says is the gateway's own affair; it is encrypted in the database. */
export interface StoredContact {
  /** Canonical bare JID. */
  readonly user: string;
  readonly network: string;
  /** Prepared nickname, and the disambiguator of the address where it has one: `nick*1f3a`. */
  readonly contact: string;
  readonly content: Uint8Array;
}

/** Contacts by user, network and name. */
export interface ContactRepository {
  /** Rows that cannot be opened are left out. */
  all(): Promise<readonly StoredContact[]>;
  put(contact: StoredContact): Promise<void>;
  remove(user: string, network: string, contact: string): Promise<void>;
}
