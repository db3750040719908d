import { copyElement, type Element, xml } from '../component/stanza.js';
import { UserMode } from '../silc/modes.js';

/** How available somebody says to be (RFC 6121, 4.7.2; XEP-0319 1.0.2), as rooms show it. */
export interface Availability {
  readonly show: Show | undefined;
  /** `show`, `status` and `idle`, as they go into a presence. */
  readonly payload: readonly Element[];
  /** The same as text, for comparing. */
  readonly text: string;
}

export type Show = 'away' | 'chat' | 'dnd' | 'xa';

/** XEP-0319. */
export const NS_IDLE = 'urn:xmpp:idle:1';
/** Texts in several languages that are passed on, and the length of each: every one of them goes to everybody in the room. */
const MAX_STATUSES = 4;
const MAX_STATUS = 1_024;
/** Longest signature of a status that is passed on. */
const MAX_SIGNATURE = 4_096;

const modes: Readonly<Record<Show, number>> = {
  away: UserMode.indisposed,
  xa: UserMode.gone,
  dnd: UserMode.busy,
  chat: UserMode.hyper,
};

/** The bits of `UserMode` by which SILC users see it. */
export const AVAILABILITY_MODES = UserMode.indisposed | UserMode.gone | UserMode.busy | UserMode.hyper;

/** Of somebody who has no client: extended away, which is GONE on SILC. */
export const NOBODY_THERE: Availability = {
  show: 'xa',
  payload: [xml('show', {}, 'xa')],
  text: '<show>xa</show>',
};

const isShow = (text: string | null | undefined): text is Show =>
  text !== null && text !== undefined && Object.hasOwn(modes, text);

/** What a presence says of the availability of its sender; undefined where it says nothing but that there is somebody. */
export function availabilityOf(presence: Element): Availability | undefined {
  const said = presence.getChildText('show')?.trim();
  const show = isShow(said) ? said : undefined;
  const statuses = presence
    .getChildren('status')
    .filter((status) => status.getText() !== '')
    .slice(0, MAX_STATUSES)
    .map((status) => xml('status', { 'xml:lang': status.attrs['xml:lang'] }, shortened(status.getText())));
  const idle = presence.getChild('idle', NS_IDLE);
  const signed = signatureOf(presence);
  const payload = [
    ...(show === undefined ? [] : [xml('show', {}, show)]),
    ...statuses,
    ...(signed === undefined ? [] : [signed]),
    ...(idle === undefined ? [] : [xml('idle', { xmlns: NS_IDLE, since: idle.attrs.since })]),
  ].flatMap((element) => copyElement(element) ?? []);
  if (payload.length === 0) return undefined;
  return { show, payload, text: payload.map(String).join('') };
}

/** A signature by OpenPGP (XEP-0027, 3.1) is over the status: whoever sees one sees the other. */
function signatureOf(presence: Element): Element | undefined {
  const signature = presence.getChildText('x', 'jabber:x:signed') ?? '';
  const isSound = signature.trim() !== '' && signature.length <= MAX_SIGNATURE;
  return isSound ? xml('x', { xmlns: 'jabber:x:signed' }, signature) : undefined;
}

function shortened(text: string): string {
  return text.length <= MAX_STATUS ? text : `${Array.from(text.slice(0, MAX_STATUS)).slice(0, -1).join('')}…`;
}

/** The `UserMode` bits of it. */
export const userModeOf = (availability: Availability | undefined): number =>
  availability?.show === undefined ? 0 : modes[availability.show];
