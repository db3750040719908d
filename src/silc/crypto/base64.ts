import { fromLatin1 } from '../bytes.js';
import { SilcError } from '../errors.js';

/** Characters of a line, as SILC clients write key files: a line break stands in every 72nd column. */
const LINE_LENGTH = 71;

/** Base64 text of octets (RFC 4648, 4), in lines of 71 characters without a break at the end. */
export function toBase64Lines(bytes: Uint8Array): string {
  return (btoa(fromLatin1(bytes)).match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? []).join('\n');
}

/** Octets of a base64 text; everything outside the alphabet is passed over. @throws SilcError `malformed`. */
export function fromBase64(text: string): Uint8Array {
  const digits = text.replace(/[^A-Za-z0-9+/]/g, '');
  if (digits.length % 4 === 1) throw new SilcError('malformed', 'base64 text is cut short');
  return Uint8Array.from(atob(digits), (character) => character.charCodeAt(0));
}
