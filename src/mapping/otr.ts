import { type Element, xml } from '../component/stanza.js';
import { encryptionHint } from './mime/end-to-end.js';

/** Begin of an encrypted message of OTR; the others of the protocol are texts that people may read. */
const ENCRYPTED = /^\?OTR:/;

/**
 * The marks of an encrypted message of OTR (XEP-0364, 5; XEP-0380): its text stays as it is. Other clients of the receiver cannot read it, and
 * neither can anybody later.
 */
export function otrMarks(text: string | undefined, isPrivate: boolean): readonly Element[] {
  if (text === undefined || !ENCRYPTED.test(text)) return [];
  const hints = isPrivate ? (['no-copy', 'no-permanent-store'] as const) : [];
  return [encryptionHint('urn:xmpp:otr:0'), ...hints.map((name) => xml(name, { xmlns: 'urn:xmpp:hints' }))];
}
