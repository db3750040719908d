import type { RoleAndAffiliation } from '../../mapping/affiliation.js';
import type { HistoryBounds } from '../../mapping/history.js';
import { fromHex, fromUtf8, toHex, utf8 } from '../../silc/bytes.js';
import type { ClientId } from '../../silc/ids.js';

/** Version of what is written. What another version has written is not read. */
const VERSION = 1;

/** A client that waits for the answer to its join. */
export interface KeptJoin {
  /** Full JID. */
  readonly client: string;
  readonly id: string | undefined;
  readonly nickname: string;
  /** Resource of the address that it sent the presence to. */
  readonly name: string;
  readonly password: string | undefined;
  readonly history: HistoryBounds;
}

/** A user's place in a room. */
export interface KeptRoom {
  readonly jid: string;
  /** Prepared name of the channel. */
  readonly name: string;
  /** The occupant that the user is shown as; undefined for a room that is not joined yet. */
  readonly occupant: KeptOccupant | undefined;
  readonly passphrase: string | undefined;
  /** Clients in the room, by full JID. */
  readonly clients: readonly string[];
  readonly joins: readonly KeptJoin[];
}

/** A user's session. */
export interface KeptSession {
  readonly nickname: string;
  /** The process has ended as it should. */
  readonly isSuspended: boolean;
  readonly rooms: readonly KeptRoom[];
  /** What `encodeDetachedSession` made, where the session was detached. */
  readonly detached: Uint8Array | undefined;
}

/** Somebody whom a room shows. */
export interface KeptOccupant {
  readonly clientId: ClientId;
  /** In the room. */
  readonly name: string;
  readonly nickname?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly mode: number;
  /** As it was shown. */
  readonly standing?: RoleAndAffiliation | undefined;
  readonly occupantId?: string | undefined;
}

/** A channel as its rooms show it. */
export interface KeptChannel {
  readonly displayName: string;
  readonly mode: number;
  readonly userLimit: number | undefined;
  readonly topic: string;
  /** The occupant who set the topic. */
  readonly topicSetter: ClientId | undefined;
  readonly occupants: readonly KeptOccupant[];
  /** Somebody is there who is no local user. */
  readonly hasOthers: boolean;
  /** Since when nobody hears it, and whether there were others on it then; undefined while it is heard. */
  readonly unheard: { readonly since: number; readonly hadOthers: boolean } | undefined;
}

export function encodeSession({ detached, ...session }: KeptSession): Uint8Array {
  return encode({ ...session, detached: detached && toHex(detached) });
}

/** Undefined for what another version has written. */
export function decodeSession(octets: Uint8Array): KeptSession | undefined {
  const state = decode(octets) as
    (Omit<KeptSession, 'detached'> & { readonly detached?: string }) | undefined;
  return state && { ...state, detached: state.detached === undefined ? undefined : fromHex(state.detached) };
}

export function encodeChannel(channel: KeptChannel): Uint8Array {
  return encode(channel);
}

/** Undefined for what another version has written. */
export function decodeChannel(octets: Uint8Array): KeptChannel | undefined {
  return decode(octets) as KeptChannel | undefined;
}

const encode = (state: object): Uint8Array => utf8(JSON.stringify({ version: VERSION, ...state }));

/** Who has written it is certain, since it was sealed: its version says what it is. */
function decode(octets: Uint8Array): object | undefined {
  const { version, ...state } = JSON.parse(fromUtf8(octets)) as { readonly version: unknown };
  return version === VERSION ? state : undefined;
}
