import { describe, expect, it } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { bitsOf } from '../../../src/mapping/mime/bits-of-binary.js';
import { filePayload } from '../../../src/mapping/mime/file-payload.js';
import { canonical, parseStanza } from '../../support/xmpp/canonical.js';

const GIF = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
const photo = { type: 'image/gif', name: 'dot.gif', octets: 37 };
const shown = (...place: Parameters<typeof filePayload>) =>
  canonical(xml('message', {}, filePayload(...place)));

describe('a message about a file', () => {
  it('is its link, with name, type, size and hash beside it', () => {
    const url = 'https://x.test/dot.gif';
    const metadata =
      "<media-type>image/gif</media-type><name>dot.gif</name><size>37</size><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>aGFzaA==</hash>";
    expect(shown(photo, { url, sha256: 'aGFzaA==' })).toBe(
      canonical(
        parseStanza(
          `<message><body>${url}</body>
          <x xmlns='jabber:x:oob'><url>${url}</url><desc>dot.gif (image/gif, 37 octets)</desc></x>
          <file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'>
            <file xmlns='urn:xmpp:file:metadata:0'>${metadata}</file>
            <sources><url-data xmlns='http://jabber.org/protocol/url-data' target='${url}'/></sources></file-sharing>
          <reference xmlns='urn:xmpp:reference:0' type='data' begin='0' end='21'><media-sharing xmlns='urn:xmpp:sims:1'>
            <file xmlns='urn:xmpp:jingle:apps:file-transfer:5'>${metadata}</file>
            <sources><reference xmlns='urn:xmpp:reference:0' type='data' uri='${url}'/></sources>
          </media-sharing></reference></message>`.replaceAll(/>\s+</g, '><'),
        ),
      ),
    );
  });

  it('has a small picture in it', () => {
    const bits = bitsOf({ type: 'image/gif', data: GIF }, () => new Uint8Array(20).fill(0xab));
    const cid = `sha1+${'ab'.repeat(20)}@bob.xmpp.org`;
    expect(shown(photo, { bits })).toBe(
      canonical(
        parseStanza(
          `<message><body>[dot.gif (image/gif, 37 octets)]</body>
          <html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>
            <p><img src='cid:${cid}' alt='dot.gif (image/gif, 37 octets)'/></p></body></html>
          <data xmlns='urn:xmpp:bob' cid='${cid}' type='image/gif' max-age='86400'>${GIF.toString('base64')}</data>
          </message>`.replaceAll(/>\s+</g, '><'),
        ),
      ),
    );
  });

  it('says why there is no link', () => {
    expect(shown({ ...photo, name: undefined }, { reason: 'a reason' })).toBe(
      canonical(parseStanza('<message><body>[file (image/gif, 37 octets): a reason]</body></message>')),
    );
  });

  it('has no picture that is none, or too large', () => {
    const sha1 = () => new Uint8Array(20);
    expect(bitsOf({ type: 'image/png', data: GIF }, sha1)).toBeUndefined();
    expect(
      bitsOf({ type: 'image/gif', data: Buffer.concat([GIF, Buffer.alloc(8_192)]) }, sha1),
    ).toBeUndefined();
  });
});
