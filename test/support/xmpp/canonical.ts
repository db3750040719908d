import { Element } from '../../../src/component/element.js';
import { GuardedParser } from '../../../src/component/parser.js';

/** What a comparison of stanzas leaves out. */
export interface CanonicalOptions {
  /** Attributes left out everywhere, e.g. `id`, `stamp`. */
  readonly without?: readonly string[];
}

const STANZA_NAMESPACES: readonly (string | undefined)[] = [
  undefined,
  'jabber:client',
  'jabber:component:accept',
];

/**
 * One text for all serialisations of a stanza: attributes sorted, prefixes resolved, `xmlns` only where it changes, the
 * stream's own namespace and the language that servers add to stanzas left out, indented.
 */
export function canonical(stanza: Element | string, options: CanonicalOptions = {}): string {
  const element = typeof stanza === 'string' ? parseStanza(stanza) : stanza;
  return write(element, undefined, new Set(options.without), 0);
}

/** Reads one stanza; white space between elements is dropped, so that expectations may be indented. */
export function parseStanza(text: string): Element {
  const found: Element[] = [];
  let violation: Error | undefined;
  const [stanzaSize, depth] = [10_000_000, 1000];
  const limits = {
    stanzaSize,
    depth,
    attributes: 1000,
    elements: 100_000,
    droppedSize: stanzaSize,
    droppedDepth: depth,
  };
  const parser = new GuardedParser(limits, {
    onElement: (element) => found.push(element),
    onEnd: () => {},
    onViolation: (error) => (violation = error),
  });
  parser.write("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client'>");
  parser.write(text.trim());
  const [element] = found;
  if (violation !== undefined || element === undefined || found.length > 1) {
    throw new Error(`not one stanza: ${violation?.message ?? ''} ${text}`);
  }
  return withoutIndentation(element);
}

/** The element with other children. */
export function withChildren(element: Element, children: readonly (Element | string)[]): Element {
  return new Element(element.name, element.attrs, children, element.getNS() ?? '');
}

function withoutIndentation(element: Element): Element {
  const isStructure = element.children.some((child) => typeof child !== 'string');
  const kept = element.children.filter(
    (child) => typeof child !== 'string' || !isStructure || child.trim() !== '',
  );
  return withChildren(
    element,
    kept.map((child) => (typeof child === 'string' ? child : withoutIndentation(child))),
  );
}

function write(
  element: Element,
  outer: string | undefined,
  without: ReadonlySet<string>,
  depth: number,
): string {
  const name = element.getName();
  const found = element.getNS();
  const namespace = STANZA_NAMESPACES.includes(found) ? undefined : found;
  const attributes = Object.entries(element.attrs)
    .filter(([key]) => key !== 'xmlns' && !key.startsWith('xmlns:') && !without.has(key))
    .filter(([key]) => key !== 'xml:lang')
    .map(([key, value]) => `${key}="${escape(value)}"`)
    .sort();
  if (namespace !== outer) attributes.unshift(`xmlns="${escape(namespace ?? '')}"`);
  const indent = '  '.repeat(depth);
  const head = `${indent}<${[name, ...attributes].join(' ')}`;
  if (element.children.length === 0) return `${head}/>`;
  if (element.children.every((child) => typeof child === 'string')) {
    return `${head}>${escape(element.children.join(''))}</${name}>`;
  }
  const inner = element.children.map((child) =>
    typeof child === 'string' ? `${indent}  ${escape(child)}` : write(child, namespace, without, depth + 1),
  );
  return `${head}>\n${inner.join('\n')}\n${indent}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
