import { describe, expect, it } from 'vitest';
import type { MimePiece } from '../../../src/mapping/mime/pieces.js';
import { piecesOf } from '../../../src/mapping/mime/walk.js';
import { parseMime } from '../../../src/silc/messages/mime.js';

const nothing = (): undefined => undefined;

/** A MIME message of lines, in the short form that tests compare: texts as they are, files by name, type and octets. */
function shown(lines: readonly string[], read: Parameters<typeof piecesOf>[1] = nothing): readonly string[] {
  const entity = parseMime(new TextEncoder().encode(lines.join('\r\n')));
  return piecesOf(entity, read).map(outline);
}

function outline(piece: MimePiece): string {
  switch (piece.kind) {
    case 'text':
      return String(piece.text);
    case 'html': {
      const files = piece.related.map(({ contentId, type }) => `${contentId}=${type}`).join(' ');
      return `html ${piece.html} | ${String(piece.text ?? '-')} | ${files}`;
    }
    case 'file':
      return `file ${piece.file.name ?? '-'} ${piece.file.type} ${piece.file.data.length}`;
    case 'stanza':
      return `stanza ${piece.payload.map(String).join('')}`;
  }
}

const multipart = (subtype: string, ...parts: readonly (readonly string[])[]): string[] => [
  'MIME-Version: 1.0',
  `Content-Type: multipart/${subtype}; boundary=B`,
  '',
  ...parts.flatMap((part) => ['--B', ...part]),
  '--B--',
  '',
];
const text = ['Content-Type: text/plain; charset=utf-8', '', 'words'];
const html = ['Content-Type: text/html', '', '<b>words</b>'];
const image = ['Content-Type: image/png', 'Content-Transfer-Encoding: base64', '', 'AAEC'];
const named = ['Content-Type: image/png; name=a.png', 'Content-ID: <pic@x>', '', 'abc'];

describe('what a MIME message is', () => {
  it('a text, whatever its charset', () => {
    expect(shown(text)).toEqual(['words']);
    const latin1 = 'Content-Type: text/plain; charset=iso-8859-1';
    const quoted = 'Content-Transfer-Encoding: quoted-printable';
    expect(shown([latin1, quoted, '', 'caf=E9'])).toEqual(['café']);
  });

  it('what the MIME script of irssi sends: lines that end with LF alone', () => {
    const picture = '\x89PNG\r\n\x1a\nabc';
    const lines = [
      'MIME-Version: 1.0',
      'Content-Type: image/png;',
      ' name="a.png"',
      'Content-Transfer-Encoding: binary',
      '',
      picture,
    ];
    const read = (text: string) => piecesOf(parseMime(Buffer.from(text, 'latin1')), nothing).map(outline);
    expect(read(lines.join('\n'))).toEqual(['file a.png image/png 11']);
    const parts = ['--B', ...lines, '--B', 'Content-Type: text/plain', '', 'words', '--B--', ''];
    const whole = ['Content-Type: multipart/mixed; boundary=B', '', ...parts].join('\n');
    expect(read(whole)).toEqual(['file a.png image/png 11', 'words']);
  });

  it('a text whose header is folded', () => {
    expect(shown(['Content-Type: text/plain;', ' charset="iso-8859-1"', '', 'words'])).toEqual(['words']);
  });

  it('text and picture one after the other', () => {
    expect(shown(multipart('mixed', text, image))).toEqual(['words', 'file - image/png 3']);
  });

  it('of alternatives the HTML, with the plain text beside it, and what is neither', () => {
    expect(shown(multipart('alternative', text, html))).toEqual(['html <b>words</b> | words | ']);
    expect(shown(multipart('alternative', text, image))).toEqual(['words', 'file - image/png 3']);
  });

  it('HTML with the files that it may name', () => {
    expect(shown(multipart('related', html, named))).toEqual(['html <b>words</b> | - | pic@x=image/png']);
    expect(shown(multipart('related', text, named))).toEqual(['words', 'file a.png image/png 3']);
  });

  it('an attached text is a file, and a long one too', () => {
    const attached = ['Content-Type: text/plain', 'Content-Disposition: attachment; filename=n.txt', '', 'x'];
    expect(shown(attached)).toEqual(['file n.txt text/plain 1']);
    expect(shown(['Content-Type: text/plain', '', 'x'.repeat(64_001)])).toEqual(['file - text/plain 64001']);
  });

  it('a part that cannot be read is told by name and size', () => {
    const bad = ['Content-Type: image/png', 'Content-Transfer-Encoding: base64', '', 'A'];
    expect(shown(multipart('mixed', text, bad))).toEqual([
      'words',
      '[file (image/png, 1 octets): cannot be read]',
    ]);
  });

  it('parts beyond the bound are counted', () => {
    const parts = Array.from({ length: 40 }, () => image);
    const pieces = shown(multipart('mixed', ...parts));
    expect(pieces).toHaveLength(33);
    expect(pieces.at(-1)).toBe('[8 further parts of this message are not shown]');
  });

  it('what the handler of a content type makes of it, in any place', () => {
    const read: Parameters<typeof piecesOf>[1] = ({ type }) =>
      type === 'image/png' ? [{ kind: 'text', text: 'a picture' }] : undefined;
    expect(shown(multipart('mixed', text, image), read)).toEqual(['words', 'a picture']);
    const whole: Parameters<typeof piecesOf>[1] = ({ type, params }) =>
      type === 'multipart/encrypted' ? [{ kind: 'text', text: params['protocol'] ?? '' }] : undefined;
    const encrypted = [
      'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=B',
      '',
      '--B',
      ...image,
      '--B--',
    ];
    expect(shown(encrypted, whole)).toEqual(['application/pgp-encrypted']);
  });
});
