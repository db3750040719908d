import { type Child, type Element, xml } from '../component/stanza.js';

/** What of a line is kept beside who said it and when. */
export interface StoredLine {
  /** The `id` of its stanzas. */
  readonly id: string;
  readonly occupantId: string | undefined;
  readonly origin: 'silc' | 'jabber';
  readonly payload: readonly Element[];
}

/** `[name, attributes, ...children]`, or text. */
type Node = string | readonly [string, Readonly<Record<string, string>>, ...unknown[]];

/** A line as octets: JSON, so that nothing has to be parsed as XML when it is read. */
export function encodeStoredLine({ id, occupantId, origin, payload }: StoredLine): Uint8Array {
  const fields = { id, occupantId, origin, payload: payload.map(nodeOf) };
  return new TextEncoder().encode(JSON.stringify(fields));
}

/** @returns undefined for octets that are no such line */
export function decodeStoredLine(octets: Uint8Array): StoredLine | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(new TextDecoder().decode(octets));
  } catch {
    return undefined;
  }
  if (!isRecord(fields) || typeof fields.id !== 'string' || !Array.isArray(fields.payload)) return undefined;
  const payload = fields.payload.filter(isNode).flatMap((node) => elementOf(node) ?? []);
  return {
    id: fields.id,
    occupantId: typeof fields.occupantId === 'string' ? fields.occupantId : undefined,
    origin: fields.origin === 'jabber' ? 'jabber' : 'silc',
    payload,
  };
}

function nodeOf(element: Element): Node {
  return [
    element.name,
    element.attrs,
    ...element.children.map((child) => (typeof child === 'string' ? child : nodeOf(child))),
  ];
}

function elementOf(node: Node): Element | undefined {
  if (typeof node === 'string') return undefined;
  const [name, attrs, ...children] = node;
  const inner = children
    .filter(isNode)
    .map((child): Child => (typeof child === 'string' ? child : elementOf(child)));
  return xml(name, attrs, inner);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isNode(value: unknown): value is Node {
  if (typeof value === 'string') return true;
  if (!Array.isArray(value)) return false;
  const [name, attrs] = value as readonly unknown[];
  return (
    typeof name === 'string' &&
    isRecord(attrs) &&
    Object.values(attrs).every((attribute) => typeof attribute === 'string')
  );
}
