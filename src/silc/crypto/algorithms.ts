import { SilcError } from '../errors.js';
import type { CipherFamily, CryptoBackend, DiffieHellmanGroupName, HashName } from './backend.js';
import { groups } from './groups.js';

/**
 * The algorithms of the SILC protocol (drafts spec-09, 3.10, and ke-auth-09, 2.4) as rows of data keyed by wire name.
 * All lengths are octets. The order of the rows is the order of preference.
 */
export interface CipherRow {
  readonly family: CipherFamily;
  readonly mode: 'cbc' | 'ctr';
  readonly keyLength: number;
  readonly blockLength: number;
  readonly ivLength: number;
}

const aes = { family: 'aes', blockLength: 16, ivLength: 16 } as const;
const twofish = { family: 'twofish', mode: 'cbc', blockLength: 16, ivLength: 16 } as const;

/** Every cipher name of the toolkit. `aes-256-cbc` is mandatory. Twofish exists in CBC mode only. */
export const ciphers = {
  'aes-256-ctr': { ...aes, mode: 'ctr', keyLength: 32 },
  'aes-256-cbc': { ...aes, mode: 'cbc', keyLength: 32 },
  'aes-192-ctr': { ...aes, mode: 'ctr', keyLength: 24 },
  'aes-192-cbc': { ...aes, mode: 'cbc', keyLength: 24 },
  'aes-128-ctr': { ...aes, mode: 'ctr', keyLength: 16 },
  'aes-128-cbc': { ...aes, mode: 'cbc', keyLength: 16 },
  'twofish-256-cbc': { ...twofish, keyLength: 32 },
  'twofish-192-cbc': { ...twofish, keyLength: 24 },
  'twofish-128-cbc': { ...twofish, keyLength: 16 },
} as const satisfies Record<string, CipherRow>;

/** Wire name of a cipher, as `aes-256-cbc`. */
export type CipherName = keyof typeof ciphers;

export interface HashRow {
  /** Octets of the digest. */
  readonly length: number;
  /** Octets before the digest in a DER DigestInfo (RFC 8017, 9.2, note 1), in hex. */
  readonly digestInfoPrefix: string;
  readonly proposed: boolean;
  /** Broken or close to it: only used where an application names it. */
  readonly weak?: true;
}

/** The hash functions. `sha1` is mandatory. MD5 is known for Client IDs and old peers, and never proposed. */
export const hashes = {
  sha256: {
    length: 32,
    digestInfoPrefix: '3031300d060960864801650304020105000420',
    proposed: true,
  },
  sha1: { length: 20, digestInfoPrefix: '3021300906052b0e03021a05000414', proposed: true },
  md5: { length: 16, digestInfoPrefix: '3020300c06082a864886f70d020505000410', proposed: false, weak: true },
} as const satisfies Record<HashName, HashRow>;

export interface HmacRow {
  readonly hash: HashName;
  /** Octets of the MAC on the wire, after truncation. */
  readonly length: number;
  readonly proposed: boolean;
  /** As of a hash function. */
  readonly weak?: true;
}

/** The HMACs (RFC 2104); names with `-96` are cut to 12 octets. `hmac-sha1-96` is mandatory. */
export const hmacs = {
  'hmac-sha256-96': { hash: 'sha256', length: 12, proposed: true },
  'hmac-sha1-96': { hash: 'sha1', length: 12, proposed: true },
  'hmac-sha256': { hash: 'sha256', length: 32, proposed: false },
  'hmac-sha1': { hash: 'sha1', length: 20, proposed: false },
  'hmac-md5-96': { hash: 'md5', length: 12, proposed: false, weak: true },
  'hmac-md5': { hash: 'md5', length: 16, proposed: false, weak: true },
} as const satisfies Record<string, HmacRow>;

/** Wire name of an HMAC, as `hmac-sha1-96`. */
export type HmacName = keyof typeof hmacs;

/** Public key algorithms: only RSA exists. */
export type PkcsName = 'rsa';

/** Cipher and HMAC of channels, static private message keys and channel private keys that name none. */
export const DEFAULT_CIPHER = 'aes-256-cbc' satisfies CipherName;
export const DEFAULT_HMAC = 'hmac-sha1-96' satisfies HmacName;

/** The algorithm lists of a Key Exchange Start Payload, in order of preference. */
export interface AlgorithmLists {
  readonly groups: readonly DiffieHellmanGroupName[];
  readonly pkcs: readonly PkcsName[];
  readonly ciphers: readonly CipherName[];
  readonly hashes: readonly HashName[];
  readonly hmacs: readonly HmacName[];
}

export function isCipherName(name: string): name is CipherName {
  return Object.hasOwn(ciphers, name);
}

export function isHashName(name: string): name is HashName {
  return Object.hasOwn(hashes, name);
}

export function isHmacName(name: string): name is HmacName {
  return Object.hasOwn(hmacs, name);
}

export function isGroupName(name: string): name is DiffieHellmanGroupName {
  return Object.hasOwn(groups, name);
}

/** Whether a name is that of an algorithm which is not to be used without need. */
export function isWeak(name: string): boolean {
  if (isHashName(name)) return 'weak' in hashes[name];
  return isHmacName(name) && 'weak' in hmacs[name];
}

/** Everything this engine can use, weak algorithms too: what a responder may be asked for. */
export const supportedAlgorithms: AlgorithmLists = {
  groups: Object.keys(groups).filter(isGroupName),
  pkcs: ['rsa'],
  ciphers: Object.keys(ciphers).filter(isCipherName),
  hashes: Object.keys(hashes).filter(isHashName),
  hmacs: Object.keys(hmacs).filter(isHmacName),
};

/** What an initiator proposes when nothing else is configured: every silcd answers it, and nothing of it is MD5. */
export const defaultProposal: AlgorithmLists = {
  groups: supportedAlgorithms.groups.filter((name) => groups[name].proposed),
  pkcs: ['rsa'],
  ciphers: supportedAlgorithms.ciphers,
  hashes: supportedAlgorithms.hashes.filter((name) => hashes[name].proposed),
  hmacs: supportedAlgorithms.hmacs.filter((name) => hmacs[name].proposed),
};

/** An error that names what is not supported. A name from outside is told only where it looks like one. */
export function unsupported(what: string, name: string): SilcError {
  const told = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,31}$/.test(name) ? ` ${name}` : '';
  return new SilcError('unsupported', `${what}${told} is not supported`);
}

/** The cipher of a name that came from outside. @throws SilcError `unsupported`. */
export function cipherName(name: string): CipherName {
  if (!isCipherName(name)) throw unsupported('cipher', name);
  return name;
}

/** The HMAC of a name that came from outside. @throws SilcError `unsupported`. */
export function hmacName(name: string): HmacName {
  if (!isHmacName(name)) throw unsupported('HMAC', name);
  return name;
}

/** The hash function of a name that came from outside. @throws SilcError `unsupported`. */
export function hashName(name: string): HashName {
  if (!isHashName(name)) throw unsupported('hash function', name);
  return name;
}

/** MAC of the concatenated parts, cut to the length that `name` has on the wire. */
export function hmac(
  backend: CryptoBackend,
  name: HmacName,
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const row = hmacs[name];
  return backend.hmac(row.hash, key, ...parts).subarray(0, row.length);
}
