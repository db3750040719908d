import type { BareJid, Jid } from '../../component/jid.js';
import { type Element, xml } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import { octetsOf } from '../../mapping/profile/card.js';
import { MAX_ICON, type OwnDevice, type OwnProfile, readMood } from '../../mapping/profile/own-attributes.js';
import {
  NS_AVATAR_DATA,
  NS_AVATAR_METADATA,
  NS_MOOD,
  NS_PUBSUB,
  type Shared,
} from '../../mapping/profile/pep.js';
import { pictureOf } from '../../mapping/profile/picture.js';
import { NS_GEOLOC, readGeoloc } from '../../mapping/profile/place.js';
import { photoOctets, pictureOfCard, readVcardTemp } from '../../mapping/profile/vcard-temp.js';
import { NS_VCARD } from '../../mapping/vcard.js';
import type { GatewayContext } from '../context.js';
import type { ClientFeatures } from './client-features.js';

const NS_TIME = 'urn:xmpp:time';
const ANSWER_MS = 15_000;

/** Asks a user's own server, and the client that came last, for what the user lets SILC users know. */
export class ProfileSource {
  readonly #context: GatewayContext;
  readonly #clients: Pick<ClientFeatures, 'of'>;

  constructor(context: GatewayContext, clients: Pick<ClientFeatures, 'of'>) {
    this.#context = context;
    this.#clients = clients;
  }

  /** What cannot be had is not there. Never rejects. @param user - bare */
  async fetch(user: Jid, { isProfile, isPlace }: Shared): Promise<OwnProfile> {
    const from = this.#asker(user.bare);
    const [client, kind] = [...this.#clients.of(user.bare)].at(-1) ?? [];
    const [personal, place] = await Promise.all([
      isProfile ? this.#personal(from, user.bare, client, kind?.type) : {},
      isPlace ? this.#item(from, user.bare, NS_GEOLOC) : undefined,
    ]);
    return { ...personal, place: place && readGeoloc(place) };
  }

  async #personal(
    from: string,
    user: BareJid,
    client: string | undefined,
    type: string | undefined,
  ): Promise<OwnProfile> {
    const [card, mood, device, timezone] = await Promise.all([
      this.#ask(from, user, xml('vCard', { xmlns: NS_VCARD })),
      this.#item(from, user, NS_MOOD),
      client === undefined ? undefined : this.#device(from, client, type),
      client === undefined ? undefined : this.#timezone(from, client),
    ]);
    return {
      ...{ card: card && readVcardTemp(card), mood: mood && readMood(mood) },
      ...(await this.#picture(from, user, card)),
      ...{ device, timezone },
    };
  }

  /** Nodes are for those who see the user's presence: a contact that does asks, where there is one. */
  #asker(user: BareJid): string {
    const contact = this.#context.contacts.book.of(user).find(({ state }) => state.sharing === 'granted');
    return contact?.address ?? this.#context.domain;
  }

  /** The picture of the card, else of the avatar; else how large the one is that SILC cannot carry. */
  async #picture(from: string, user: BareJid, card: Element | undefined): Promise<OwnProfile> {
    const ofCard = card && pictureOfCard(card);
    if (ofCard !== undefined && ofCard.data.length <= MAX_ICON) return { picture: ofCard };
    const metadata = await this.#item(from, user, NS_AVATAR_METADATA);
    const forms = (metadata?.getChildren('info') ?? []).filter(({ attrs }) => attrs.url === undefined);
    const id = forms.find(({ attrs }) => Number(attrs.bytes) <= MAX_ICON)?.attrs.id;
    const data = id === undefined ? undefined : await this.#item(from, user, NS_AVATAR_DATA, id);
    const octets = data && octetsOf(data.getText(), MAX_ICON);
    const picture = octets && pictureOf(octets);
    if (picture !== undefined) return { picture };
    const sizes = forms.map(({ attrs }) => Number(attrs.bytes)).filter((size) => size > MAX_ICON);
    const largest = Math.max(card === undefined ? 0 : photoOctets(card), ...sizes);
    return largest > MAX_ICON ? { tooLarge: largest } : {};
  }

  async #timezone(from: string, client: string): Promise<string | undefined> {
    const time = await this.#ask(from, client, xml('time', { xmlns: NS_TIME }));
    const offset = time?.getChildText('tzo')?.trim() ?? '';
    if (offset === 'Z') return '+00:00';
    return /^[+-]\d{2}:\d{2}$/.test(offset) ? offset : undefined;
  }

  async #device(from: string, client: string, type: string | undefined): Promise<OwnDevice> {
    const version = await this.#ask(from, client, xml('query', { xmlns: Namespace.version }));
    return {
      type,
      name: version?.getChildText('name') ?? '',
      version: version?.getChildText('version') ?? '',
    };
  }

  async #item(from: string, to: string, node: string, id?: string): Promise<Element | undefined> {
    const items = xml(
      'items',
      { node, max_items: id === undefined ? 1 : undefined },
      id === undefined ? undefined : xml('item', { id }),
    );
    const answer = await this.#ask(from, to, xml('pubsub', { xmlns: NS_PUBSUB }, items));
    return answer?.getChild('items')?.getChild('item')?.getChildElements()[0];
  }

  /** The child of the result that answers the child of a request; undefined where there is none. */
  async #ask(from: string, to: string, child: Element): Promise<Element | undefined> {
    try {
      const answer = await this.#context.request(xml('iq', { type: 'get', from, to }, child), ANSWER_MS);
      return answer.getChild(child.name, child.getNS());
    } catch {
      return undefined;
    }
  }
}
