import { type Element, xml } from '../component/stanza.js';

export const NS_TIME = 'urn:xmpp:time';

/** The time at a place (XEP-0202). @param offset - of the place from UTC, like `+02:00` */
export function timeAt(offset: string, now: Date): Element {
  return xml('time', { xmlns: NS_TIME }, xml('tzo', {}, offset), xml('utc', {}, now.toISOString()));
}
