import type { SessionEvent, SessionEventOf } from '../../../silc/client/types.js';
import { errorText } from '../error-text.js';
import { channelFields } from '../fields.js';
import type { Item } from '../item.js';
import type { People } from '../people.js';
import { linesOf } from '../visible.js';
import { channelRows } from './channels.js';
import { messageRows } from './messages.js';
import { peopleRows } from './people.js';
import { note, type EventType, type Rows, type Told } from './row.js';

const text = ({ text }: { readonly text: string }): Told => ({
  fields: { text },
  lines: linesOf(text).map((line) => `-!- ${line}`),
  tone: 'quiet',
});

const rows: Rows<EventType> = {
  ...messageRows,
  ...channelRows,
  ...peopleRows,
  'server-notice': text,
  motd: text,
  rekeyed: () => note('new session keys are in use', {}),
  resumed: ({ channels, lost, unshared }) => {
    const names = channels.map(({ name }) => name).join(' ') || 'none';
    const gone = lost.length === 0 ? '' : `; no longer on ${lost.join(' ')}`;
    const mute =
      unshared.length === 0
        ? ''
        : `; unreadable until they have new keys: ${unshared.map(({ name }) => name).join(' ')}`;
    return note(`resumed; channels: ${names}${gone}${mute}`, {
      channels: channels.map(channelFields),
      lost,
      unshared: unshared.map(channelFields),
    });
  },
  closed: ({ error }) => ({
    fields: { error: error && errorText(error), code: error?.code },
    lines: [error === undefined ? 'disconnected' : `disconnected: ${errorText(error)}`],
    tone: error === undefined ? 'quiet' : 'bad',
    aside: true,
  }),
};

/** Types of all events. */
export const eventTypes: readonly string[] = Object.keys(rows);

/** What an event of a session is to the reader. */
export function describeEvent(event: SessionEvent, people: People): Item {
  return { type: event.type, ...tell(event.type, event, people) };
}

function tell<T extends EventType>(type: T, event: SessionEventOf<T>, people: People): Told {
  return rows[type](event, people);
}
