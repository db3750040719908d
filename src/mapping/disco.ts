import { type Child, type Element, xml } from '../component/stanza.js';
import { ChannelMode, UserMode } from '../silc/modes.js';
import { NS_COMMANDS } from './ad-hoc.js';
import type { KeptSettings } from './kept-settings.js';
import { isolated } from './isolated.js';
import { Namespace } from './namespaces.js';
import { NS_PUBSUB } from './profile/pep.js';
import { NS_RSM, type PageRequest, pageElement, pageOf } from './paging.js';
import { type AnyText, text } from '../text/text.js';

/*
 * XEP-0030: Service Discovery 2.5, with XEP-0128 forms, for the four kinds of address.
 *
 * Identities are from the registry of categories (XEP-0030, 8.4) as far as it goes: a gateway that offers rooms is
 * `conference/text`, without which clients do not look for rooms, and `gateway/silc` besides, a type named after the network as
 * all registered types of `gateway` are.
 */

/** What something is. */
export interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name?: AnyText | undefined;
}

/** An answer to disco#info. */
export function infoQuery(
  node: string | undefined,
  identities: readonly Identity[],
  features: readonly string[],
  form?: Child,
): Element {
  return xml(
    'query',
    { xmlns: Namespace.discoInfo, node },
    identities.map(({ category, type, name }) => xml('identity', { category, type, name })),
    [...new Set(features)].sort().map((feature) => xml('feature', { var: feature })),
    form,
  );
}

/** Info of the gateway itself. `features` are the namespaces that it advertises, here as below. */
export function gatewayInfo(name: string, features: readonly string[], node?: string): Element {
  return infoQuery(
    node,
    [
      { category: 'conference', type: 'text', name },
      { category: 'gateway', type: 'silc', name },
    ],
    features,
  );
}

/** Info of the node that lists commands, and of one of them (XEP-0050, 3.1). */
export function commandListInfo(): Element {
  return infoQuery(NS_COMMANDS, [{ category: 'automation', type: 'command-list' }], [NS_COMMANDS]);
}

export function commandInfo(node: string, title: AnyText): Element {
  const identity = { category: 'automation', type: 'command-node', name: title };
  return infoQuery(node, [identity], [NS_COMMANDS, Namespace.dataForm]);
}

/** Info of the node that stands for one network, see {@link networkNode}. */
export function networkInfo(network: string): Element {
  return infoQuery(
    networkNode(network),
    [{ category: 'conference', type: 'text', name: network }],
    [Namespace.discoInfo, Namespace.discoItems, Namespace.muc, NS_RSM],
  );
}

/** A channel as far as the asker may know it. */
export interface RoomView {
  readonly name: string;
  /** `ChannelMode` mask; undefined when nothing is known of the channel, e.g. because it does not exist yet. */
  readonly mode?: number | undefined;
  readonly topic?: string | undefined;
  readonly occupants?: number | undefined;
  readonly kept?: KeptSettings | undefined;
}

/** Info of a room. */
export function roomInfo(room: RoomView, features: readonly string[] = []): Element {
  return infoQuery(
    undefined,
    [{ category: 'conference', type: 'text', name: room.kept?.name ?? room.name }],
    // Those are SILC addresses: the Jabber address of an occupant is shown to nobody.
    [
      ...features,
      room.kept?.isSemiAnonymous === true ? 'muc_semianonymous' : 'muc_nonanonymous',
      ...modeFeatures(room.mode),
    ],
    roomInfoForm(room),
  );
}

/** Node under which a client asks what a room lets pass (XEP-0045, 17.1.1): whatever XMPP can carry, as far as SILC can. */
export const TRAFFIC_NODE = 'http://jabber.org/protocol/muc#traffic';

export function trafficInfo(name: string): Element {
  return infoQuery(TRAFFIC_NODE, [{ category: 'conference', type: 'text', name }], []);
}

function modeFeatures(mode: number | undefined): readonly string[] {
  if (mode === undefined) return [];
  const has = (bits: number): boolean => (mode & bits) !== 0;
  return [
    has(ChannelMode.passphrase) ? 'muc_passwordprotected' : 'muc_unsecured',
    has(ChannelMode.invite | ChannelMode.channelAuth) ? 'muc_membersonly' : 'muc_open',
    has(ChannelMode.private | ChannelMode.secret) ? 'muc_hidden' : 'muc_public',
    has(ChannelMode.silenceUsers) ? 'muc_moderated' : 'muc_unmoderated',
    // With founder authentication a channel outlives its last user.
    has(ChannelMode.founderAuth) ? 'muc_persistent' : 'muc_temporary',
  ];
}

/** The form muc#roominfo (XEP-0045, 15.5.3). */
function roomInfoForm(room: RoomView): Element {
  const { mode, topic, occupants, kept = {} } = room;
  const field = (name: string, value: AnyText): Element =>
    xml('field', { var: name }, xml('value', {}, value));
  return xml(
    'x',
    { xmlns: Namespace.dataForm, type: 'result' },
    xml(
      'field',
      { var: 'FORM_TYPE', type: 'hidden' },
      xml('value', {}, 'http://jabber.org/protocol/muc#roominfo'),
    ),
    field('muc#roominfo_description', kept.description ?? text(({ rooms }) => rooms.silcChannel(room.name))),
    kept.language === undefined ? undefined : field('muc#roominfo_lang', kept.language),
    kept.historyLines === undefined ? undefined : field('muc#maxhistoryfetch', String(kept.historyLines)),
    kept.avatarHashes === undefined
      ? undefined
      : xml(
          'field',
          { var: 'muc#roominfo_avatarhash', type: 'text-multi' },
          kept.avatarHashes.map((hash) => xml('value', {}, hash)),
        ),
    topic === undefined ? undefined : field('muc#roominfo_subject', isolated(topic)),
    mode === undefined
      ? undefined
      : field('muc#roominfo_subjectmod', (mode & ChannelMode.topic) === 0 ? '1' : '0'),
    occupants === undefined ? undefined : field('muc#roominfo_occupants', String(occupants)),
  );
}

/** Info of a SILC user, without the name: all users have the same capabilities (XEP-0115). `mode` is the `UserMode` mask. */
export function userInfo(mode: number | undefined, features: readonly string[] = [], node?: string): Element {
  const robot = ((mode ?? 0) & UserMode.robot) !== 0;
  const identities = [
    { category: 'client', type: robot ? 'bot' : 'pc' },
    // What the user tells is at nodes of the address (XEP-0163, 8.1).
    ...(features.includes(NS_PUBSUB) ? [{ category: 'pubsub', type: 'pep' }] : []),
  ];
  return infoQuery(node, identities, features);
}

/** An entry of disco#items. */
export interface DiscoItem {
  readonly jid: string;
  readonly node?: string | undefined;
  readonly name?: AnyText | undefined;
}

const NETWORK_NODE = 'networks/';

/** Node of the gateway that stands for one network: networks have no address of their own. */
export function networkNode(network: string): string {
  return NETWORK_NODE + network;
}

/** The network a node stands for, undefined for another node. */
export function networkOfNode(node: string): string | undefined {
  return node.startsWith(NETWORK_NODE) ? node.slice(NETWORK_NODE.length) : undefined;
}

export function networkItem(domain: string, network: string): DiscoItem {
  return { jid: domain, node: networkNode(network), name: network };
}

/** A channel in the list. @param users undefined or 0 where the server does not tell. */
export function channelItem(jid: string, name: string, users: number | undefined): DiscoItem {
  return { jid, name: users === undefined || users === 0 ? name : `${name} (${users})` };
}

/** Unique id of an item: items with a node (networks) come after those without. */
function uidOf({ jid, node }: DiscoItem): string {
  return node === undefined ? `0${jid}` : `1${node}`;
}

/** One page of items. The page is told also where none was asked for, if it is not the whole list. */
export function itemsPage(
  items: Iterable<DiscoItem>,
  request: PageRequest,
  node?: string,
  limit?: number,
): Element {
  const page = pageOf(items, uidOf, request, limit);
  const asked = Object.keys(request).length > 0;
  return xml(
    'query',
    { xmlns: Namespace.discoItems, node },
    page.items.map((item) => xml('item', { jid: item.jid, node: item.node, name: item.name })),
    asked || page.items.length < page.count ? pageElement(page) : undefined,
  );
}
