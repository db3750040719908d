import { utf8 } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { Codec } from './codec.js';
import { decodeText } from './text.js';

/** Flags of the start payload. */
export const KeyExchangeFlag = {
  /** IV in every packet; not in use. */
  ivIncluded: 0x01,
  /** Rekeys make a new Diffie-Hellman exchange. */
  pfs: 0x02,
  /** The initiator signs too. */
  mutual: 0x04,
} as const;

/** Octets of the cookie. */
export const COOKIE_LENGTH = 16;

/** Algorithm names are as they came, in the sender's order; an empty field is a list without items. */
export interface KeyExchangeStart {
  /** `KeyExchangeFlag` bits. */
  readonly flags: number;
  readonly cookie: Uint8Array;
  /** `SILC-<major>.<minor>-<software version> <vendor>`. */
  readonly version: string;
  readonly groups: readonly string[];
  readonly pkcs: readonly string[];
  readonly ciphers: readonly string[];
  readonly hashes: readonly string[];
  readonly hmacs: readonly string[];
  /** The one list that may be empty. */
  readonly compressions: readonly string[];
}

/** Longest text of one field: each of the toolkit's own is far below. */
const MAX_LIST_LENGTH = 4096;

/**
 * Key Exchange Start Payload, packet KEY_EXCHANGE (draft ke-auth-09, 2.1.1):
 *   reserved u8 0 | flags u8 | payload length u16 (all of it) | cookie 16 | seven times length u16,
 *   text: version, groups, PKCS, ciphers, hashes, HMACs, compressions; lists are comma-separated
 */
export const keyExchangeStartPayload: Codec<KeyExchangeStart> = {
  kind: 'key exchange start',
  decode(reader) {
    const whole = reader.remaining;
    if (reader.u8('reserved') !== 0) {
      throw new SilcError('malformed', 'key exchange start with the reserved octet set');
    }
    const flags = reader.u8('key exchange flags');
    if (reader.u16('key exchange start length') !== whole) {
      throw new SilcError('malformed', 'key exchange start whose length is not that of the payload');
    }
    const cookie = reader.bytes(COOKIE_LENGTH, 'cookie');
    const text = (field: string): string => decodeText(reader.block16(field, MAX_LIST_LENGTH));
    const mandatory = (field: string): string => {
      const value = text(field);
      if (value === '') throw new SilcError('malformed', `key exchange start without ${field}`);
      return value;
    };
    const start = {
      flags,
      cookie,
      version: mandatory('version'),
      groups: mandatory('groups').split(','),
      pkcs: mandatory('PKCS').split(','),
      ciphers: mandatory('ciphers').split(','),
      hashes: mandatory('hashes').split(','),
      hmacs: mandatory('HMACs').split(','),
      compressions: list(text('compressions')),
    };
    reader.end('key exchange start');
    return start;
  },
  encode(start, writer) {
    if (start.cookie.length !== COOKIE_LENGTH) {
      throw new SilcError('usage', `cookie of ${start.cookie.length} octets`);
    }
    const { version, groups, pkcs, ciphers, hashes, hmacs, compressions } = start;
    const fields = [
      version,
      ...[groups, pkcs, ciphers, hashes, hmacs, compressions].map((names) => names.join(',')),
    ].map(utf8);
    const length = fields.reduce((sum, field) => sum + 2 + field.length, 4 + COOKIE_LENGTH);
    writer.u8(0).u8(start.flags).u16(length).bytes(start.cookie);
    for (const field of fields) writer.block16(field);
  },
};

function list(text: string): readonly string[] {
  return text === '' ? [] : text.split(',');
}
