import type { Element } from '../component/stanza.js';
import { elementOf, isNode, isRecord, jsonOf, nodeOf } from './stored-element.js';

/** What of a line is kept beside who said it and when. */
export interface StoredLine {
  /** The `id` of its stanzas. */
  readonly id: string;
  readonly occupantId: string | undefined;
  readonly origin: 'silc' | 'jabber';
  readonly payload: readonly Element[];
}

/** A line as octets: JSON, so that nothing has to be parsed as XML when it is read. */
export function encodeStoredLine({ id, occupantId, origin, payload }: StoredLine): Uint8Array {
  const fields = { id, occupantId, origin, payload: payload.map(nodeOf) };
  // Many small pieces of memory cost more than the rest of it: this one shares.
  return Buffer.from(JSON.stringify(fields), 'utf8');
}

/** @returns undefined for octets that are no such line */
export function decodeStoredLine(octets: Uint8Array): StoredLine | undefined {
  const fields = jsonOf(octets);
  if (!isRecord(fields) || typeof fields.id !== 'string' || !Array.isArray(fields.payload)) return undefined;
  const payload = fields.payload.filter(isNode).flatMap((node) => elementOf(node) ?? []);
  return {
    id: fields.id,
    occupantId: typeof fields.occupantId === 'string' ? fields.occupantId : undefined,
    origin: fields.origin === 'jabber' ? 'jabber' : 'silc',
    payload,
  };
}
