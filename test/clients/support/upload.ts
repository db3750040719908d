import { xml } from '../../../src/component/stanza.js';
import type { JabberUser } from '../../e2e/support/jabber-user.js';

const NS_UPLOAD = 'urn:xmpp:http:upload:0';

/** Puts a file on the Jabber server (XEP-0363); returns where it can be fetched. */
export async function upload(
  user: JabberUser,
  name: string,
  type: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const wanted = { xmlns: NS_UPLOAD, filename: name, size: content.length, 'content-type': type };
  const answer = await user.request('upload.localhost', 'get', xml('request', wanted));
  const slot = answer.getChild('slot', NS_UPLOAD);
  const [put, get] = [slot?.getChild('put'), slot?.getChild('get')?.attrs.url];
  if (put?.attrs.url === undefined || get === undefined) throw new Error(`no slot: ${answer.toString()}`);
  const headers = put.getChildren('header').map((one) => [one.attrs.name ?? '', one.getText()] as const);
  const response = await fetch(put.attrs.url, {
    method: 'PUT',
    headers: [
      ...headers.map(([header, value]) => [header, value] as [string, string]),
      ['content-type', type],
    ],
    body: content,
  });
  if (!response.ok) throw new Error(`the file did not go up: ${response.status}`);
  return get;
}
