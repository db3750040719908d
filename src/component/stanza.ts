import { type AnyText, Text } from '../text/text.js';
import {
  attributeName,
  attributeText,
  Element,
  type ElementName,
  elementName,
  isPlainName,
  xmlText,
} from './element.js';
import type { StanzaErrorCondition, StanzaErrorType } from './errors.js';

export { ComponentError, StanzaError } from './errors.js';
export type { StanzaErrorCondition, StanzaErrorType } from './errors.js';
export type { Element } from './element.js';

/** Namespace of the defined conditions (RFC 6120, 8.3.2). */
export const NS_STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';

/** Namespaces of stanzas, from stream to stream (XEP-0114; RFC 6120, 4.8.3). */
const NS_STREAM_CONTENT: readonly (string | undefined)[] = [
  undefined,
  'jabber:component:accept',
  'jabber:client',
  'jabber:server',
];

/** An attribute value; `undefined` leaves the attribute out. */
export type AttributeValue = string | number | boolean | Text | undefined;

/** A child; `undefined` and empty text are left out, arrays are flattened. */
export type Child = Element | string | Text | number | undefined | readonly Child[];

/**
 * Builds an element: the only way a stanza or a part of one is made. What comes out can be sent as it is: names are
 * checked; text and attributes are cleaned of what XML cannot carry (it becomes U+FFFD), because one such character
 * closes the component stream for every user; parts of received stanzas are copied (see {@link copyElement}).
 * A {@link Text} stands in it in English until the stanza is sent to somebody of another language.
 * White space in attributes becomes a space, as every XML parser would read it (XML 1.0, 3.3.3).
 * @throws ComponentError `invalid-stanza` for a name that is not an XML name, or has a prefix other than `xml`.
 */
export function xml<N extends string>(
  name: ElementName<N>,
  attrs: Readonly<Record<string, AttributeValue>> = {},
  ...children: readonly Child[]
): Element {
  const clean: Record<string, string> = {};
  let texts: Map<string | number, Text> | undefined;
  for (const key of Object.keys(attrs)) {
    const value = attrs[key];
    if (value === undefined) continue;
    if (value instanceof Text) (texts ??= new Map()).set(key, value);
    clean[attributeName(key)] = attributeText(String(value));
  }
  const nodes: (Element | string)[] = [];
  addChildren(children, clean.xmlns, nodes, (child) => (texts ??= new Map()).set(nodes.length, child));
  return new Element(elementName(name), clean, nodes, undefined, texts);
}

function addChildren(
  children: readonly Child[],
  above: string | undefined,
  nodes: (Element | string)[],
  onText: (text: Text) => void,
): void {
  for (const child of children) {
    if (child === undefined || child === '') continue;
    if (typeof child === 'string') nodes.push(xmlText(child));
    else if (typeof child === 'number') nodes.push(String(child));
    else if (child instanceof Text) {
      onText(child);
      nodes.push(xmlText(child.english));
    } else if (isChildList(child)) addChildren(child, above, nodes, onText);
    else {
      const own = child.isReceived ? copyElement(child, above) : child;
      if (own !== undefined) nodes.push(own);
    }
  }
}

/**
 * A deep copy of a part of a received stanza, fit for another one: the namespace is declared where it differs from that
 * of the element around it; texts of the catalogue stay what they are; parts with names that {@link xml} would not make are left out.
 * @param above namespace of the element around it; undefined for that of stanzas
 * @returns undefined when the name of the element itself is such a one.
 */
export function copyElement(element: Element, above?: string): Element | undefined {
  if (!isPlainName(element.name)) return undefined;
  const ns = element.getNS();
  const attrs: Record<string, string> = {};
  for (const [name, value] of Object.entries(element.attrs)) {
    if (name !== 'xmlns' && isPlainName(name)) attrs[name] = attributeText(value);
  }
  const isInherited = ns === above || (NS_STREAM_CONTENT.includes(ns) && NS_STREAM_CONTENT.includes(above));
  if (!isInherited) attrs.xmlns = ns ?? '';
  const children = element.children.map((child) =>
    typeof child === 'string' ? child : copyElement(child, ns),
  );
  return new Element(
    element.name,
    attrs,
    children.filter((child) => child !== undefined),
    undefined,
    // What was built has names that pass: every child is where it was.
    element.texts,
  );
}

/** Further parts of an error answer. */
export interface ErrorDetail {
  /** JID of the entity that raised the error, when it is not the addressee (RFC 6120, 8.3.2). */
  readonly by?: string | undefined;
  /** Application-specific condition, in its own namespace (RFC 6120, 8.3.4). */
  readonly appCondition?: Element | undefined;
  /** New address in a `gone` or `redirect`, as URI. */
  readonly address?: string | undefined;
  /** Placed before the error element, e.g. the `x` of XEP-0045 in a presence error. */
  readonly payload?: readonly Child[] | undefined;
}

/**
 * The answer that reports an error (RFC 6120, 8.3): same kind of stanza, same id, addresses swapped.
 * @returns undefined when an error must not be answered: to an error, to an iq result, to a stanza without sender.
 */
export function errorReply(
  stanza: Element,
  type: StanzaErrorType,
  condition: StanzaErrorCondition,
  text?: AnyText,
  detail: ErrorDetail = {},
): Element | undefined {
  const { from, to, id, type: received } = stanza.attrs;
  if (from === undefined || received === 'error') return undefined;
  if (stanza.name === 'iq' && received === 'result') return undefined;
  return xml(
    stanza.name,
    { type: 'error', id, from: to, to: from },
    detail.payload,
    xml(
      'error',
      { type, by: detail.by },
      xml(condition, { xmlns: NS_STANZAS }, detail.address),
      text === undefined || text === '' ? undefined : xml('text', { xmlns: NS_STANZAS }, text),
      detail.appCondition,
    ),
  );
}

/** The result of an iq get or set: same id, addresses swapped, with at most one child (RFC 6120, 8.2.3). */
export function iqResult(iq: Element, child?: Element): Element {
  return xml('iq', { type: 'result', id: iq.attrs.id, from: iq.attrs.to, to: iq.attrs.from }, child);
}

/** True for an iq that must be answered. */
export function isIqRequest(stanza: Element): boolean {
  return stanza.name === 'iq' && (stanza.attrs.type === 'get' || stanza.attrs.type === 'set');
}

function isChildList(child: Element | readonly Child[]): child is readonly Child[] {
  return Array.isArray(child);
}
