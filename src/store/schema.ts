/** Tables as Kysely sees them. Times are milliseconds since 1970; `sealed` columns hold what `Sealer` made. */
export interface Schema {
  readonly meta: {
    readonly name: string;
    readonly value: Uint8Array;
  };
  readonly identity: {
    /** Canonical bare JID. */
    readonly user: string;
    readonly public_key: Uint8Array;
    /** Sealed at `identity, private_key, <user>`. */
    readonly private_key: Uint8Array;
    readonly created_at: number;
  };
  readonly server_key: {
    readonly network: string;
    /** `host:port` as configured. */
    readonly server: string;
    /** 40 hex digits, lower case. */
    readonly fingerprint: string;
    readonly first_seen: number;
  };
  readonly session: {
    /** Canonical bare JID. */
    readonly user: string;
    readonly network: string;
    /** Sealed at `session, state, <user>, <network>`. */
    readonly state: Uint8Array;
    readonly written_at: number;
  };
  readonly channel: {
    readonly network: string;
    /** Prepared. */
    readonly name: string;
    /** Sealed at `channel, state, <network>, <name>`. */
    readonly state: Uint8Array;
    readonly written_at: number;
  };
  readonly gateway_secret: {
    readonly name: string;
    /** Sealed at `gateway_secret, value, <name>`. */
    readonly value: Uint8Array;
    readonly created_at: number;
  };
  readonly founder_key: {
    readonly network: string;
    /** Prepared name. */
    readonly channel: string;
    /** Canonical bare JID. */
    readonly founder: string;
    readonly public_key: Uint8Array;
    /** Sealed at `founder_key, private_key, <network>, <channel>`. */
    readonly private_key: Uint8Array;
    /** Sealed at `founder_key, configuration, <network>, <channel>`: it may hold a passphrase. */
    readonly configuration: Uint8Array;
    readonly created_at: number;
    readonly used_at: number;
  };
  /** What is kept of a room. */
  readonly room_record: {
    readonly network: string;
    /** Prepared name. */
    readonly channel: string;
    readonly kind: string;
    /** Sealed at `room_record, content, <network>, <channel>, <kind>`: it may hold Jabber addresses. */
    readonly content: Uint8Array;
    readonly used_at: number;
  };
  /** Rooms that users stay in without a client. */
  readonly stay: {
    /** Canonical bare JID. */
    readonly user: string;
    readonly network: string;
    /** Prepared name. */
    readonly channel: string;
    /** What the user has said, 0 or 1. */
    readonly wanted: number | null;
    /** Sealed at `stay, place, <user>, <network>, <channel>`: it may hold a passphrase. */
    readonly place: Uint8Array | null;
    readonly seen_at: number;
  };
  /** Messages for users who are away. */
  readonly waiting: {
    /** In the order in which they came. */
    readonly id: number;
    /** Canonical bare JID. */
    readonly user: string;
    readonly said_at: number;
    /** Sealed at `waiting, content, <user>, <id>`. */
    readonly content: Uint8Array;
  };
  /** Keys by which users know their contacts. */
  readonly contact_key: {
    /** Canonical bare JID. */
    readonly user: string;
    readonly network: string;
    /** Prepared nickname, and the disambiguator where the address has one. */
    readonly contact: string;
    /** 40 hex digits, lower case. */
    readonly fingerprint: string;
    readonly pending: string | null;
    /** 0 heard of, 1 written to, 2 verified. */
    readonly standing: number;
    readonly seen_at: number;
  };
  /** What is kept of a user. */
  readonly user_record: {
    /** Canonical bare JID. */
    readonly user: string;
    readonly kind: string;
    /** What it is about, empty where that is the user. */
    readonly place: string;
    /** Sealed at `user_record, content, <user>, <kind>, <place>`. */
    readonly content: Uint8Array;
    readonly written_at: number;
  };
  /** SILC users in the lists of Jabber users. */
  readonly contact: {
    /** Canonical bare JID. */
    readonly user: string;
    readonly network: string;
    /** Prepared nickname, and the disambiguator where the address has one. */
    readonly contact: string;
    /** Sealed at `contact, content, <user>, <network>, <contact>`. */
    readonly content: Uint8Array;
  };
  /** What was said in rooms, one row a line. */
  readonly archive_line: {
    /** In the order in which lines were written. */
    readonly seq: number;
    readonly network: string;
    /** Prepared name. */
    readonly channel: string;
    /** XEP-0359 id, unique in the room. */
    readonly stanza_id: string;
    readonly said_at: number;
    /** Name of the author in the room. */
    readonly nick: string;
    /** Sealed at `archive_line, content, <network> <channel> <stanza_id>`. */
    readonly content: Uint8Array;
  };
  /** Who was in which room, from when to when. */
  readonly archive_span: {
    readonly network: string;
    readonly channel: string;
    /** Canonical bare JID. */
    readonly user: string;
    readonly since: number;
    /** Null for somebody who is there. */
    readonly until: number | null;
  };
}
