import pc from 'picocolors';
import type { Element } from '../component/stanza.js';
import type { SessionEvent, SilcSession } from '../silc/client/types.js';
import { isFrom, type JabberClient } from './jabber-client.js';
import type { Mailbox } from './mailbox.js';

/** Who speaks, in colour where standard output is a terminal. */
const ALICE = pc.cyan('alice   (Jabber)  ');
const BOB = pc.yellow('bob     (SILC)    ');

export interface Meeting {
  readonly jabber: JabberClient;
  readonly silc: SilcSession;
  readonly silcEvents: Mailbox<SessionEvent>;
  /** JID of the room, and name of the channel that it is. */
  readonly room: string;
  readonly channel: string;
  /** JID of the SILC user. */
  readonly silcUser: string;
  readonly print: (line: string) => void;
}

/** Two people meet in a channel, each with the own client. Every line is awaited on the other side. @throws Error when one does not arrive. */
export async function converse(meeting: Meeting): Promise<void> {
  const { jabber, silc, room, silcUser } = meeting;
  const { channel } = await silc.join(meeting.channel);
  meeting.print(`${BOB}joins the channel ${meeting.channel}`);
  await jabber.join(room);
  meeting.print(`${ALICE}joins the room ${room}`);
  const arrival = await silcSees(meeting, 'alice coming in', (event) =>
    event.type === 'member-joined' ? event : undefined,
  );
  const alice = arrival.member.user;

  jabber.setSubject(room, 'Two networks, one table');
  await silcSees(meeting, 'the topic', (event) =>
    event.type === 'topic-changed' && event.topic === 'Two networks, one table' ? event : undefined,
  );
  meeting.print(`${ALICE}sets the topic: Two networks, one table`);

  await fromJabber(meeting, 'Hello bob! I am on Jabber, you are on SILC.', 'text');
  await fromSilc(meeting, 'Hi alice. 你好, grüß dich, 👋 – every character arrives.');
  await fromJabber(meeting, '/me waves', 'action');
  await silc.say(channel.id, 'waves back', { kind: 'action' });
  await jabberSees(meeting, '/me waves back', room);
  meeting.print(`${BOB}* waves back`);

  jabber.tell(silcUser, 'Just between us: this is a private message.');
  await silcSees(meeting, 'the private message', (event) =>
    event.type === 'private-message' && event.message.text === 'Just between us: this is a private message.'
      ? event
      : undefined,
  );
  meeting.print(`${ALICE}-> bob: Just between us: this is a private message.`);
  await silc.tell(alice.clientId, 'And the answer comes back to your client.');
  await jabberSees(meeting, 'And the answer comes back to your client.', silcUser);
  meeting.print(`${BOB}-> alice: And the answer comes back to your client.`);
}

async function fromJabber(meeting: Meeting, line: string, kind: 'text' | 'action'): Promise<void> {
  meeting.jabber.say(meeting.room, line);
  const text = kind === 'action' ? line.replace(/^\/me /, '') : line;
  await silcSees(meeting, `"${line}"`, (event) =>
    event.type === 'channel-message' && event.message.kind === kind && event.message.text === text
      ? event
      : undefined,
  );
  meeting.print(`${ALICE}${kind === 'action' ? '* ' : ''}${text}`);
}

async function fromSilc(meeting: Meeting, line: string): Promise<void> {
  const channel = meeting.silc.channelByName(meeting.channel);
  if (channel === undefined) throw new Error('bob is no longer on the channel');
  await meeting.silc.say(channel.id, line);
  await jabberSees(meeting, line, meeting.room);
  meeting.print(`${BOB}${line}`);
}

async function silcSees<Wanted extends SessionEvent>(
  { silcEvents }: Meeting,
  what: string,
  pick: (event: SessionEvent) => Wanted | undefined,
): Promise<Wanted> {
  const event = pick(
    await silcEvents.take(`bob to see ${what}`, (candidate) => pick(candidate) !== undefined),
  );
  if (event === undefined) throw new Error(`bob did not see ${what}`);
  return event;
}

function jabberSees({ jabber }: Meeting, body: string, from: string): Promise<Element> {
  return jabber.received.take(
    `alice to see "${body}"`,
    (stanza) => stanza.is('message') && stanza.getChildText('body') === body && isFrom(stanza, from),
  );
}
