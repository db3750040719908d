import { type Element, xml } from '../../component/stanza.js';
import type { Picture } from './picture.js';
import { geolocElement, NS_GEOLOC } from './place.js';
import type { Profile } from './profile.js';

/*
 * What a SILC user tells, as items of nodes that clients know from PEP (XEP-0163): they ask for them, or are told when their
 * capabilities say that they want to be.
 */

export const NS_PUBSUB = 'http://jabber.org/protocol/pubsub';
export const NS_EVENT = 'http://jabber.org/protocol/pubsub#event';
/** XEP-0107. */
export const NS_MOOD = 'http://jabber.org/protocol/mood';
/** XEP-0084. */
export const NS_AVATAR_METADATA = 'urn:xmpp:avatar:metadata';
export const NS_AVATAR_DATA = 'urn:xmpp:avatar:data';

/** An item of a node. */
export interface PepItem {
  readonly id: string;
  readonly payload: Element;
}

/** Nodes whose changes are told to those who want to know, by the feature in their capabilities. */
export const TOLD_NODES = [NS_MOOD, NS_GEOLOC, NS_AVATAR_METADATA] as const;
export type ToldNode = (typeof TOLD_NODES)[number];
export const isToldNode = (node: string): node is ToldNode => TOLD_NODES.some((one) => one === node);

/** What a user lets be told to SILC: everything of it belongs to one of both. */
export interface Shared {
  readonly isProfile: boolean;
  readonly isPlace: boolean;
}

/** Nodes of a Jabber user that hold something of it. */
export const sharedNodes = ({ isProfile, isPlace }: Shared): readonly ToldNode[] => [
  ...(isProfile ? ([NS_MOOD, NS_AVATAR_METADATA] as const) : []),
  ...(isPlace ? ([NS_GEOLOC] as const) : []),
];

/** Id of an item of a node that has one at most. */
export const CURRENT = 'current';

/** What a user's node holds now. Where nothing is told, what takes back an earlier item, as each XEP has it. */
export function toldItem(node: ToldNode, profile: Profile | undefined): PepItem {
  switch (node) {
    case NS_MOOD:
      return { id: CURRENT, payload: moodElement(profile) };
    case NS_GEOLOC:
      return { id: CURRENT, payload: geolocElement(profile?.place) };
    case NS_AVATAR_METADATA:
      return { id: profile?.picture?.id ?? CURRENT, payload: avatarMetadata(profile?.picture) };
  }
}

/** Whether a node holds anything. */
export function isTold(node: ToldNode, profile: Profile | undefined): boolean {
  if (node === NS_MOOD) return (profile?.moods.length ?? 0) > 0;
  return (node === NS_GEOLOC ? profile?.place : profile?.picture) !== undefined;
}

/** One mood (XEP-0107, 2): of several the others are its text. */
function moodElement(profile: Profile | undefined): Element {
  const [mood, ...others] = profile?.moods ?? [];
  const text = others.map((other) => other.replace('_', ' ')).join(', ');
  return xml(
    'mood',
    { xmlns: NS_MOOD },
    mood === undefined ? undefined : xml(mood, {}),
    text === '' ? undefined : xml('text', {}, text),
  );
}

function avatarMetadata(picture: Picture | undefined): Element {
  if (picture === undefined) return xml('metadata', { xmlns: NS_AVATAR_METADATA });
  const { id, type, data, width, height } = picture;
  const info = { bytes: String(data.length), height: height?.toString(), id, type, width: width?.toString() };
  return xml('metadata', { xmlns: NS_AVATAR_METADATA }, xml('info', info));
}

export const avatarData = ({ id, data }: Picture): PepItem => ({
  id,
  payload: xml('data', { xmlns: NS_AVATAR_DATA }, base64(data)),
});

export const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');

/** Answer to a request for items (XEP-0060, 6.5). */
export function itemsAnswer(node: string, items: readonly PepItem[]): Element {
  const found = items.map(({ id, payload }) => xml('item', { id }, payload));
  return xml('pubsub', { xmlns: NS_PUBSUB }, xml('items', { node }, found));
}

/** Tells a client of an item (XEP-0163, 4.3). */
export function eventMessage(from: string, to: string, node: string, { id, payload }: PepItem): Element {
  const items = xml('items', { node }, xml('item', { id }, payload));
  return xml('message', { from, to, type: 'headline' }, xml('event', { xmlns: NS_EVENT }, items));
}

/** What a server tells of a node of its user (XEP-0163, 4.3): the content of the item, undefined where it was taken back. */
export function toldByServer(
  message: Element,
): { readonly node: ToldNode; readonly content: Element | undefined } | undefined {
  const items = message.getChild('event', NS_EVENT)?.getChild('items');
  const node = items?.attrs.node ?? '';
  return items && isToldNode(node)
    ? { node, content: items.getChild('item')?.getChildElements()[0] }
    : undefined;
}
