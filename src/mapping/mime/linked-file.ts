import { xml, copyElement, type Element } from '../../component/stanza.js';
import { silcFormOf } from '../silc-form.js';

/** A file that a message links to. */
export interface LinkedFile {
  readonly url: URL;
  /** As its author calls it. */
  readonly name: string | undefined;
  /** As its author says; nobody has counted. */
  readonly octets: number | undefined;
}

/**
 * The file that a message from a Jabber client is about (XEP-0066, 3; XEP-0447), where SILC users are told of it: by HTTPS only.
 * @param payload - children of the message
 */
export function linkedFile(payload: readonly Element[]): LinkedFile | undefined {
  const message = xml(
    'message',
    { type: 'groupchat' },
    payload.map((part) => copyElement(part)),
  );
  const form = silcFormOf(message);
  if (form.kind !== 'content' || form.content.kind === 'mime') return undefined;
  const sharing = message.getChild('file-sharing', 'urn:xmpp:sfs:0');
  const file = sharing?.getChild('file');
  const source = sharing?.getChild('sources')?.getChild('url-data', 'http://jabber.org/protocol/url-data');
  const link = source?.attrs.target ?? message.getChild('x', 'jabber:x:oob')?.getChildText('url');
  const text = link?.trim() ?? '';
  // What SILC users are not told of is not sent to them either.
  if (text === '' || !form.content.text.includes(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const size = file?.getChildText('size') ?? '';
  const octets = /^\d{1,15}$/.test(size) ? Number(size) : undefined;
  return url.protocol === 'https:'
    ? { url, name: file?.getChildText('name') ?? undefined, octets }
    : undefined;
}
