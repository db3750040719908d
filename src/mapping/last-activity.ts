import { type Element, xml } from '../component/stanza.js';

export const NS_LAST_ACTIVITY = 'jabber:iq:last';

/**
 * Last activity (XEP-0012): idle time of a user, or of the gateway the time since its start.
 * @param seconds fractions and negative values (clocks that jump) become whole numbers from 0.
 */
export function lastActivityQuery(seconds: number): Element {
  return xml('query', {
    xmlns: NS_LAST_ACTIVITY,
    seconds: Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0,
  });
}
