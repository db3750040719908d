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

/** What a room says to clients of a gateway that has crashed: nobody knows what they said to it at the end. */
export function crashNotice(room: string, id: string, since: Date, until: Date): Element {
  const text =
    `The gateway broke down and was away from ${clock(since)} to ${clock(until)} UTC. ` +
    'What you said here in that time may be lost.';
  return xml(
    'message',
    { from: room, id, type: 'groupchat' },
    xml('body', {}, text),
    xml('silc', { xmlns: Namespace.silcMessage, kind: 'crash' }),
  );
}

const clock = (at: Date): string => at.toISOString().slice(11, 19);

/** What the gateway says when private messages found no room. */
export function droppedNotice(gateway: string, to: string, id: string, count: number): Element {
  const text = `${count} private message(s) to you came faster than they could be passed on, and are lost.`;
  return notice(gateway, to, id, text);
}

/** Messages by sender's address; under the empty one those of further senders. */
export type MissedSenders = ReadonlyMap<string, number>;

/** What the gateway says of private messages that were on their way when the link to the Jabber server broke, or waited too long for it. */
export function missedNotice(gateway: string, to: string, id: string, senders: MissedSenders): Element {
  const count = [...senders.values()].reduce((sum, one) => sum + one, 0);
  const from = [...senders].map(([sender, one]) => `${one} from ${sender === '' ? 'others' : sender}`);
  const text = `${count} private message(s) to you may be missing here: ${from.join(', ')}. Ask for them again.`;
  return notice(gateway, to, id, text);
}

/** What the gateway says to who writes private messages, after a break of the link to the Jabber server. */
export function lostNotice(gateway: string, to: string, id: string, since: Date, until: Date): Element {
  const text =
    `The link to your Jabber server was broken from ${clock(since)} to ${clock(until)} UTC. ` +
    'Private messages that you sent in that time may be lost.';
  return notice(gateway, to, id, text);
}

function notice(gateway: string, to: string, id: string, text: string): Element {
  return xml(
    'message',
    { from: gateway, to, id, type: 'chat' },
    xml('body', {}, text),
    xml('silc', { xmlns: Namespace.silcMessage, kind: 'gap' }),
  );
}
