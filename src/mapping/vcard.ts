import { type Element, xml } from '../component/stanza.js';
import type { User } from '../silc/client/types.js';
import { type AnyText, joinTexts, text } from '../text/text.js';

export const NS_VCARD = 'vcard-temp';

/** Texts about the key that the engine makes of its fingerprint. */
export interface KeyTexts {
  /** In groups, as SILC clients show it. */
  readonly fingerprint: string;
  readonly babbleprint: string;
  /** By who asks. */
  readonly isVerified?: boolean;
}

/** Card of a SILC user (XEP-0054) from what WHOIS tells. `jid` is the user's address on this gateway. */
export function vcard(user: User, jid: string, key: KeyTexts | undefined): Element {
  const { nickname, realName, username, hostname, server } = user;
  const given = realName === undefined || realName === '' ? nickname : realName;
  const account = `${username ?? ''}${hostname === undefined ? '' : `@${hostname}`}`;
  const lines = [
    username === undefined ? undefined : text(({ people }) => people.cardUser(account)),
    server === undefined ? undefined : text(({ people }) => people.cardServer(server)),
    key === undefined ? undefined : text(({ people }) => people.cardFingerprint(key.fingerprint)),
    key === undefined ? undefined : text(({ people }) => people.cardBabbleprint(key.babbleprint)),
    key?.isVerified === true ? text(({ trust }) => trust.verifiedLine) : undefined,
  ].filter((line) => line !== undefined);
  return xml(
    'vCard',
    { xmlns: NS_VCARD },
    given === undefined ? undefined : xml('FN', {}, given),
    nickname === undefined ? undefined : xml('NICKNAME', {}, nickname),
    xml('JABBERID', {}, jid),
    lines.length === 0 ? undefined : xml('DESC', {}, joinTexts(lines, '\n')),
  );
}

/** Card of the gateway. */
export function gatewayVcard(name: string, description: AnyText): Element {
  return xml('vCard', { xmlns: NS_VCARD }, xml('FN', {}, name), xml('DESC', {}, description));
}
