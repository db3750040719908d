import { type Element, xml } from '../../component/stanza.js';

/*
 * HTTP File Upload: XEP-0363 1.2.0 (2025-06-17), as a client of upload services. Left out: purposes of files.
 */

export const NS_UPLOAD = 'urn:xmpp:http:upload:0';

/** A place that an upload service has given for one file. */
export interface UploadSlot {
  readonly put: URL;
  /** What the service wants to be told with the file; safe to be sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where everybody gets it. */
  readonly get: string;
}

export const slotRequest = (file: {
  readonly name: string;
  readonly octets: number;
  readonly type: string;
}): Element =>
  xml('request', {
    xmlns: NS_UPLOAD,
    filename: file.name,
    size: file.octets,
    'content-type': file.type,
  });

/** Headers that a service may set (XEP-0363, 5). */
const HEADERS: readonly string[] = ['authorization', 'cookie', 'expires'];
const [MAX_URL, MAX_HEADER] = [2_048, 8_192];

/** The slot of an answer; undefined for one that is none. Which hosts may be reached is not judged here. */
export function readSlot(result: Element): UploadSlot | undefined {
  const slot = result.getChild('slot', NS_UPLOAD);
  const put = slot?.getChild('put');
  const [putUrl, getUrl] = [webAddress(put?.attrs.url), webAddress(slot?.getChild('get')?.attrs.url)];
  if (put === undefined || putUrl === undefined || getUrl === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const header of put.getChildren('header')) {
    const name = (header.attrs.name ?? '').toLowerCase();
    const value = header.getText().replaceAll(/[\r\n]/g, '');
    if (HEADERS.includes(name) && /^[\t\x20-\x7e]{1,8192}$/.test(value) && value.length <= MAX_HEADER) {
      headers[name] = value;
    }
  }
  return { put: putUrl, headers, get: getUrl.href };
}

function webAddress(text: string | undefined): URL | undefined {
  if (text === undefined || text.length > MAX_URL || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  return isWeb && url.username === '' && url.password === '' ? url : undefined;
}

/** Largest file that a service takes, in octets, as it says itself; undefined where it says nothing. */
export function maxFileSize(info: Element): number | undefined {
  for (const form of info.getChildren('x', 'jabber:x:data')) {
    const valueOf = (name: string): string | undefined =>
      form
        .getChildren('field')
        .find(({ attrs }) => attrs.var === name)
        ?.getChildText('value') ?? undefined;
    const size = valueOf('max-file-size');
    if (valueOf('FORM_TYPE') === NS_UPLOAD && size !== undefined && /^\d{1,15}$/.test(size))
      return Number(size);
  }
  return undefined;
}
