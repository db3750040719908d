import { type Element, xml } from '../component/stanza.js';
import { UserMode } from '../silc/modes.js';
import { joinTexts, type Text, text } from '../text/text.js';
import { NS_IDLE, type Show } from './availability.js';
import { contactText, moodText } from './profile/card-lines.js';
import type { Profile } from './profile/profile.js';

/** XEP-0172. */
export const NS_NICK = 'http://jabber.org/protocol/nick';

/** XEP-0153. */
export const NS_VCARD_UPDATE = 'vcard-temp:x:update';

/** Part of the address that presence of a contact comes from: SILC clients have no resources. */
export const CONTACT_RESOURCE = 'silc';

/** What is known of a SILC user who is there. */
export interface ContactPresence {
  readonly nickname: string | undefined;
  /** `UserMode` mask. */
  readonly mode: number;
  /** Since when nothing has come of the user, where that is known. */
  readonly idleSince?: Date | undefined;
  /** What the user tells by attributes; undefined as long as that is not known. */
  readonly profile?: Profile | undefined;
}

/** SILC has several words that Jabber has one for: what keeps the user farthest away counts. */
const shows: readonly (readonly [mode: number, show: Show])[] = [
  [UserMode.gone, 'xa'],
  [UserMode.busy, 'dnd'],
  [UserMode.indisposed, 'away'],
  [UserMode.page, 'away'],
  [UserMode.hyper, 'chat'],
];

/** What a mode says that `show` has no word for. */
const notes: readonly (readonly [mode: number, note: Text])[] = [
  [UserMode.page, text(({ contacts }) => contacts.page)],
  [UserMode.blockPrivateMessages, text(({ contacts }) => contacts.noPrivateMessages)],
];

/** Presence of a contact who is there (RFC 6121, 4). @param caps - XEP-0115 */
export function contactPresence(
  from: string,
  to: string,
  { nickname, mode, idleSince, profile }: ContactPresence,
  caps?: Element,
): Element {
  const [, show] = shows.find(([bit]) => (mode & bit) !== 0) ?? [];
  const statuses = [
    ...notes.filter(([bit]) => (mode & bit) !== 0).map(([, note]) => note),
    ...(profile === undefined ? [] : [profile.status, moodText(profile), contactText(profile.contactWays)]),
  ].filter((status) => status !== undefined);
  return xml(
    'presence',
    { from: `${from}/${CONTACT_RESOURCE}`, to },
    show === undefined ? undefined : xml('show', {}, show),
    statuses.length === 0 ? undefined : xml('status', {}, joinTexts(statuses, '; ')),
    nickname === undefined ? undefined : nickElement(nickname),
    idleSince === undefined ? undefined : idleElement(idleSince),
    pictureHash(profile),
    caps,
  );
}

/** Since when a user is idle (XEP-0319). */
const idleElement = (since: Date): Element =>
  xml('idle', { xmlns: NS_IDLE, since: `${since.toISOString().slice(0, 19)}Z` });

/** A contact is not there (any more). @param status - why, where that is known */
export function contactGone(from: string, to: string, status?: Text): Element {
  const why = status === undefined ? undefined : xml('status', {}, status);
  return xml('presence', { from: `${from}/${CONTACT_RESOURCE}`, to, type: 'unavailable' }, why);
}

/** The picture in presence (XEP-0153, 3.2): no `photo` as long as it is not known whether there is one, an empty one for none. */
function pictureHash(profile: Profile | undefined): Element {
  const photo = profile === undefined ? undefined : xml('photo', {}, profile.picture?.id);
  return xml('x', { xmlns: NS_VCARD_UPDATE }, photo);
}

/** Nickname (XEP-0172), as it goes into presence. */
export const nickElement = (nickname: string): Element => xml('nick', { xmlns: NS_NICK }, nickname);
