import type { Actor, SessionEvent, SessionEventOf } from '../../../silc/client/types.js';
import type { Item, JsonObject } from '../item.js';
import type { People } from '../people.js';

export type EventType = SessionEvent['type'];

/** What an event is to the reader, but for its type, which is the event's. */
export type Told = Omit<Item, 'type'>;

/** How events of these types are told. Every event has a row: the compiler sees to it. */
export type Rows<Types extends EventType> = {
  readonly [T in Types]: (event: SessionEventOf<T>, people: People) => Told;
};

export function note(text: string, fields: JsonObject): Told {
  return { fields, lines: [`-!- ${text}`], tone: 'quiet' };
}

export function byText(actor: Actor, people: People): string {
  return actor === undefined ? '' : ` by ${people.label(actor)}`;
}
