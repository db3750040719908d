import { type Element, xml } from '../component/stanza.js';

/*
 * XEP-0219 0.3 (2008-06-12): Hop Check. It is retracted, since it cannot prove anything; what it tells of the way to SILC no other
 * specification has a place for.
 */

export const NS_HOP_CHECK = 'http://www.xmpp.org/extensions/xep-0219.html#ns';
/** How a hop to SILC is protected: in this project's own element. */
const NS_HOP = 'urn:silc-xmpp-gateway:hop:0';

/** One hop of the way, as far as it is known here. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly auth: string;
  readonly isEncrypted: boolean;
  readonly silc?: {
    readonly cipher: string;
    readonly hmac: string;
    readonly group: string;
    readonly hash: string;
    /** Of the server's key, 40 hex digits. */
    readonly fingerprint: string;
  };
}

/** The answer. @param onBehalf - for whom a server has asked */
export function hopCheckResult(to: string, onBehalf: string | undefined, hops: readonly Hop[]): Element {
  return xml(
    'hopcheck',
    { xmlns: NS_HOP_CHECK, for: onBehalf, to },
    hops.map(({ from, to: next, auth, isEncrypted, silc }) =>
      xml(
        'hop',
        { from, to: next, auth, encrypted: isEncrypted ? '1' : '0' },
        silc && xml('silc', { xmlns: NS_HOP, ...silc }),
      ),
    ),
  );
}
