import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';
import { NS_PUBSUB } from './privileged-iq.js';

/** XEP-0402: node and namespace of bookmarks. */
export const NS_BOOKMARKS = 'urn:xmpp:bookmarks:1';

/** A room in the bookmarks of a user. */
export interface Bookmark {
  /** As it came. */
  readonly room: string;
  readonly isAutojoined: boolean;
  readonly nickname: string | undefined;
  readonly passphrase: string | undefined;
  /** What is kept when it is written again: name, nickname, extensions of other clients. */
  readonly rest: readonly Element[];
  readonly name: string | undefined;
}

export const bookmarksGet = (): Element =>
  xml('pubsub', { xmlns: NS_PUBSUB }, xml('items', { node: NS_BOOKMARKS }));

/** What the answer to `bookmarksGet` tells. What is not to be understood is left out. */
export function bookmarksIn(answer: Element): readonly Bookmark[] {
  const items = answer.getChild('pubsub', NS_PUBSUB)?.getChild('items')?.getChildren('item') ?? [];
  return items.flatMap((item) => {
    const conference = item.getChild('conference', NS_BOOKMARKS);
    const room = item.attrs.id;
    if (conference === undefined || room === undefined) return [];
    return [
      {
        room,
        isAutojoined: /^(?:1|true)$/.test(conference.attrs['autojoin'] ?? ''),
        name: conference.attrs.name,
        nickname: conference.getChildText('nick') ?? undefined,
        passphrase: conference.getChildText('password') ?? undefined,
        rest: conference.getChildElements(),
      },
    ];
  });
}

/** Writes a bookmark, with the options by which nobody else reads it and all are kept (XEP-0402, 4.2). */
export function bookmarkSet({
  room,
  name,
  isAutojoined,
  rest,
}: Pick<Bookmark, 'room' | 'name' | 'isAutojoined' | 'rest'>): Element {
  const conference = xml('conference', { xmlns: NS_BOOKMARKS, name, autojoin: isAutojoined }, rest);
  return xml(
    'pubsub',
    { xmlns: NS_PUBSUB },
    xml('publish', { node: NS_BOOKMARKS }, xml('item', { id: room }, conference)),
    xml(
      'publish-options',
      {},
      xml(
        'x',
        { xmlns: Namespace.dataForm, type: 'submit' },
        xml('field', { var: 'FORM_TYPE', type: 'hidden' }, xml('value', {}, `${NS_PUBSUB}#publish-options`)),
        options.map(([field, value]) => xml('field', { var: field }, xml('value', {}, value))),
      ),
    ),
  );
}

const options = [
  ['pubsub#persist_items', 'true'],
  ['pubsub#max_items', 'max'],
  ['pubsub#send_last_published_item', 'never'],
  ['pubsub#access_model', 'whitelist'],
] as const;
