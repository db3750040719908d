import { describe, expect, it } from 'vitest';
import { type Element, xml } from '../../src/component/stanza.js';
import { privateMessage } from '../../src/mapping/message.js';
import { cpimHandler } from '../../src/mapping/mime/cpim.js';
import { endToEndHandlers, endToEndMime } from '../../src/mapping/mime/end-to-end.js';
import type { MimeAbout } from '../../src/mapping/mime/pieces.js';
import { piecesOf } from '../../src/mapping/mime/walk.js';
import { otrMarks } from '../../src/mapping/otr.js';
import { encodeMime, parseMime } from '../../src/silc/messages/mime.js';
import { expectGolden, parseStanza } from './golden.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

/** What Jabber gets of MIME octets from SILC. */
function shown(data: Uint8Array) {
  const mime = parseMime(data);
  const about = { network: 'net', room: undefined, message: { mime, data } } as unknown as MimeAbout;
  const handlers = [...endToEndHandlers, cpimHandler];
  return piecesOf(mime, (part) => handlers.find(({ types }) => types.includes(part.type))?.read(part, about));
}
function payload(data: Uint8Array): readonly Element[] {
  const [piece] = shown(data);
  if (piece?.kind !== 'stanza') throw new Error(`shown as ${piece?.kind ?? 'nothing'}`);
  return piece.payload;
}
const answer = (parts: readonly Element[]) =>
  privateMessage({ from: 'bob!@gw', to: 'alice@example.org', id: 'm1', payload: parts, viaRoom: false });

/** From Jabber to SILC and back. */
function throughSilc(message: Element): readonly Element[] {
  const entity = endToEndMime(message);
  if (entity === undefined) throw new Error('no MIME');
  return payload(encodeMime(entity));
}

const SIGNED = `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256;
 boundary=next

--next
Content-type: text/plain; charset=utf-8

Wherefore art thou?

--next
Content-Type: application/pkcs7-signature
Content-Transfer-Encoding: base64

MIIBAA==
--next--
`;

describe('OpenPGP', () => {
  it('is OpenPGP MIME on SILC, and the same again on Jabber', () => {
    expectGolden('end-to-end-pgp', (message) => {
      const entity = endToEndMime(message);
      const text = new TextDecoder().decode(encodeMime(entity ?? { fields: [], body: utf8('') }));
      expect(text).toContain(
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=',
      );
      expect(text).toContain('\r\n\r\nVersion: 1\r\n');
      expect(text).toContain(
        '-----BEGIN PGP MESSAGE-----\r\n\r\nqANQR1DBwU4D\r\n=CvnG\r\n-----END PGP MESSAGE-----',
      );
      expect(text).not.toContain('placeholder');
      return answer(throughSilc(message));
    });
  });

  it('by another client may have headers in its armor', () => {
    const entity = `Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b

--b
Content-Type: application/pgp-encrypted

Version: 1

--b
Content-Type: application/octet-stream; name=encrypted.asc

-----BEGIN PGP MESSAGE-----
Version: GnuPG v2
Comment: hello

AAAA
=BBBB
-----END PGP MESSAGE-----

--b--
`;
    const [, encrypted] = payload(utf8(crlf(entity)));
    expect(encrypted?.getText()).toBe('AAAA\n=BBBB');
  });

  it.each([
    'Content-Type: multipart/encrypted; protocol="application/other"; boundary=b\n\n--b\n\nx\n--b\n\ny\n--b--\n',
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n\nno armor\n--b--\n',
  ])('that is none is shown like any other part: %#', (text) => {
    for (const piece of shown(utf8(crlf(text)))) expect(piece.kind).not.toBe('stanza');
  });
});

describe('objects of RFC 3923', () => {
  it('are the MIME entity that they hold, to the letter, and the same again on Jabber', () => {
    expectGolden('end-to-end-object', (message) => answer(throughSilc(message)));
    const message = xml('message', {}, xml('e2e', { xmlns: 'urn:ietf:params:xml:ns:xmpp-e2e' }, SIGNED));
    const entity = endToEndMime(message);
    const text = new TextDecoder().decode(encodeMime(entity ?? { fields: [], body: utf8('') }));
    // What the signature covers is as it was.
    expect(text.slice(text.indexOf('\r\n\r\n'))).toBe(crlf(SIGNED.slice(SIGNED.indexOf('\n\n'))));
    const [body, object] = throughSilc(message);
    expect(body?.getText().trim()).toBe('Wherefore art thou?');
    expect(object?.getText().slice(object.getText().indexOf('\n\n'))).toBe(
      SIGNED.slice(SIGNED.indexOf('\n\n')),
    );
  });

  it('are base64 on Jabber where SILC users send octets', () => {
    const octets = [
      ...utf8('Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\n'),
      0,
      255,
      10,
    ];
    const [body, object] = payload(Uint8Array.from(octets));
    expect(body?.getText()).toContain('S/MIME');
    expect(object?.getText()).toBe(
      'Content-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nAP8K',
    );
  });

  it.each(['', 'no header', 'Content-Type\n\nx', 'Bad Name: x\n\ny'])(
    'that are none are not sent: %j',
    (text) => {
      const e2e = xml('e2e', { xmlns: 'urn:ietf:params:xml:ns:xmpp-e2e' }, text);
      expect(endToEndMime(xml('message', {}, e2e))).toBeUndefined();
    },
  );
});

describe('messages of CPIM', () => {
  const cpim = (head: string, body = 'Content-Type: text/plain; charset=utf-8\n\nHere is the text') =>
    utf8(crlf(`Content-Type: message/cpim\n\n${head}\n\n${body}`));

  it('have subject, time and text', () => {
    expectGolden('cpim', (message) => answer(payload(cpim(message.getChildText('body') ?? ''))));
  });

  it('may hold what is no text', () => {
    const [piece] = shown(cpim('From: <im:a@b>', 'Content-Type: text/html\n\n<b>x</b>'));
    expect(piece?.kind).toBe('html');
  });

  it.each(['no header', 'X-Other: 1', ''])('that are none are shown like any other part: %j', (head) => {
    for (const piece of shown(cpim(head))) expect(piece.kind).not.toBe('stanza');
  });
});

describe('OTR', () => {
  it.each([
    ['?OTR:AAMD', true, ['encryption', 'no-copy', 'no-permanent-store']],
    ['?OTR:AAMD', false, ['encryption']],
    ['?OTRv3?', true, []],
    ['say ?OTR: to me', true, []],
    [undefined, true, []],
  ])('%s is marked', (text, isPrivate, expected) => {
    expect(otrMarks(text, isPrivate).map((mark) => mark.getName())).toEqual(expected);
  });
});

it('is nothing of an ordinary message', () => {
  expect(endToEndMime(parseStanza('<message><body>x</body></message>'))).toBeUndefined();
});
