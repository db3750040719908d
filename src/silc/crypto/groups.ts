import { stripLeadingZeros, toHex } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { DiffieHellmanGroupName } from './backend.js';

/** A Diffie-Hellman group: a safe prime in lower-case hex, its size in bits; the generator is 2 everywhere. */
export interface DiffieHellmanGroupRow {
  readonly name: DiffieHellmanGroupName;
  readonly bits: number;
  readonly prime: string;
  /** Whether the group is in the proposal of a key exchange that wants nothing special. */
  readonly proposed: boolean;
}

/** Generator of every group (draft ke-auth-09, 2.4). */
export const DIFFIE_HELLMAN_GENERATOR = 2;

/**
 * Octets of a fresh secret exponent. In a group of a safe prime the effort to find the exponent is the square root of its range;
 * 320 bits are what RFC 3526, section 8, asks for at most with the largest group, and each bit more is work at every login.
 */
export const SECRET_EXPONENT_LENGTH = 40;

/** Leading part that the three primes share: 2^bits − 2^(bits−64) + … (RFC 2412, appendix E). */
const commonPrefix =
  'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74' +
  '020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437' +
  '4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed' +
  'ee386bfb5a899fa5ae9f24117c4b1fe649286651ece';

/** Part that the two larger primes share beyond {@link commonPrefix}. */
const largerPrefix =
  '45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca' +
  '3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca';

/** The groups by wire name. `diffie-hellman-group3` is in the drafts only: the toolkit refuses it. */
export const groups = {
  'diffie-hellman-group2': {
    name: 'diffie-hellman-group2', // RFC 3526, group 5
    bits: 1536,
    prime: `${commonPrefix}${largerPrefix}237327ffffffffffffffff`,
    proposed: true,
  },
  'diffie-hellman-group1': {
    name: 'diffie-hellman-group1', // RFC 2409, second Oakley group
    bits: 1024,
    prime: `${commonPrefix}65381ffffffffffffffff`,
    proposed: true,
  },
  'diffie-hellman-group3': {
    name: 'diffie-hellman-group3', // RFC 3526, group 14
    bits: 2048,
    prime:
      `${commonPrefix}${largerPrefix}18217c32905e462e36ce3b` +
      'e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718' +
      '3995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff',
    proposed: false,
  },
} as const satisfies Record<DiffieHellmanGroupName, DiffieHellmanGroupRow>;

/**
 * A peer's public value without leading zeros, when it lies in 2 … p−2: 0, 1 and p−1 make the secret a known number.
 *
 * @throws SilcError `key-exchange` otherwise
 */
export function checkPeerValue(group: DiffieHellmanGroupName, value: Uint8Array): Uint8Array {
  const minimal = stripLeadingZeros(value);
  const hex = toHex(minimal);
  const { prime } = groups[group];
  const largest = `${prime.slice(0, -1)}d`; // p − 2: every prime here ends with …ff
  const tooSmall = minimal.length === 0 || (minimal.length === 1 && (minimal[0] ?? 0) < 2);
  const tooLarge = hex.length > prime.length || (hex.length === prime.length && hex > largest);
  if (tooSmall || tooLarge) {
    throw new SilcError('key-exchange', 'the Diffie-Hellman value of the peer is out of range');
  }
  return minimal;
}

/** A half is for one exchange. @throws SilcError `usage` */
export function checkUnused(used: boolean): void {
  if (used) throw new SilcError('usage', 'a Diffie-Hellman half is for one use');
}
