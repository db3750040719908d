import type { KeyPair } from '../crypto/key-pair.js';
import type { AlgorithmProposal } from '../ke/negotiation.js';
import type { CryptoBackend } from '../crypto/backend.js';
import type { RekeyPolicy } from '../ke/rekey-trigger.js';
import type { ServerOperator } from './operators.js';

/** Bounds of a server. Each is a number of things unless its name says milliseconds. */
export interface SilcServerLimits {
  /** At a time. Beyond, the oldest one that has not registered yet makes room; where there is none, nobody is let in. */
  readonly connections: number;
  readonly connectionsPerHost: number;
  /** Channels that exist at a time. */
  readonly channels: number;
  /** Channels that one client is on, status 48 beyond. */
  readonly channelsPerClient: number;
  /** Members of one channel, status 34 beyond: all of them have to fit into the reply of JOIN, at most 1200 do. */
  readonly membersPerChannel: number;
  /** Entries of an invite or ban list, status 48 beyond. */
  readonly listEntries: number;
  /** Clients that are registered without a connection; 0: nobody may detach, status 56. Beyond, status 48. */
  readonly detachedClients: number;
  /** How long a detached client is kept; at most 2^31 - 1. */
  readonly detachMs: number;
  /** Nicknames and keys that one client watches, status 48 beyond. */
  readonly watchesPerClient: number;
  /** How long a client has to answer for its attributes before the server does it. */
  readonly attributesMs: number;
  /** From accepting a connection to its registration. */
  readonly handshakeMs: number;
  /** Octets that may wait for one client; a client that takes less than others send it is dropped beyond. */
  readonly pendingOctets: number;
}

export const defaultLimits: SilcServerLimits = {
  connections: 1000,
  connectionsPerHost: 1000,
  channels: 10_000,
  channelsPerClient: 50,
  membersPerChannel: 1200,
  listEntries: 64,
  detachedClients: 1000,
  detachMs: 7 * 86_400_000,
  watchesPerClient: 128,
  attributesMs: 3_000,
  handshakeMs: 60_000,
  pendingOctets: 1 << 20,
};

/** How the embedded server runs. */
export interface SilcServerOptions {
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Default 706; 0 picks a free one. */
  readonly port?: number;
  /** Name of the server as clients see it. */
  readonly name: string;
  readonly keyPair: KeyPair;
  /** Clients must give this passphrase. */
  readonly passphrase?: string;
  /** Clients must sign with one of these keys: SHA-1 fingerprints, 40 hex digits lower case. */
  readonly authorizedKeys?: ReadonlySet<string>;
  /** Algorithms that clients may choose; default, list by list, what this engine proposes itself: nothing of MD5. */
  readonly algorithms?: Partial<AlgorithmProposal>;
  readonly motd?: string;
  /** Who may become operator by OPER and SILCOPER, by user name as it is written. Default nobody. */
  readonly operators?: ReadonlyMap<string, ServerOperator>;
  readonly limits?: Partial<SilcServerLimits>;
  /** When the server starts a rekey of a connection by itself. Default never: with silcd that is the clients' part. */
  readonly rekey?: RekeyPolicy;
  /** Lets commands wait as silcd does. Default false. */
  readonly throttle?: boolean;
  readonly backend?: CryptoBackend;
  /** Told about things an operator wants to know; never contains secrets. */
  readonly onEvent?: (event: SilcServerEvent) => void;
}

/** What an operator wants to know. */
export type SilcServerEvent =
  | {
      /** `shutdown`: an operator ends the server, which closes then. */
      readonly type: 'registered' | 'signed-off' | 'detached' | 'resumed' | 'shutdown';
      readonly nickname: string;
      readonly address: string | undefined;
    }
  | { readonly type: 'refused'; readonly address: string | undefined; readonly reason: string };
