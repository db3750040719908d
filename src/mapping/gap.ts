import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';
import { type AnyText, text } from '../text/text.js';

/** What a room says when nobody on the gateway could hear its channel for a while. Times are UTC. */
export function gapNotice(room: string, id: string, since: Date, until: Date): Element {
  return xml(
    'message',
    { from: room, id, type: 'groupchat' },
    xml(
      'body',
      {},
      text(({ history }) => history.gap(clock(since), clock(until))),
    ),
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
  const said = text(({ history }) => history.crash(clock(since), clock(until)));
  return xml(
    'message',
    { from: room, id, type: 'groupchat' },
    xml('body', {}, said),
    xml('silc', { xmlns: Namespace.silcMessage, kind: 'crash' }),
  );
}

const clock = (at: Date): string => at.toISOString().slice(11, 19);

/** What the gateway says when private messages found no room. */
export function droppedNotice(gateway: string, to: string, id: string, count: number): Element {
  return notice(
    gateway,
    to,
    id,
    text(({ history }) => history.dropped(count)),
  );
}

/** Messages by sender's address; under the empty one those of further senders. */
export type MissedSenders = ReadonlyMap<string, number>;

/** What the gateway says of private messages that were on their way when the link to the Jabber server broke, or waited too long for it. */
export function missedNotice(gateway: string, to: string, id: string, senders: MissedSenders): Element {
  const count = [...senders.values()].reduce((sum, one) => sum + one, 0);
  const said = text(({ history }) => {
    const from = [...senders].map(([sender, one]) => history.missedFrom(one, sender));
    return history.missed(count, from.join(', '));
  });
  return notice(gateway, to, id, said);
}

/** What the gateway says to who writes private messages, after a break of the link to the Jabber server. */
export function lostNotice(gateway: string, to: string, id: string, since: Date, until: Date): Element {
  return notice(
    gateway,
    to,
    id,
    text(({ history }) => history.lost(clock(since), clock(until))),
  );
}

function notice(gateway: string, to: string, id: string, said: AnyText): Element {
  return xml(
    'message',
    { from: gateway, to, id, type: 'chat' },
    xml('body', {}, said),
    xml('silc', { xmlns: Namespace.silcMessage, kind: 'gap' }),
  );
}
