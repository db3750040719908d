import type { Element } from '../../../src/component/types.js';

const NS_SILC = 'urn:silc-xmpp-gateway:message:0';

/** Says that lines may be missing. */
export function isGap(stanza: Element): boolean {
  return stanza.getChild('silc', NS_SILC)?.attrs['kind'] === 'gap';
}

/** The text of a gap line: since when and until when. */
export const GAP_TEXT = / from \d\d:\d\d:\d\d to \d\d:\d\d:\d\d UTC/;
