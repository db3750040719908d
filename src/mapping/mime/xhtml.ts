import { type Child, type Element, xml } from '../../component/stanza.js';
import { safeLink } from './html-rules.js';
import type { HtmlChild, HtmlTree } from './html-tree.js';

/*
 * XHTML-IM: XEP-0071 1.5.4 (2018-03-08). Left out: margins, fonts of any size, pictures from elsewhere (whoever looks at one
 * tells that to its server): those are links.
 */

export const NS_XHTML_IM = 'http://jabber.org/protocol/xhtml-im';
const NS_XHTML = 'http://www.w3.org/1999/xhtml';

/** Where a picture of the message is: bits of binary (XEP-0231) by their cid, or a link. */
export interface Picture {
  readonly cid?: string | undefined;
  readonly url?: string | undefined;
}

/** Names by which HTML asks for files of its own message (RFC 2392). */
export function pictureNames(tree: HtmlTree): ReadonlySet<string> {
  const names = new Set<string>();
  const look = (children: readonly HtmlChild[]): void => {
    for (const child of children) {
      if (typeof child === 'string') continue;
      if ('src' in child) names.add(contentName(child.src) ?? '');
      else look(child.children);
    }
  };
  look(tree.children);
  names.delete('');
  return names;
}

/** The element of a tree that says more than its text; undefined where it does not. */
export function xhtmlIm(tree: HtmlTree, pictures: ReadonlyMap<string, Picture>): Element | undefined {
  if (!tree.isMarkedUp) return undefined;
  const body = tree.children.map((child) => render(child, pictures));
  return xml('html', { xmlns: NS_XHTML_IM }, xml('body', { xmlns: NS_XHTML }, body));
}

function render(child: HtmlChild, pictures: ReadonlyMap<string, Picture>): Child {
  if (typeof child === 'string') return child;
  if ('src' in child) return renderPicture(child, pictures);
  const { tag, style, href, children } = child;
  const [only] = children;
  // An item of one paragraph is that paragraph.
  const inner =
    tag === 'li' &&
    children.length === 1 &&
    typeof only === 'object' &&
    'children' in only &&
    only.tag === 'p'
      ? only.children
      : children;
  return xml(
    tag,
    { style, href },
    inner.map((one) => render(one, pictures)),
  );
}

function renderPicture(
  { src, alt }: { readonly src: string; readonly alt: string },
  pictures: ReadonlyMap<string, Picture>,
): Child {
  const name = contentName(src);
  const picture = name === undefined ? { url: safeLink(src) } : pictures.get(name);
  const words = alt === '' ? 'picture' : alt;
  if (picture?.cid !== undefined) return xml('img', { src: `cid:${picture.cid}`, alt: words });
  return picture?.url === undefined ? `[${words}]` : xml('a', { href: picture.url }, words);
}

function contentName(src: string): string | undefined {
  if (!/^cid:/i.test(src)) return undefined;
  try {
    return decodeURIComponent(src.slice('cid:'.length));
  } catch {
    return src.slice('cid:'.length);
  }
}
