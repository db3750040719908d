import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/** What a room says when nobody on the gateway could hear its channel for a while. Times are UTC. */
export function gapNotice(room: string, id: string, since: Date, until: Date): Element {
  const text =
    `The link to the SILC network was down from ${clock(since)} to ${clock(until)} UTC. ` +
    'What SILC users said on this channel in that time is missing here.';
  return xml(
    'message',
    { from: room, id, type: 'groupchat' },
    xml('body', {}, text),
    xml('silc', {
      xmlns: Namespace.silcMessage,
      kind: 'gap',
      since: since.toISOString(),
      until: until.toISOString(),
    }),
  );
}

const clock = (at: Date): string => at.toISOString().slice(11, 19);

/** What the gateway says when private messages found no room. */
export function droppedNotice(gateway: string, to: string, id: string, count: number): Element {
  const text = `${count} private message(s) to you came faster than they could be passed on, and are lost.`;
  return xml(
    'message',
    { from: gateway, to, id, type: 'chat' },
    xml('body', {}, text),
    xml('silc', { xmlns: Namespace.silcMessage, kind: 'gap' }),
  );
}
