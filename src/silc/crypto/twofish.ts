import { decrypt, encrypt, makeSession } from 'twofish-ts';
import { copyOf } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { CipherStream } from './backend.js';
import { checkKeyLengths, checkWholeBlocks } from './cipher.js';

const BLOCK_LENGTH = 16;

/**
 * Twofish (Schneier et al., 1998) in CBC mode, for both backends: OpenSSL has none. The package makes key schedule and
 * key-dependent S-boxes once; the chaining is done here, since it encrypts single blocks. Its table look-ups are not
 * constant-time.
 *
 * @param key 16, 24 or 32 octets
 * @param iv 16 octets
 * @throws SilcError `usage` on other lengths
 */
export function twofishCbc(direction: 'encrypt' | 'decrypt', key: Uint8Array, iv: Uint8Array): CipherStream {
  checkKeyLengths(key, iv);
  const schedule = makeSession(key);
  const chained = copyOf(iv);
  let wiped = false;
  return {
    update(data) {
      if (wiped) throw new SilcError('usage', 'the cipher was wiped');
      checkWholeBlocks(data);
      const out = new Uint8Array(data.length);
      for (let start = 0; start < data.length; start += BLOCK_LENGTH) {
        if (direction === 'encrypt') {
          xorInto(out, start, data, start, chained);
          encrypt(out, start, out, start, schedule);
          copyBlock(chained, out, start);
        } else {
          decrypt(data, start, out, start, schedule);
          xorInto(out, start, out, start, chained);
          copyBlock(chained, data, start);
        }
      }
      return out;
    },
    wipe() {
      wiped = true;
      for (const part of [...schedule, chained]) part.fill(0);
    },
  };
}

/** One block: `out` = `data` XOR `chained`. */
function xorInto(
  out: Uint8Array,
  outStart: number,
  data: Uint8Array,
  dataStart: number,
  chained: Uint8Array,
): void {
  for (let i = 0; i < BLOCK_LENGTH; i++) out[outStart + i] = (data[dataStart + i] ?? 0) ^ (chained[i] ?? 0);
}

/** By hand: `subarray` for every block would cost as much as the cipher. */
function copyBlock(to: Uint8Array, from: Uint8Array, start: number): void {
  for (let i = 0; i < BLOCK_LENGTH; i++) to[i] = from[start + i] ?? 0;
}
