import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHtml } from '../../../src/mapping/mime/html-tree.js';
import { pictureNames, xhtmlIm } from '../../../src/mapping/mime/xhtml.js';
import { canonical, parseStanza } from '../../support/xmpp/canonical.js';

const pictures = new Map([
  ['small@x', { cid: 'sha1+aa@bob.xmpp.org' }],
  ['large@x', { url: 'https://upload.test/large.png' }],
]);
const body = (html: string): string | undefined => {
  const element = xhtmlIm(readHtml(html), pictures);
  return element?.getChild('body')?.children.map(String).join('');
};

describe('HTML as XHTML-IM', () => {
  it.each([
    ['<b>bold</b> and <i>slanted</i>', '<p><strong>bold</strong> and <em>slanted</em></p>'],
    ['one<p><b>two<p>three</b>', '<p>one</p><p><strong>two</strong></p><p><strong>three</strong></p>'],
    ['<h1>Title</h1>text', '<p><strong>Title</strong></p><p>text</p>'],
    ['<ul><li>one<li><i>two</i></ul>', '<ul><li>one</li><li><em>two</em></li></ul>'],
    ['<blockquote>said</blockquote>', '<blockquote><p>said</p></blockquote>'],
    ["<a href='https://x.test/'>here</a>", "<p><a href='https://x.test/'>here</a></p>"],
    ["<span style='color: red; position: fixed'>x</span>", "<p><span style='color: red'>x</span></p>"],
    ['<font color=#ff0000>x</font>', "<p><span style='color: #ff0000'>x</span></p>"],
    ["<img src='cid:small@x' alt='a'>", "<p><img src='cid:sha1+aa@bob.xmpp.org' alt='a'/></p>"],
    ["<img src='cid:large@x' alt='a'>", "<p><a href='https://upload.test/large.png'>a</a></p>"],
    ["<img src='https://x.test/i.gif'>", "<p><a href='https://x.test/i.gif'>picture</a></p>"],
    ["<img src='cid:nothing' alt='a'>", '<p>[a]</p>'],
    ["<img src='javascript:x'><b>x</b>", '<p>[picture]<strong>x</strong></p>'],
  ])('%s', (html, wanted) => {
    const shown = parseStanza(`<body>${body(html) ?? ''}</body>`);
    expect(canonical(shown)).toBe(canonical(parseStanza(`<body>${wanted}</body>`)));
  });

  it.each([
    ["<a href='javascript:alert(1)'>x</a>"],
    ["<a href='data:text/html,x'>x</a>"],
    ["<span style='background: url(https://x.test/)'>x</span>"],
    ["<span style='width: expression(1)'>x</span>"],
    ["<p onclick='x' class='y' id='z'>x</p>"],
    ['<svg><a href="https://x.test/">y</a></svg>x'],
    ['<script>y</script><style>y</style><title>y</title>x'],
    ['<form action="https://x.test/"><input value=y>x</form>'],
    ['<unknown><div>x'],
  ])('%s is its text and nothing else', (html) => {
    expect(body(html)).toBeUndefined();
    expect(readHtml(html).text).toBe('x');
  });

  it('says by which names it asks for pictures', () => {
    const html = "<img src='cid:a%40x'><p><img src='CID:b@x'><img src='https://x.test/c'>";
    expect([...pictureNames(readHtml(html))]).toEqual(['a@x', 'b@x']);
  });

  it('is well-formed and within what is allowed, whatever comes in', () => {
    const tags = fc.constantFrom(
      ...'<b> </b> <p> </p> <ul> </ul> <li> </li> <blockquote> <pre> </pre> <a&#32;href="https://x/"> </a> <br> <img&#32;src="cid:small@x"> <span&#32;style="color:red"> </span> <script> </script> <!-- --> <![CDATA[ ]]> &amp; &#0; &#xd800; \u0001 text < > " \n'.split(
        ' ',
      ),
    );
    const allowed = /^(body|p|br|strong|em|cite|span|a|ul|ol|li|blockquote|img)$/;
    fc.assert(
      fc.property(fc.array(tags, { maxLength: 60 }), (parts) => {
        const html = parts.join('').replaceAll('&#32;', ' ');
        const element = xhtmlIm(readHtml(html), pictures);
        if (element === undefined) return;
        const parsed = parseStanza(`<message>${element.toString()}</message>`).getChild('html');
        const look = (one: typeof parsed, depth: number): void => {
          expect(depth).toBeLessThan(30);
          for (const child of one?.getChildElements() ?? []) {
            expect(child.name).toMatch(allowed);
            expect(Object.keys(child.attrs).every((name) => /^(xmlns|style|href|src|alt)$/.test(name))).toBe(
              true,
            );
            look(child, depth + 1);
          }
        };
        look(parsed, 0);
      }),
    );
  });

  it('gives up the markup where there is too much of it, and keeps the text', () => {
    const html = '<b>x</b>'.repeat(3_000);
    expect(body(html)).toBeUndefined();
    expect(readHtml(html).text).toBe('x'.repeat(3_000));
  });
});

describe('HTML as text', () => {
  it.each([
    ['a  b\n c', 'a b c'],
    ['<p>one</p><p>two</p>', 'one\n\ntwo'],
    ['one<br>two<div>three</div>', 'one\ntwo\nthree'],
    ['<ul><li>one<li>two</ul><ol><li>first<li>second</ol>', '• one\n• two\n\n1. first\n2. second'],
    ['<blockquote>one<br>two</blockquote>three', '> one\n> two\n\nthree'],
    ['<pre>a  b\n  c</pre>', 'a  b\n  c'],
    [
      "<a href='https://x.test/'>here</a>, <a href='https://y.test'>https://y.test</a>",
      'here <https://x.test/>, https://y.test',
    ],
    ["see <img src='x.png' alt='a cat'>", 'see [a cat]'],
    ['&lt;b&gt; &amp; &eacute;', '<b> & é'],
  ])('%s', (html, text) => {
    expect(readHtml(html).text).toBe(text);
  });
});
