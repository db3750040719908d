import { copyElement, type Element, xml } from '../component/stanza.js';
import { ChannelUserMode, UserMode } from '../silc/modes.js';
import { type Text, text } from '../text/text.js';

export const NS_HATS = 'urn:xmpp:hats:0';

/** What an occupant is on SILC: masks of `ChannelUserMode` and, where it is known, of `UserMode`. */
export interface HatWearer {
  readonly mode?: number | undefined;
  readonly userMode?: number | undefined;
}

interface Hat {
  readonly name: string;
  readonly title: Text;
  readonly isWornBy: (mode: number, userMode: number) => boolean;
}

const { founder, operator } = ChannelUserMode;

const hats: readonly Hat[] = [
  {
    name: 'founder',
    title: text(({ people }) => people.founder),
    isWornBy: (mode) => (mode & founder) !== 0,
  },
  {
    name: 'operator',
    title: text(({ people }) => people.operator),
    isWornBy: (mode) => (mode & operator) !== 0 && (mode & founder) === 0,
  },
  {
    name: 'server-operator',
    title: text(({ people }) => people.serverOperator),
    isWornBy: (_, userMode) => (userMode & (UserMode.serverOperator | UserMode.routerOperator)) !== 0,
  },
  {
    name: 'robot',
    title: text(({ people }) => people.robot),
    isWornBy: (_, userMode) => (userMode & UserMode.robot) !== 0,
  },
  {
    name: 'detached',
    title: text(({ people }) => people.detached),
    isWornBy: (_, userMode) => (userMode & UserMode.detached) !== 0,
  },
];

const wornBy = ({ mode = 0, userMode = 0 }: HatWearer): readonly Hat[] =>
  hats.filter(({ isWornBy }) => isWornBy(mode, userMode));

/** Hats of an occupant (XEP-0317 0.2, 2023-06-28); undefined for one without any. */
export function hatsOf(wearer: HatWearer): Element | undefined {
  const worn = wornBy(wearer);
  if (worn.length === 0) return undefined;
  return xml('hats', { xmlns: NS_HATS }, worn.map(hat));
}

const hat = ({ name, title }: Pick<Hat, 'name' | 'title'>): Element =>
  xml('hat', { uri: `urn:silc-xmpp-gateway:hat:${name}`, title, 'xml:lang': 'en' });

/** The presence of an occupant for who has verified its key. */
export function withVerifiedHat(presence: Element): Element {
  const verified = hat({ name: 'verified', title: text(({ people }) => people.keyVerified) });
  const hats = presence.getChild('hats', NS_HATS)?.getChildElements() ?? [];
  const others = presence.getChildElements().filter((child) => !child.is('hats', NS_HATS));
  return xml(
    presence.name,
    presence.attrs,
    [...others, xml('hats', { xmlns: NS_HATS }, [...hats.map((one) => copyElement(one)), verified])].map(
      (child) => copyElement(child),
    ),
  );
}

/** Whether two look the same. */
export const hasSameHats = (one: HatWearer, other: HatWearer): boolean =>
  wornBy(one).every((hat) => wornBy(other).includes(hat)) && wornBy(one).length === wornBy(other).length;
