import type { AlgorithmProposal } from '../silc/client/types.js';
import type { QuotaKind, QuotaRates } from './quotas/rates.js';
import type { Language } from '../text/catalogue.js';

/**
 * The part of the configuration that the gateway itself uses. The schema of the configuration satisfies it; all times
 * are milliseconds.
 */
export interface GatewayConfig {
  /** Network name → network. At most one is the default. */
  readonly networks: Readonly<Record<string, NetworkConfig>>;
  /** Domains and bare JIDs in lower case; an empty allow list allows everybody, deny goes first. */
  readonly access: {
    readonly allow: readonly string[];
    readonly deny: readonly string[];
    readonly admins: readonly string[];
  };
  /** Language of texts for users whose client tells none that the gateway speaks. */
  readonly texts: { readonly language: Language };
  /** How the gateway's users look on SILC, and the size of their keys. */
  readonly users: { readonly username: string; readonly real_name: string; readonly key_bits: number };
  readonly limits: {
    readonly sessions: number;
    readonly sessions_per_domain?: number | undefined;
    /** Places in rooms: a user in two rooms has two. */
    readonly rooms: number;
    readonly rooms_per_domain?: number | undefined;
    readonly rooms_per_user: number;
    readonly resources_per_user: number;
    /** Key pairs of users, which are kept for good. */
    readonly key_pairs: number;
    readonly key_pairs_per_domain?: number | undefined;
    /** New users of one domain; of domains and users in the allow list any number. */
    readonly new_users_per_hour: number;
    /** What may be used up a minute. */
    readonly rates: Readonly<Record<QuotaKind, QuotaRates>>;
  };
  readonly rooms: {
    /** Channels that users found get a founder key, so that their founders come back as founders. */
    readonly founder_keys: boolean;
    readonly founder_keys_per_user: number;
    /** Whether SILC users read that a message was taken back or away. */
    readonly retractions_on_silc: boolean;
  };
  readonly sessions: {
    /** Whether users stay in rooms that they have said nothing about when their last client leaves. */
    readonly stay: boolean;
    /** Who was not there for so many days stays no longer. */
    readonly stay_days: number;
  };
  /** What is said in rooms is kept so many days; 0: not at all. */
  readonly history: { readonly days: number };
  readonly files: FilesConfig;
  readonly timeouts: {
    /** A join that has not ended by then is refused; counted from the sending of its command. */
    readonly join_ms: number;
    /** How long occupants stay shown while a lost SILC link is being restored. */
    readonly grace_ms: number;
    /** How long a room is kept on SILC for a user whose last resource turned out to be gone. */
    readonly rejoin_ms: number;
    /** How long a session without rooms is kept after its last private message. */
    readonly idle_ms: number;
    /** Least time between the starts of two connections to one server. */
    readonly connect_spacing_ms: number;
  };
}

/** Files of SILC users. */
export interface FilesConfig {
  /** `auto`: the upload services of the users' servers; `off`: none; otherwise the address of one. */
  readonly upload: string;
  readonly max_octets: number;
  readonly ca_file?: string | undefined;
  /** Pictures whose links Jabber users post go to SILC, too. */
  readonly pictures_to_silc: boolean;
  /** Files that SILC clients offer to each other (SFTP). */
  readonly transfers: {
    readonly accept: boolean;
    /** Files that Jabber users have linked to are offered to SILC users. */
    readonly offer: boolean;
    readonly listen?: string | undefined;
    readonly public_host?: string | undefined;
    /** `first-last`. */
    readonly ports?: string | undefined;
    readonly private_addresses: boolean;
  };
}

export interface NetworkConfig {
  readonly default: boolean;
  /** Tried in order. */
  readonly servers: readonly ServerConfig[];
  readonly auth: NetworkAuth;
  /** Who may use it, beside what holds for the gateway; absent: everybody. */
  readonly access?: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly limits?: {
    readonly sessions?: number | undefined;
    readonly sessions_per_domain?: number | undefined;
  };
  /** What the servers are offered; absent lists have the engine's defaults. */
  readonly algorithms?: Partial<AlgorithmProposal>;
}

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  /** SHA-1 of the server's public key, 40 hex digits lower case; pinned on first use where it is absent. */
  readonly fingerprint?: string | undefined;
}

export type NetworkAuth =
  | { readonly method: 'none' }
  | { readonly method: 'passphrase'; readonly passphrase?: string | undefined }
  | { readonly method: 'publickey' };
