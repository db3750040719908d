import { xml as createElement } from '@xmpp/component';
import type { Element } from 'ltx';
import { ComponentError, type StanzaErrorCondition, type StanzaErrorType } from './errors.js';

export { ComponentError, StanzaError } from './errors.js';
export type { StanzaErrorCondition, StanzaErrorType } from './errors.js';
export type { Element } from 'ltx';

/** Namespace of the defined conditions (RFC 6120, 8.3.2). */
export const NS_STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';

/** An attribute value; `undefined` leaves the attribute out. */
export type AttributeValue = string | number | boolean | undefined;

/** A child; `undefined` and empty text are left out, arrays are flattened. */
export type Child = Element | string | number | undefined | readonly Child[];

// XML 1.0, production Char: everything else may not appear, not even as a character reference. With the u flag
// a surrogate matches only when it has no partner.
const NOT_XML_CHAR = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const HAS_NOT_XML_CHAR = new RegExp(NOT_XML_CHAR.source, 'u');

// Names come from code, never from outside; this holds it. Prefixes are allowed for xml:lang and the like.
const XML_NAME = /^[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?$/u;

/** True when XML 1.0 can carry every character of `text`. */
export function isXmlText(text: string): boolean {
  return !HAS_NOT_XML_CHAR.test(text);
}

/** Replaces each character that XML 1.0 cannot carry by U+FFFD. */
export function xmlText(text: string): string {
  return isXmlText(text) ? text : text.replace(NOT_XML_CHAR, '\u{fffd}');
}

/**
 * Builds an element: the only way a stanza or a part of one is made. Text and attributes are cleaned of what XML
 * cannot carry (see {@link xmlText}), because one such character closes the component stream for every user.
 * White space in attributes becomes a space, as every XML parser would read it (XML 1.0, 3.3.3).
 * @throws ComponentError `invalid-stanza` for a name that is not an XML name.
 */
export function xml(
  name: string,
  attrs: Readonly<Record<string, AttributeValue>> = {},
  ...children: readonly Child[]
): Element {
  assertName(name);
  const clean: Record<string, string> = {};
  for (const [key, value] of Object.entries(attrs)) {
    if (value === undefined) continue;
    assertName(key);
    clean[key] = xmlText(String(value)).replace(/[\t\n\r]/g, ' ');
  }
  const element = createElement(name, clean);
  appendChildren(element, children);
  return element;
}

/** Appends to an element that exists, with the cleaning of {@link xml}. */
export function appendChildren(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === '') continue;
    if (typeof child === 'string') element.append(xmlText(child));
    else if (typeof child === 'number') element.append(String(child));
    else if (isChildList(child)) appendChildren(element, child);
    else element.append(child);
  }
}

/** A deep copy without parent; a part of a received stanza must be copied before it goes into another one. */
export function copyElement(element: Element): Element {
  const copy = createElement(element.name, { ...element.attrs });
  for (const child of element.children) copy.append(typeof child === 'string' ? child : copyElement(child));
  return copy;
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
  text?: string,
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

function assertName(name: string): void {
  if (!XML_NAME.test(name)) throw new ComponentError('invalid-stanza', 'not an XML name');
}
