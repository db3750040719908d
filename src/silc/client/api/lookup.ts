import type { Statistics } from '../../commands/stats.js';
import type { KeyPair } from '../../crypto/key-pair.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { ChannelId, ClientId, ServerId } from '../../ids.js';
import type { ListedChannel, Member, WhoisOptions, WhoisResult } from './network.js';

/** Somebody who has left, or has another nickname now. */
export interface FormerUser {
  readonly clientId: ClientId;
  readonly nickname: string;
  /** Server name behind the `@` of the nickname. */
  readonly server: string | undefined;
  readonly username: string;
  readonly hostname: string | undefined;
  readonly realName: string | undefined;
}

/** What to look for, by its name or by its ID: one thing a command. */
export type IdentifyTarget =
  /** `nick[@server]` */
  | { readonly nickname: string }
  | { readonly clientId: ClientId }
  | { readonly channelName: string }
  | { readonly channelId: ChannelId }
  | { readonly serverName: string }
  | { readonly serverId: ServerId };

/** Something that has an ID. */
export type Identity =
  | {
      readonly kind: 'client';
      readonly clientId: ClientId;
      readonly nickname: string;
      readonly server: string | undefined;
      readonly username: string | undefined;
      readonly hostname: string | undefined;
    }
  | { readonly kind: 'channel'; readonly channelId: ChannelId; readonly name: string }
  | { readonly kind: 'server'; readonly serverId: ServerId; readonly name: string };

/** A server by its name, or by its ID. */
export type ServerTarget = { readonly serverName: string } | { readonly serverId: ServerId };

/** A channel by its name, or by its ID; one need not be on it. */
export type ChannelTarget = { readonly channelName: string } | { readonly channelId: ChannelId };

/** What a server says of itself (INFO). */
export interface ServerInfo {
  readonly serverId: ServerId;
  readonly name: string;
  /** Location, administrator, version: as the server puts it; empty where it says nothing. */
  readonly text: string;
}

/** Who is on a channel. */
export interface ChannelUsers {
  readonly channelId: ChannelId;
  /** As far as they are known: a nickname is undefined until WHOIS has told it. */
  readonly members: readonly Member[];
}

/** What a server says of services (the drafts define none). */
export interface ServiceAnswer {
  /** Services that the server offers. */
  readonly services: readonly string[];
  /** The service that was asked for, where it is granted. */
  readonly granted: string | undefined;
  readonly parameters: readonly Uint8Array[];
}

/**
 * Questions about people, channels and servers that one need not share anything with. What is not there, or is not shown,
 * is `undefined` or an empty list; everything else rejects as the commands of `SilcSession` do.
 *
 * Servers hold back many commands in quick succession: a question a second or two is answered at once.
 */
export interface NetworkLookup {
  /** Whoever has a public key (WHOIS). The server throttles it like a WHOIS with attributes. */
  whoisByKey(publicKey: SilcPublicKey, options?: WhoisOptions): Promise<readonly WhoisResult[]>;
  /**
   * Who had a nickname, the newest first (WHOWAS). Servers remember for some minutes, and only the last nickname of each.
   * @param count at most so many
   */
  whowas(nickname: string, count?: number): Promise<readonly FormerUser[]>;
  /**
   * IDs of names, and names of IDs (IDENTIFY). Joined channels and the own server are told without asking: a standalone
   * silcd answers for no channel and no server by ID, and says so after twelve seconds. What was not found by its ID is
   * not asked for again for a minute.
   * @param count at most so many, of those who share a nickname
   */
  identify(target: IdentifyTarget, count?: number): Promise<readonly Identity[]>;
  /** One channel as the list shows it (LIST); undefined where there is none of this ID, or it is secret. */
  channel(channel: ChannelId): Promise<ListedChannel | undefined>;
  /**
   * Who is on a channel (USERS); undefined where it is hidden from this session.
   * @param options `resolve`: waits for names, at most ten seconds; one WHOIS for every sixteen members goes out
   */
  users(channel: ChannelTarget, options?: { readonly resolve?: boolean }): Promise<ChannelUsers | undefined>;
  /**
   * INFO; default of the own server. silcd takes the beginning of its own name for the name, and knows its router by the
   * name or address of its configuration only: `name` says who has answered, and IDs are safer.
   */
  info(server?: ServerTarget): Promise<ServerInfo | undefined>;
  /**
   * Message of the day (MOTD), empty where there is none, or where a silcd that is no router does not ask for it; default
   * of the own server. By ID it takes two commands.
   */
  motd(server?: ServerTarget): Promise<string | undefined>;
  /** Counters (STATS); undefined for every server but the own one, which alone answers. */
  statistics(server?: ServerId): Promise<Statistics | undefined>;
  /**
   * Public key of a server (GETKEY); default of the own one. Undefined where there is none, or no such server.
   * @throws SilcError `authentication` when the own server shows another key than in the key exchange
   */
  serverKey(server?: ServerTarget): Promise<SilcPublicKey | undefined>;
  /** SERVICE: asks for the services, or for one of them. @throws SilcCommandError 45, 49 */
  service(name?: string, parameters?: readonly Uint8Array[]): Promise<ServiceAnswer>;
}

/** How an operator proves to be one: by a passphrase, or by a key that the server has been told; default the session's. */
export type OperatorProof = { readonly passphrase: string } | { readonly keyPair?: KeyPair };

/** Another server as a link to it is configured: a name or address, and a TCP port (default 706). */
export interface ServerLink {
  readonly host: string;
  readonly port?: number;
}

/**
 * Commands of those who run servers. Rights show in the own user mode (`UserMode.serverOperator`, `routerOperator`) and
 * are given up by clearing it there. All reject as the commands of `SilcSession` do; without the rights with
 * SilcCommandError 41 (not a server operator) or 42 (not a router operator).
 */
export interface OperatorCommands {
  /** Becomes server operator (OPER). @throws SilcCommandError 45 when the name or the proof is wrong */
  oper(username: string, proof?: OperatorProof): Promise<void>;
  /** Becomes router operator (SILCOPER); on a router only. @throws SilcCommandError 45 */
  silcoper(username: string, proof?: OperatorProof): Promise<void>;
  /**
   * Removes somebody from the network (KILL); for router operators, on a router. Whoever shared a channel is told.
   * @param comment at most 128 octets
   * @throws SilcCommandError 22 when there is no such client
   */
  kill(user: ClientId, comment?: string): Promise<void>;
  /**
   * Links the server to another one (CONNECT of silcd). Resolves when the server tries it. A silcd that is a router
   * refuses it to server operators with 42, even where they are router operators too.
   */
  connect(server: ServerLink): Promise<void>;
  /** Ends a link (CLOSE of silcd). @throws SilcCommandError 19 when there is none to that server */
  close(server: ServerLink): Promise<void>;
  /** Ends the server (SHUTDOWN of silcd). Resolves when the server agrees, or is gone. */
  shutdown(): Promise<void>;
}
