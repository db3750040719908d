import { fromLatin1, fromUtf8 } from '../bytes.js';

/**
 * Text of octets whose charset is not certain: UTF-8 where they are valid UTF-8, otherwise ISO 8859-1.
 * Never fails: for texts that are shown, not compared.
 */
export function decodeText(octets: Uint8Array): string {
  try {
    return fromUtf8(octets);
  } catch {
    return fromLatin1(octets);
  }
}
