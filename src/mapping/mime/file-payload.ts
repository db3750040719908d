import { type Child, type Element, xml } from '../../component/stanza.js';
import { bitsElement, type Bits } from './bits-of-binary.js';
import { fileWords } from './file-words.js';
import { NS_XHTML_IM } from './xhtml.js';
import { type AnyText, text, textIn } from '../../text/text.js';

/*
 * Files in messages. Read: XEP-0066 1.5 (2006-08-16), XEP-0447 0.3.1 (2024-01-01), XEP-0385 0.2.1 (2018-01-25), XEP-0446 0.2.0,
 * XEP-0300 1.0.0. Left out: thumbnails, further sources, files that are sent anew by id.
 */

export const NS_OOB = 'jabber:x:oob';
export const NS_SFS = 'urn:xmpp:sfs:0';
export const NS_SIMS = 'urn:xmpp:sims:1';
const NS_REFERENCE = 'urn:xmpp:reference:0';
export const NS_METADATA = 'urn:xmpp:file:metadata:0';
const NS_JINGLE_FILE = 'urn:xmpp:jingle:apps:file-transfer:5';
export const NS_HASHES = 'urn:xmpp:hashes:2';
const NS_URL_DATA = 'http://jabber.org/protocol/url-data';

/** A file as a message tells it. */
export interface ToldFile {
  readonly type: string;
  readonly name: string | undefined;
  readonly octets: number;
}

/** Where a file can be got: a link, the message itself, both, or nowhere, for a reason. */
export interface FilePlace {
  readonly url?: string | undefined;
  /** Base64 of the SHA-256, where it is known. */
  readonly sha256?: string | undefined;
  readonly bits?: Bits | undefined;
  readonly reason?: AnyText | undefined;
}

/**
 * A message about one file. Its text is the link alone, because clients show a file only then; name, type and size stand
 * beside it. Without a link the text is name, type, size and the reason.
 */
export function filePayload(file: ToldFile, { url, sha256, bits, reason }: FilePlace): readonly Element[] {
  const words = fileWords(file);
  const picture =
    bits === undefined
      ? []
      : [
          xml(
            'html',
            { xmlns: NS_XHTML_IM },
            xml(
              'body',
              { xmlns: 'http://www.w3.org/1999/xhtml' },
              xml('p', {}, xml('img', { src: `cid:${bits.cid}`, alt: words })),
            ),
          ),
          bitsElement(bits),
        ];
  if (url === undefined) {
    const why = bits === undefined ? reason : undefined;
    return [xml('body', {}, bracketed(words, why)), ...picture];
  }
  return [
    xml('body', {}, url),
    ...picture,
    xml('x', { xmlns: NS_OOB }, xml('url', {}, url), xml('desc', {}, words)),
    fileSharing(file, url, sha256),
    mediaSharing(file, url, sha256, url.length),
  ];
}

/** A text in the place of a file. @param reason - why it is not there */
export const bracketed = (words: AnyText, reason: AnyText | undefined): AnyText =>
  text(({ files }, language) => {
    const what = textIn(language, words);
    return reason === undefined ? `[${what}]` : files.missing(what, textIn(language, reason));
  });

/** XEP-0447, 3.1. */
function fileSharing(file: ToldFile, url: string, sha256: string | undefined): Element {
  const disposition = /^(image|audio|video)\//.test(file.type) ? 'inline' : 'attachment';
  return xml(
    'file-sharing',
    { xmlns: NS_SFS, disposition },
    xml('file', { xmlns: NS_METADATA }, metadata(file, sha256)),
    xml('sources', {}, xml('url-data', { xmlns: NS_URL_DATA, target: url })),
  );
}

/** XEP-0385, 2.1: the reference is to the whole text, which is the link. */
function mediaSharing(file: ToldFile, url: string, sha256: string | undefined, length: number): Element {
  return xml(
    'reference',
    { xmlns: NS_REFERENCE, type: 'data', begin: 0, end: length - 1 },
    xml(
      'media-sharing',
      { xmlns: NS_SIMS },
      xml('file', { xmlns: NS_JINGLE_FILE }, metadata(file, sha256)),
      xml('sources', {}, xml('reference', { xmlns: NS_REFERENCE, type: 'data', uri: url })),
    ),
  );
}

const metadata = ({ type, name, octets }: ToldFile, sha256: string | undefined): Child => [
  xml('media-type', {}, type),
  name === undefined ? undefined : xml('name', {}, name),
  xml('size', {}, octets),
  sha256 === undefined ? undefined : xml('hash', { xmlns: NS_HASHES, algo: 'sha-256' }, sha256),
];
