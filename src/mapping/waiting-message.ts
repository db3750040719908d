import { type Element, xml } from '../component/stanza.js';
import { utf8 } from '../silc/bytes.js';
import { Namespace } from './namespaces.js';
import { elementOf, isNode, isRecord, jsonOf, nodeOf } from './stored-element.js';
import { text } from '../text/text.js';

/** A message that waits for its user. */
export interface WaitingMessage {
  /** Whoever can be answered. */
  readonly from: string;
  readonly id: string;
  readonly payload: readonly Element[];
}

/** A message as octets. */
export function encodeWaiting({ from, id, payload }: WaitingMessage): Uint8Array {
  return utf8(JSON.stringify({ from, id, payload: payload.map(nodeOf) }));
}

/** @returns undefined for octets that are no such message */
export function decodeWaiting(octets: Uint8Array): WaitingMessage | undefined {
  const fields = jsonOf(octets);
  if (!isRecord(fields) || !Array.isArray(fields.payload)) return undefined;
  const { from, id } = fields;
  if (typeof from !== 'string' || typeof id !== 'string') return undefined;
  return { from, id, payload: fields.payload.filter(isNode).flatMap((node) => elementOf(node) ?? []) };
}

/** A message that has waited, with the time at which it came (XEP-0203). */
export function delayedMessage(
  { from, id, payload }: WaitingMessage,
  to: string,
  gateway: string,
  at: Date,
): Element {
  const stamp = at.toISOString();
  return xml(
    'message',
    { from, to, id, type: 'chat' },
    payload,
    xml('delay', { xmlns: Namespace.delay, from: gateway, stamp }),
  );
}

/** What a user who was away is told of a line in a room that has the user's nickname in it. @param uri of the room */
export function mentionPayload(name: string, room: string, said: string): readonly Element[] {
  return [
    xml(
      'body',
      {},
      text(({ people }) => people.mentioned(name, room, said)),
    ),
    xml('silc', { xmlns: Namespace.silcMessage, kind: 'mention' }),
  ];
}

/** What a user is told for whom no more could be kept. */
export function fullPayload(most: number): readonly Element[] {
  return [
    xml(
      'body',
      {},
      text(({ people }) => people.keptNoMore(most)),
    ),
    xml('silc', { xmlns: Namespace.silcMessage, kind: 'gap' }),
  ];
}

const WORD = /[\p{L}\p{N}\p{M}_]/u;

/** Whether a text has a nickname in it as a word of its own, whatever its case. */
export function mentions(line: string, nickname: string): boolean {
  const [folded, wanted] = [line.toLowerCase(), nickname.toLowerCase()];
  if (wanted === '') return false;
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    const [before, after] = [
      folded.slice(0, at).slice(-2),
      folded.slice(at + wanted.length, at + wanted.length + 2),
    ];
    if (!WORD.test(before.at(-1) ?? ' ') && !WORD.test(after[0] ?? ' ')) return true;
  }
  return false;
}
