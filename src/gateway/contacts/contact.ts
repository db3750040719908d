import type { BareJid } from '../../component/jid.js';
import { qualifiedName, type UserAddress } from '../../mapping/address.js';
import { fromUtf8, utf8 } from '../../silc/bytes.js';

/** How far the contact may see the user's presence: `asked` until the user has answered. */
export type Answered = 'none' | 'asked' | 'granted' | 'refused';

/** What a user has with a SILC user. */
export interface ContactState {
  /** The user sees the contact's presence. */
  readonly isWatched: boolean;
  readonly sharing: Answered;
  /** SHA-1 of the contact's public key, 40 hex digits; undefined until it is known. */
  readonly fingerprint?: string | undefined;
  /** The encoded public key, hex: what is watched. */
  readonly publicKey?: string | undefined;
  /** The user wants nothing from the contact. */
  readonly isBlocked?: boolean | undefined;
  /** When the gateway has heard that the contact went, in milliseconds of the wall clock. */
  readonly lastSeen?: number | undefined;
}

/** A SILC user in the list of a Jabber user. */
export interface Contact {
  readonly user: BareJid;
  readonly network: string;
  /** Canonical bare address. */
  readonly address: string;
  /** Prepared nickname, and the disambiguator of the address. */
  readonly nickname: string;
  readonly qualifier: string | undefined;
  readonly state: ContactState;
}

/** Nothing yet. */
export const STRANGER: ContactState = { isWatched: false, sharing: 'none' };

/** Whether there is anything to be kept of it. */
export const isKept = ({ isWatched, sharing, isBlocked }: ContactState): boolean =>
  isWatched || isBlocked === true || sharing === 'asked' || sharing === 'granted';

/** Name of a contact in the store. */
export const nameOf = ({ nickname, qualifier }: Pick<Contact, 'nickname' | 'qualifier'>): string =>
  qualifiedName(nickname, qualifier);

/** The contact that an address of a SILC user stands for. */
export const contactAt = (
  user: BareJid,
  { network, jid, name, qualifier }: UserAddress,
  state: ContactState = STRANGER,
): Contact => ({ user, network, address: jid, nickname: name, qualifier, state });

export const encodeState = (state: ContactState): Uint8Array => utf8(JSON.stringify(state));

/** Who has written it is certain, since it was sealed. */
export const decodeState = (octets: Uint8Array): ContactState => JSON.parse(fromUtf8(octets)) as ContactState;
