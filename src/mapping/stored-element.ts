import { type Child, ComponentError, type Element, xml } from '../component/stanza.js';

/** `[name, attributes, ...children]`, or text. */
export type Node = string | readonly [string, Readonly<Record<string, string>>, ...unknown[]];

export function nodeOf(element: Element): Node {
  return [
    element.name,
    element.attrs,
    ...element.children.map((child) => (typeof child === 'string' ? child : nodeOf(child))),
  ];
}

/** @returns undefined for text, and for names that no element has */
export function elementOf(node: Node): Element | undefined {
  if (typeof node === 'string') return undefined;
  const [name, attrs, ...children] = node;
  const inner = children
    .filter(isNode)
    .map((child): Child => (typeof child === 'string' ? child : elementOf(child)));
  try {
    return xml(name, attrs, inner);
  } catch (error) {
    if (error instanceof ComponentError) return undefined;
    throw error;
  }
}

/** The value that octets are in JSON; undefined where they are none. */
export function jsonOf(octets: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(octets));
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function isNode(value: unknown): value is Node {
  if (typeof value === 'string') return true;
  if (!Array.isArray(value)) return false;
  const [name, attrs] = value as readonly unknown[];
  return (
    typeof name === 'string' &&
    isRecord(attrs) &&
    Object.values(attrs).every((attribute) => typeof attribute === 'string')
  );
}
