import { type Element, xml } from '../component/stanza.js';
import type { User } from '../silc/client/types.js';
import { type AnyText, joinTexts, text } from '../text/text.js';
import { isShown, profileLines, type ProfileStanding } from './profile/card-lines.js';
import { EMPTY_PROFILE, type Profile } from './profile/profile.js';
import { fieldsBeforeAddress, fieldsBehindAddress, nameField } from './profile/vcard-temp.js';

export const NS_VCARD = 'vcard-temp';

/** Texts about the key that the engine makes of its fingerprint. */
export interface KeyTexts {
  /** In groups, as SILC clients show it. */
  readonly fingerprint: string;
  readonly babbleprint: string;
  /** By who asks. */
  readonly isVerified?: boolean;
}

/** What a SILC user tells by attributes, as far as whoever asks may take it for the user's word. */
export interface CardDetails {
  readonly profile: Profile;
  readonly standing: ProfileStanding;
}

/** Card of a SILC user (XEP-0054) from what WHOIS tells. `jid` is the user's address on this gateway. */
export function vcard(user: User, jid: string, key: KeyTexts | undefined, details?: CardDetails): Element {
  const { nickname, realName } = user;
  const lines = cardLines(user, key, details);
  const profile = shownProfile(details) ?? EMPTY_PROFILE;
  const given = profile.card?.fullName ?? (realName === undefined || realName === '' ? nickname : realName);
  return xml(
    'vCard',
    { xmlns: NS_VCARD },
    given === undefined ? undefined : xml('FN', {}, given),
    nameField(profile.card),
    nickname === undefined ? undefined : xml('NICKNAME', {}, nickname),
    fieldsBeforeAddress(profile),
    xml('JABBERID', {}, jid),
    fieldsBehindAddress(profile),
    lines.length === 0 ? undefined : xml('DESC', {}, joinTexts(lines, '\n')),
  );
}

/** What is shown of it at all. */
export const shownProfile = (details: CardDetails | undefined): Profile | undefined =>
  details === undefined || !isShown(details.standing) ? undefined : details.profile;

/** What cards have no field for: from where the user is, the key, and what else is told. */
export function cardLines(
  { username, hostname, server }: User,
  key: KeyTexts | undefined,
  details: CardDetails | undefined,
): readonly AnyText[] {
  const account = `${username ?? ''}${hostname === undefined ? '' : `@${hostname}`}`;
  return [
    username === undefined ? undefined : text(({ people }) => people.cardUser(account)),
    server === undefined ? undefined : text(({ people }) => people.cardServer(server)),
    key === undefined ? undefined : text(({ people }) => people.cardFingerprint(key.fingerprint)),
    key === undefined ? undefined : text(({ people }) => people.cardBabbleprint(key.babbleprint)),
    key?.isVerified === true ? text(({ trust }) => trust.verifiedLine) : undefined,
    ...(details === undefined ? [] : profileLines(details.profile, details.standing)),
  ].filter((line) => line !== undefined);
}

/** Card of the gateway. */
export function gatewayVcard(name: string, description: AnyText): Element {
  return xml('vCard', { xmlns: NS_VCARD }, xml('FN', {}, name), xml('DESC', {}, description));
}
