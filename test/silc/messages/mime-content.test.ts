import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import { mimeEntity, readMimeContents } from '../../../src/silc/messages/mime-content.js';
import { encodeMime, multipartMime, parseMime } from '../../../src/silc/messages/mime.js';
import { withCode } from '../../support/silc-error.js';

const read = (...lines: readonly string[]) =>
  readMimeContents(parseMime(new Uint8Array(Buffer.from(lines.join('\r\n'), 'latin1'))));

describe('the bodies of a MIME message', () => {
  it('lose their transfer encoding, and texts come in their charset', () => {
    expect(
      read(
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: BASE64',
        '',
        'R3LDvMOf',
        'ZQ==',
      ),
    ).toMatchObject([{ type: 'text/plain', text: 'Grüße' }]);
    expect(
      read(
        'Content-Type: Text/HTML; charset="iso-8859-1"',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=FC=DF=',
        'e',
      ),
    ).toMatchObject([{ type: 'text/html', text: 'Grüße' }]);
    expect(read('Content-Type: text/plain', '', 'Gr\xfc\xdfe')).toMatchObject([{ text: 'Grüße' }]);
    expect(read('Content-Type: text/plain; charset=nonsense', '', 'x')).toMatchObject([{ text: 'x' }]);
  });

  it('are octets as they came where they have no transfer encoding', () => {
    const [content] = read(
      'Content-Type: image/png',
      'Content-Transfer-Encoding: binary',
      '',
      '\x89P\r\n\x1a\n\0\r',
    );
    expect(content).toEqual({
      type: 'image/png',
      filename: undefined,
      text: undefined,
      data: new Uint8Array([0x89, 0x50, 13, 10, 26, 10, 0, 13]),
    });
  });

  it('have the names that their senders gave them, in every notation', () => {
    const named = (...fields: string[]) => read(...fields, '', 'x')[0]?.filename;
    expect(named('Content-Type: image/png; name="a b.png"')).toBe('a b.png');
    expect(named('Content-Type: image/png; name="=?utf-8?q?gr=C3=BC?="')).toBe('grü');
    expect(named("Content-Disposition: attachment; filename*0*=utf-8''gr%C3%BC; filename*1=n.txt")).toBe(
      'grün.txt',
    );
    expect(named('Content-Disposition: attachment; filename=a', 'Content-Type: a/b; name=b')).toBe('a');
    expect(named(`Content-Type: image/png; name="${'a'.repeat(5_000)}"`)).toBeUndefined();
    expect(named('Content-Type: image/png; __proto__=x; constructor=y')).toBeUndefined();
  });

  it('of a multipart message come one after the other', () => {
    const inner = multipartMime('alternative', 'inner', [
      mimeEntity({ type: 'text/plain', data: utf8('hello') }),
      mimeEntity({ type: 'text/html', data: utf8('<b>hello</b>') }),
    ]);
    const image = mimeEntity({
      type: 'image/png',
      filename: 'grün "1".png',
      data: new Uint8Array([1, 2, 3]),
    });
    const contents = readMimeContents(parseMime(encodeMime(multipartMime('mixed', 'outer', [inner, image]))));
    expect(contents).toEqual([
      { type: 'text/plain', filename: undefined, text: 'hello', data: utf8('hello') },
      { type: 'text/html', filename: undefined, text: '<b>hello</b>', data: utf8('<b>hello</b>') },
      { type: 'image/png', filename: 'grün "1".png', text: undefined, data: new Uint8Array([1, 2, 3]) },
    ]);
  });

  it('that are no base64 are refused', () => {
    expect(() => read('Content-Transfer-Encoding: base64', '', 'abcde')).toThrow(withCode('malformed'));
  });

  it('of one body come out as they went in, whatever its name', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
        (data, filename) => {
          const [content] = readMimeContents(
            parseMime(encodeMime(mimeEntity({ type: 'a/b', filename, data }))),
          );
          expect(content?.data).toEqual(data);
          expect(content?.type).toBe('a/b');
        },
      ),
    );
    expect(() => mimeEntity({ type: 'text', data: utf8('x') })).toThrow(withCode('usage'));
    expect(() => mimeEntity({ type: 'a/b\r\nX: y', data: utf8('x') })).toThrow(withCode('usage'));
  });
});
