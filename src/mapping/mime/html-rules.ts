/** An element of XHTML-IM for text inside a paragraph. */
export interface InlineMark {
  readonly tag: string;
  readonly style: string | undefined;
  readonly href?: string;
}

const HIDDEN: ReadonlySet<string> = new Set(
  'script style head title template noscript iframe object embed applet svg math audio video canvas select textarea datalist'.split(
    ' ',
  ),
);
const LINES: ReadonlySet<string> = new Set(
  'div section article header footer main nav aside center address tr dt dd form fieldset figure figcaption caption hr'.split(
    ' ',
  ),
);
const PARAGRAPHS: ReadonlySet<string> = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'dl']);
const CONTAINERS: ReadonlySet<string> = new Set(['ul', 'ol', 'li', 'blockquote']);

/** Whether nothing of an element is shown, its text included. */
export const isHidden = (name: string): boolean => HIDDEN.has(name);

/** How an element breaks the text; undefined for one inside a line. */
export function blockKind(name: string): 'line' | 'paragraph' | 'preformatted' | 'container' | undefined {
  if (name === 'pre') return 'preformatted';
  if (CONTAINERS.has(name)) return 'container';
  if (PARAGRAPHS.has(name)) return 'paragraph';
  return LINES.has(name) ? 'line' : undefined;
}

const MONOSPACE = 'font-family: monospace';
const marks: Readonly<Record<string, InlineMark>> = {
  ...named(['b', 'strong', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'th'], 'strong'),
  ...named(['i', 'em', 'dfn', 'var'], 'em'),
  ...named(['cite'], 'cite'),
  ...named(['u', 'ins'], 'span', 'text-decoration: underline'),
  ...named(['s', 'strike', 'del'], 'span', 'text-decoration: line-through'),
  ...named(['code', 'tt', 'kbd', 'samp', 'pre'], 'span', MONOSPACE),
  ...named(['big'], 'span', 'font-size: larger'),
  ...named(['small'], 'span', 'font-size: smaller'),
};

function named(names: readonly string[], tag: string, style?: string): Record<string, InlineMark> {
  return Object.fromEntries(names.map((name) => [name, { tag, style }]));
}

/** The mark that an element puts on its text; undefined where it puts none that is allowed. */
export function inlineMark(
  name: string,
  attributes: Readonly<Record<string, string>>,
): InlineMark | undefined {
  if (name === 'a') {
    const href = safeLink(attributes['href']);
    return href === undefined ? undefined : { tag: 'a', style: undefined, href };
  }
  const style = safeStyle(attributes['style']);
  const known = Object.hasOwn(marks, name) ? marks[name] : undefined;
  if (known !== undefined) return { ...known, style: joined(known.style, style) };
  if (name === 'font') {
    const color = safeStyle(`color: ${attributes['color'] ?? ''}`);
    return color === undefined ? undefined : { tag: 'span', style: joined(color, style) };
  }
  return name === 'span' && style !== undefined ? { tag: 'span', style } : undefined;
}

const joined = (...styles: readonly (string | undefined)[]): string | undefined => {
  const all = styles.filter((style) => style !== undefined);
  return all.length === 0 ? undefined : all.join('; ');
};

/** Longest address of a link. */
const MAX_LINK = 2_048;

/** An address that a link may have: no script, no file, no data. */
export function safeLink(href: string | undefined): string | undefined {
  const link = href?.trim() ?? '';
  if (link.length > MAX_LINK || /[\s\p{Cc}]/u.test(link)) return undefined;
  return /^(https?:\/\/|mailto:|xmpp:|tel:|sips?:)./i.test(link) ? link : undefined;
}

const COLOR = /^(#[0-9a-f]{3,8}|[a-z]{3,20}|rgb\( ?\d{1,3}%?(, ?\d{1,3}%?){2} ?\))$/i;
/** Properties of XEP-0071, 7.5.1, and the values that are taken: nothing that leads out of the message, or over its edge. */
const properties: Readonly<Record<string, RegExp>> = {
  color: COLOR,
  'background-color': COLOR,
  'font-family': /^[a-z][a-z0-9 ,-]{0,80}$/i,
  'font-size': /^((xx?-)?small|medium|(xx?-)?large|larger|smaller)$/i,
  'font-style': /^(normal|italic|oblique)$/i,
  'font-weight': /^(normal|bold|bolder|lighter|[1-9]00)$/i,
  'text-align': /^(left|right|center|justify)$/i,
  'text-decoration': /^(none|underline|overline|line-through)$/i,
};

function safeStyle(style: string | undefined): string | undefined {
  if (style === undefined || style.length > 1_000) return undefined;
  const kept = style.split(';').flatMap((declaration) => {
    const colon = declaration.indexOf(':');
    const name = declaration.slice(0, colon).trim().toLowerCase();
    const value = declaration.slice(colon + 1).trim();
    const allowed = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return allowed?.test(value) === true ? [`${name}: ${value}`] : [];
  });
  return kept.length === 0 ? undefined : kept.join('; ');
}
