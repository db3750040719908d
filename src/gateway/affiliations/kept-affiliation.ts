import { type Affiliation, isAffiliation } from '../../mapping/affiliation.js';
import { preparedNickname } from '../../mapping/nickname.js';
import { fromUtf8, utf8 } from '../../silc/bytes.js';

/** Somebody's affiliation to a room, as the gateway keeps it. The person is an account, else a key, else a mask. */
export interface KeptAffiliation {
  readonly affiliation: Exclude<Affiliation, 'none'>;
  /** Canonical bare JID of a Jabber account. */
  readonly account?: string | undefined;
  /** SHA-1 of the SILC public key, 40 hex digits. */
  readonly fingerprint?: string | undefined;
  /** Entry of the ban list, for a nickname that nobody is known by. */
  readonly mask?: string | undefined;
  /** The account was named by its address: whoever reads the list may see it. */
  readonly isNamed?: boolean | undefined;
  /** The last one that is known, as displayed. */
  readonly nickname?: string | undefined;
  readonly reason?: string | undefined;
}

/** Who somebody is, as far as it is known. */
export type Identity = Pick<KeptAffiliation, 'account' | 'fingerprint' | 'mask'>;

/** Whether an entry is about this person: an account is known by its name, whatever key it has. */
export function isAbout(entry: Identity, { account, fingerprint, mask }: Identity): boolean {
  if (entry.account !== undefined && account !== undefined) return entry.account === account;
  if (entry.fingerprint !== undefined) return entry.fingerprint === fingerprint;
  return entry.mask !== undefined && entry.mask === mask;
}

/** Whether a user address without or with a qualifier means the person of an entry. @param name - prepared */
export function isAddressed(
  { nickname, fingerprint }: KeptAffiliation,
  name: string,
  qualifier: string | undefined,
): boolean {
  if (qualifier !== undefined && qualifier === fingerprint) return true;
  if (nickname === undefined || preparedNickname(nickname) !== name) return false;
  if (qualifier === undefined) return true;
  return fingerprint !== undefined && fingerprint.startsWith(qualifier);
}

/** As the store keeps them. */
export function encodeAffiliations(entries: readonly KeptAffiliation[]): Uint8Array {
  return utf8(JSON.stringify(entries));
}

/** What `encodeAffiliations` has made; what cannot be read is left out. */
export function decodeAffiliations(octets: Uint8Array): readonly KeptAffiliation[] {
  const values: unknown = JSON.parse(fromUtf8(octets));
  return Array.isArray(values) ? values.flatMap((value) => entryOf(value) ?? []) : [];
}

function entryOf(value: unknown): KeptAffiliation | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields: Partial<Record<string, unknown>> = value;
  const text = (name: keyof KeptAffiliation): string | undefined => {
    const field = fields[name];
    return typeof field === 'string' ? field : undefined;
  };
  const affiliation = text('affiliation');
  if (!isAffiliation(affiliation) || affiliation === 'none') return undefined;
  return {
    affiliation,
    account: text('account'),
    fingerprint: text('fingerprint'),
    mask: text('mask'),
    isNamed: fields['isNamed'] === true,
    nickname: text('nickname'),
    reason: text('reason'),
  };
}
