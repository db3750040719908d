import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/types.js';
import { ChannelMode, ChannelUserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { SilcCommandError } from '../../src/silc/errors.js';
import { type FakeChannel, type FakeUser, someone } from './support/fake-silc.js';
import { expectStanzas, outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const DESK = 'alice@jabber.test/desk';
const CAROL = 'carol@jabber.test/x';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Alice with one client in a room with Bob. */
async function meeting(): Promise<{ world: World; bob: FakeUser; channel: FakeChannel }> {
  const world = await World.start();
  const bob = someone('Bob');
  const channel = world.silc.channel('silc', [[bob, ChannelUserMode.founder | ChannelUserMode.operator]]);
  await world.join(ALICE, 'silc', 'alice');
  return { world, bob, channel };
}

describe('leaving', () => {
  it('tells the client that leaves, and SILC only when it was the last one', async () => {
    const { world } = await meeting();
    await world.join(ALICE, 'other', 'alice');
    await world.join(DESK, 'silc', 'alice');
    const leave = (full: string) =>
      world.receive(`<presence from='${full}' to='silc@gw.test/alice' type='unavailable'/>`);
    expect(outlines(await leave(ALICE))).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/none 110`,
    ]);
    expect(world.silc.session.log).not.toContain('leave silc');
    expect(outlines(await leave(DESK))).toEqual([
      `presence unavailable silc@gw.test/alice>${DESK} none/none 110`,
    ]);
    expect(world.silc.session.log.at(-1)).toBe('leave silc');
  });

  it('comes on SILC after what was said before, also when all of it is asked at once', async () => {
    const { world } = await meeting();
    const { log } = world.silc.session;
    const message = (to: string, type: string) =>
      `<message from='${ALICE}' to='${to}' type='${type}' id='m'><body>bye</body></message>`;
    world.link.receive(message('silc@gw.test', 'groupchat'));
    world.link.receive(message('silc@gw.test/Bob', 'chat'));
    world.link.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    expect(outlines(await world.settle())).toEqual([
      `message groupchat silc@gw.test/alice>${ALICE} body=bye`,
      `presence unavailable silc@gw.test/alice>${ALICE} none/none 110`,
    ]);
    expect(log.slice(-3)).toEqual(['say text bye', 'tell Bob bye', 'leave silc']);
  });

  it('quits SILC when the last room is left, and connects anew for the next join', async () => {
    const { world } = await meeting();
    const { log } = world.silc.session;
    await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    expect(log.at(-1)).toBe('quit');
    expect(outlines(await world.join(ALICE, 'silc', 'alice'))).toHaveLength(3);
    expect(world.silc.connects).toBe(2);
  });

  it('waits with a new connection until the old one is off the network: nobody meets their own ghost', async () => {
    const { world } = await meeting();
    let off = (): void => {};
    world.silc.quitGate = new Promise((resolve) => (off = resolve));
    await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    expect(await world.join(ALICE, 'silc', 'alice')).toEqual([]);
    expect(world.silc.connects).toBe(1);
    off();
    expect(outlines(await world.settle())).toEqual([
      `presence silc@gw.test/Bob>${ALICE} owner/moderator`,
      `presence silc@gw.test/alice>${ALICE} none/participant 110`,
      `message groupchat silc@gw.test>${ALICE} subject=`,
    ]);
  });

  it('leaves every room with a client that becomes unavailable to the gateway', async () => {
    const { world } = await meeting();
    await world.join(ALICE, 'other', 'alice');
    const sent = await world.receive(`<presence from='${ALICE}' to='gw.test' type='unavailable'/>`);
    expect(outlines(sent)).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/none 110`,
      `presence unavailable other@gw.test/alice>${ALICE} owner/none 110`,
    ]);
  });

  it('joins again after LEAVE when a client asks meanwhile', async () => {
    const { world } = await meeting();
    await world.join(ALICE, 'other', 'alice');
    world.link.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    const sent = await world.join(ALICE, 'silc', 'alice');
    expect(outlines(sent).at(-2)).toBe(`presence silc@gw.test/alice>${ALICE} none/participant 110`);
    expect(world.silc.session.log.slice(-3)).toEqual(['join other', 'leave silc', 'join silc']);
  });

  it.each([
    'gone',
    'item-not-found',
    'recipient-unavailable',
    'remote-server-not-found',
    'service-unavailable',
  ])('removes a client whose messages come back with %s', async (condition) => {
    const { world } = await meeting();
    const { log } = world.silc.session;
    await world.receive(
      `<message from='${ALICE}' to='silc@gw.test/Bob' type='error'><body>x</body><error type='cancel'>
           <${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    expect(log.at(-1)).toBe('quit');
  });

  it('keeps a client that only refuses a message', async () => {
    const { world } = await meeting();
    await world.receive(
      `<message from='${ALICE}' to='silc@gw.test' type='error'><error type='modify'>
         <not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    expect(world.silc.session.log.at(-1)).toBe('join silc');
  });
});

describe('what happens on the channel', () => {
  it('shows who comes and goes, to every client', async () => {
    const { world, channel } = await meeting();
    await world.join(DESK, 'silc', 'alice');
    const dora = someone('Dora');
    world.silc.enter(channel, dora);
    world.silc.exit(channel, dora, { kind: 'leave' });
    expect(outlines(await world.settle())).toEqual([
      `presence silc@gw.test/Dora>${ALICE} none/participant`,
      `presence silc@gw.test/Dora>${DESK} none/participant`,
      `presence unavailable silc@gw.test/Dora>${ALICE} none/none`,
      `presence unavailable silc@gw.test/Dora>${DESK} none/none`,
    ]);
  });

  it('tells a signoff with its text and a lost server', async () => {
    const { world, bob, channel } = await meeting();
    const dora = someone('Dora');
    world.silc.enter(channel, dora);
    await world.settle();
    world.silc.exit(channel, bob, { kind: 'signoff', message: 'Good night' });
    world.silc.exit(channel, dora, { kind: 'server-signoff' });
    const sent = await world.settle();
    expect(outlines(sent)).toEqual([
      `presence unavailable silc@gw.test/Bob>${ALICE} owner/none`,
      `presence unavailable silc@gw.test/Dora>${ALICE} none/none`,
    ]);
    expect(sent[0]?.getChildText('status')).toBe('Good night');
  });

  it('shows a kick with actor and reason', async () => {
    const { world, bob, channel } = await meeting();
    const dora = someone('Dora');
    world.silc.enter(channel, dora);
    const [arrival] = await world.settle();
    const id = arrival?.getChild('occupant-id')?.attrs.id ?? '';
    world.silc.exit(channel, dora, { kind: 'kicked', comment: 'noise', by: bob });
    expectStanzas(
      await world.settle(),
      `<presence from='silc@gw.test/Dora' to='${ALICE}' type='unavailable'>
         <x xmlns='http://jabber.org/protocol/muc#user'>
           <item affiliation='none' role='none'><actor nick='Bob'/><reason>noise</reason></item>
           <status code='307'/>
         </x>
         <occupant-id xmlns='urn:xmpp:occupant-id:0' id='${id}'/>
       </presence>`,
    );
  });

  it('says 333 to a user whom the server no longer lists on the channel', async () => {
    const { world, channel } = await meeting();
    world.silc.exit(channel, world.silc.session.self, { kind: 'vanished' });
    expect(outlines(await world.settle())).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/none 333,110`,
    ]);
  });

  it.each(['kicked', 'killed'] as const)('removes every client of a user who is %s', async (kind) => {
    const { world, bob, channel } = await meeting();
    await world.join(DESK, 'silc', 'alice');
    world.silc.exit(channel, world.silc.session.self, { kind, comment: 'out', by: bob });
    expect(outlines(await world.settle())).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/none 307,110`,
      `presence unavailable silc@gw.test/alice>${DESK} none/none 307,110`,
    ]);
    expect(outlines(await world.join(ALICE, 'silc', 'alice')).at(-1)).toContain('subject=');
  });

  it('shows a change of nickname as 303 and a new presence', async () => {
    const { world, bob } = await meeting();
    world.silc.rename(bob, 'Robert');
    const sent = await world.settle();
    expect(outlines(sent)).toEqual([
      `presence unavailable silc@gw.test/Bob>${ALICE} owner/moderator 303`,
      `presence silc@gw.test/Robert>${ALICE} owner/moderator`,
    ]);
    expect(sent[0]?.getChild('x')?.getChild('item')?.attrs.nick).toBe('Robert');
  });

  it('shows new rights as a new role and affiliation, only when they differ', async () => {
    const { world, channel } = await meeting();
    const { self } = world.silc.session;
    world.silc.setMode(channel, self, ChannelUserMode.operator);
    world.silc.setMode(channel, self, ChannelUserMode.operator | ChannelUserMode.blockMessages);
    world.silc.setMode(channel, self, ChannelUserMode.quiet);
    expect(outlines(await world.settle())).toEqual([
      `presence silc@gw.test/alice>${ALICE} admin/moderator 110`,
      `presence silc@gw.test/alice>${ALICE} none/visitor 110`,
    ]);
  });

  it('tells changed channel modes with 104 and the roles that follow from them', async () => {
    const { world, channel } = await meeting();
    channel.mode = ChannelMode.silenceUsers;
    world.silc.tellChannel(channel, { type: 'channel-mode-changed', channel, oldMode: 0, by: undefined });
    expect(outlines(await world.settle())).toEqual([
      `presence silc@gw.test/alice>${ALICE} none/visitor 110`,
      `message groupchat silc@gw.test>${ALICE} 104`,
    ]);
  });

  it('shows somebody whose name is found late, and first under a stand-in when they speak before', async () => {
    const { world, channel } = await meeting();
    const ghost = someone(undefined);
    world.silc.enter(channel, ghost);
    expect(await world.settle()).toEqual([]);
    world.silc.say(channel, ghost, world.silc.message('boo'));
    const [presence, message] = outlines(await world.settle());
    expect(presence).toMatch(/^presence silc@gw\.test\/\?[0-9a-f]{4}>/);
    expect(message).toMatch(/^message groupchat silc@gw\.test\/\?[0-9a-f]{4}>.* body=boo$/);
    ghost.nickname = 'Casper';
    world.silc.session.emit({ type: 'user-resolved', user: ghost });
    expect(outlines(await world.settle())).toEqual([
      expect.stringMatching(/^presence unavailable silc@gw\.test\/\?[0-9a-f]{4}>.* 303$/),
      `presence silc@gw.test/Casper>${ALICE} none/participant`,
    ]);
  });
});

describe("one's own nickname", () => {
  it('changes in every room, with 303 and 110', async () => {
    const { world } = await meeting();
    await world.join(ALICE, 'other', 'alice');
    const sent = await world.receive(`<presence from='${ALICE}' to='silc@gw.test/Al'/>`);
    expect(outlines(sent)).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/participant 303,110`,
      `presence silc@gw.test/Al>${ALICE} none/participant 110`,
      `presence unavailable other@gw.test/alice>${ALICE} owner/moderator 303,110`,
      `presence other@gw.test/Al>${ALICE} owner/moderator 110`,
    ]);
  });

  it('is refused with the error of the server, to the client that asked', async () => {
    const { world } = await meeting();
    world.silc.session.refusals.set('nick', new SilcCommandError(4, Status.badNickname, 'bad'));
    expect(outlines(await world.receive(`<presence from='${ALICE}' to='silc@gw.test/Al'/>`))).toEqual([
      `presence error silc@gw.test/Al>${ALICE} modify/jid-malformed`,
    ]);
  });

  it('stays as it is on presence that names it again, which says how available its user is', async () => {
    const { world } = await meeting();
    const away = `<presence from='${ALICE}' to='silc@gw.test/alice'><show>away</show></presence>`;
    const sent = await world.receive(away);
    expect(outlines(sent)).toEqual([`presence silc@gw.test/alice>${ALICE} none/participant 110`]);
    expect(sent[0]?.getChildText('show')).toBe('away');
    expect(world.silc.session.log).toEqual(['join silc', 'umode {"set":8,"clear":84}']);
    // What is so already is told nobody.
    expect(await world.receive(away)).toEqual([]);
  });

  it('is not told everybody without bounds how available its user is: the newest counts', async () => {
    const { world } = await meeting();
    const told: Element[] = [];
    for (let count = 0; count < 30; count++) {
      const status = `<status>${count}</status>`;
      told.push(
        ...(await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice'>${status}</presence>`)),
      );
    }
    expect(told.length).toBeLessThan(12);
    expect(told.length).toBeGreaterThan(8);
  });
});

describe('messages', () => {
  const say = (world: World, full: string, inner: string, id = 'm1') =>
    world.receive(`<message from='${full}' to='silc@gw.test' type='groupchat' id='${id}'>${inner}</message>`);

  it('reflects to all clients of the sender, with the id, and gives every user of the gateway the same stanza id', async () => {
    const { world } = await meeting();
    await world.join(DESK, 'silc', 'alice');
    await world.join(CAROL, 'silc', 'carol');
    world.link.take();
    const sent = await say(world, ALICE, '<body>Hello</body>');
    const ids = sent.map((stanza) => stanza.getChild('stanza-id')?.attrs);
    expect(outlines(sent).sort()).toEqual(
      [
        `message groupchat silc@gw.test/alice>${ALICE} body=Hello`,
        `message groupchat silc@gw.test/alice>${CAROL} body=Hello`,
        `message groupchat silc@gw.test/alice>${DESK} body=Hello`,
      ].sort(),
    );
    expect(new Set(ids.map((attrs) => attrs?.id)).size).toBe(1);
    expect(ids[0]?.by).toBe('silc@gw.test');
    const own = sent.filter((stanza) => stanza.attrs.to !== CAROL).map((stanza) => stanza.attrs.id);
    expect(own).toEqual(['m1', 'm1']);
    expect(world.silc.sessions[0]?.log.at(-1)).toBe('say text Hello');
  });

  it('passes origin ids on and strips forged stanza ids, occupant ids and room notices', async () => {
    const { world } = await meeting();
    const [reflection] = await say(
      world,
      ALICE,
      `<body>x</body><origin-id xmlns='urn:xmpp:sid:0' id='o'/>
       <stanza-id xmlns='urn:xmpp:sid:0' by='silc@gw.test' id='forged'/>
       <stanza-id xmlns='urn:xmpp:sid:0' by='alice@jabber.test' id='hers'/>
       <occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/>
       <x xmlns='http://jabber.org/protocol/muc#user'><status code='332'/></x>`,
    );
    expect(reflection?.toString()).not.toContain('forged');
    expect(reflection?.toString()).not.toMatch(/code=["']332/);
    expect(reflection?.getChild('origin-id')?.attrs.id).toBe('o');
    expect(reflection?.getChildren('stanza-id').map(({ attrs }) => attrs.by)).toEqual([
      'alice@jabber.test',
      'silc@gw.test',
    ]);
  });

  it('maps /me to an action and back', async () => {
    const { world, bob, channel } = await meeting();
    await say(world, ALICE, '<body>/me waves</body>');
    expect(world.silc.session.log.at(-1)).toBe('say action waves');
    world.silc.say(channel, bob, world.silc.message('nods', { kind: 'action' }));
    expect(outlines(await world.settle())).toEqual([
      `message groupchat silc@gw.test/Bob>${ALICE} body=/me nods`,
    ]);
  });

  it('carries text exactly and replaces only what XML cannot carry', async () => {
    const { world, bob, channel } = await meeting();
    const text = ' two  blanks\n\ttab 😀 <&> \u0000\u0007\ufffe ';
    world.silc.say(channel, bob, world.silc.message(text));
    const [message] = await world.settle();
    expect(message?.getChildText('body')).toBe(' two  blanks\n\ttab 😀 <&> \ufffd\ufffd\ufffd ');
    await say(world, ALICE, '<body> two  blanks\n\ttab 😀 &lt;&amp;&gt; </body>');
    expect(world.silc.session.log.at(-1)).toBe('say text  two  blanks\n\ttab 😀 <&> ');
  });

  it('marks a notice, with a form for clients that know nothing of it', async () => {
    const { world, bob, channel } = await meeting();
    world.silc.say(
      channel,
      bob,
      world.silc.message('maintenance', { kind: 'notice', signature: 'verified' }),
    );
    const [message] = await world.settle();
    expect(message?.getChildText('body')).toBe('[notice] maintenance');
    expect(message?.getChild('silc', 'urn:silc-xmpp-gateway:message:0')?.attrs).toMatchObject({
      kind: 'notice',
      signature: 'verified',
    });
    await say(world, ALICE, message?.getChildElements().map(String).join('') ?? '');
    expect(world.silc.session.log.at(-1)).toBe('say notice maintenance');
  });

  it('refuses the message of somebody who is not in the room', async () => {
    const { world } = await meeting();
    expect(outlines(await say(world, DESK, '<body>x</body>'))).toEqual([
      `message error silc@gw.test>${DESK} body=x modify/not-acceptable`.replace(' body=x', ''),
    ]);
  });

  it('refuses a message beyond 64,000 octets with a text, and sends nothing', async () => {
    const { world } = await meeting();
    const [error] = await say(world, ALICE, `<body>${'ä'.repeat(32_001)}</body>`);
    expect(outlines(error === undefined ? [] : [error])).toEqual([
      `message error silc@gw.test>${ALICE} modify/not-acceptable`,
    ]);
    expect(error?.getChild('error')?.getChildText('text')).toContain('64002');
    expect(world.silc.session.log).toEqual(['join silc']);
    await say(world, ALICE, `<body>${'ä'.repeat(32_000)}</body>`);
    expect(world.silc.session.log).toHaveLength(2);
  });

  it('refuses the message of the silenced, which SILC would drop without a word', async () => {
    const { world, channel } = await meeting();
    world.silc.setMode(channel, world.silc.session.self, ChannelUserMode.quiet);
    await world.settle();
    expect(outlines(await say(world, ALICE, '<body>x</body>'))).toEqual([
      `message error silc@gw.test>${ALICE} auth/forbidden`,
    ]);
  });

  it.each([['<body/>'], ['<thread>t</thread>'], ['']])(
    'ignores a message that says nothing: %s',
    async (inner) => {
      const { world } = await meeting();
      expect(await say(world, ALICE, inner)).toEqual([]);
      expect(world.silc.session.log).toEqual(['join silc']);
    },
  );

  it.each([
    ["<composing xmlns='http://jabber.org/protocol/chatstates'/>"],
    ["<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>"],
  ])('shows local users what tells nothing to SILC: %s', async (inner) => {
    const { world } = await meeting();
    await world.join(CAROL, 'silc', 'carol');
    world.link.take();
    const sent = await say(world, ALICE, inner);
    expect(outlines(sent).sort()).toEqual([
      `message groupchat silc@gw.test/alice>${ALICE}`,
      `message groupchat silc@gw.test/alice>${CAROL}`,
    ]);
    for (const stanza of sent) expect(inner).toContain(stanza.getChildElements()[0]?.getNS());
    expect(world.silc.sessions[0]?.log).toEqual(['join silc']);
  });

  it('shows local users what SILC has no form for, and tells the author once that SILC users do not see it', async () => {
    const { world } = await meeting();
    await world.join(CAROL, 'silc', 'carol');
    world.link.take();
    const omemo =
      "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>eA==</payload></encrypted>" +
      "<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/>" +
      '<body>I sent you an encrypted message</body>';
    const lines = outlines(await say(world, ALICE, omemo));
    expect(lines.slice(0, 2).sort()).toEqual([
      `message groupchat silc@gw.test/alice>${ALICE} body=I sent you an encrypted message`,
      `message groupchat silc@gw.test/alice>${CAROL} body=I sent you an encrypted message`,
    ]);
    expect(lines.slice(2)).toEqual([
      expect.stringMatching(/^message groupchat silc@gw\.test>alice\S+ body=SILC cannot carry/),
    ]);
    expect(outlines(await say(world, ALICE, omemo, 'm2'))).toHaveLength(2);
    expect(world.silc.sessions[0]?.log).toEqual(['join silc']);
  });

  it('keeps the order of lines for all and lines for local users only', async () => {
    const { world } = await meeting();
    world.link.receive(
      `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='1'><body>one</body></message>`,
    );
    world.link.receive(
      `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='2'><active xmlns='http://jabber.org/protocol/chatstates'/></message>`,
    );
    world.link.receive(
      `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='3'><body>two</body></message>`,
    );
    const sent = await world.settle();
    expect(sent.map(({ attrs }) => attrs.id)).toEqual(['1', '2', '3']);
  });

  it('tells once that the messages of a channel cannot be read, until one can', async () => {
    const { world, bob, channel } = await meeting();
    const unreadable = {
      type: 'channel-message-undecryptable',
      channel,
      senderId: bob.clientId,
      reason: 'no-private-key',
      digest: 'unreadable',
    } as const;
    for (let n = 0; n < 3; n++) world.silc.session.emit(unreadable);
    const told = outlines(await world.settle());
    expect(told).toEqual([
      expect.stringContaining(`message groupchat silc@gw.test>${ALICE} body=Messages on`),
    ]);
    world.silc.say(channel, bob, world.silc.message('readable'));
    world.silc.session.emit(unreadable);
    expect(outlines(await world.settle())).toEqual([
      `message groupchat silc@gw.test/Bob>${ALICE} body=readable`,
      ...told,
    ]);
    // A client that comes has not been told.
    await world.join(DESK, 'silc', 'alice');
    world.silc.session.emit(unreadable);
    expect(outlines(await world.settle()).at(-1)).toContain(`>${DESK} body=Messages on`);
    world.silc.say(channel, bob, world.silc.message('readable at last'));
    await world.settle();
    // Nothing is missing where another session could read it.
    const heard = world.silc.message('readable again');
    world.silc.say(channel, bob, heard);
    await world.settle();
    world.silc.session.emit({ ...unreadable, digest: heard.digest });
    expect(await world.settle()).toEqual([]);
  });

  it('keeps the order of many messages', async () => {
    const { world } = await meeting();
    for (let n = 0; n < 20; n++) {
      world.link.receive(
        `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='m${n}'><body>${n}</body></message>`,
      );
    }
    const sent = await world.settle();
    expect(sent.map(({ attrs }) => attrs.id)).toEqual(Array.from({ length: 20 }, (_, n) => `m${n}`));
  });
});

describe('what SILC has no words for', () => {
  const voice = `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>
    <value>http://jabber.org/protocol/muc#request</value></field>
    <field var='muc#role'><value>participant</value></field></x>`;
  const decline = `<x xmlns='http://jabber.org/protocol/muc#user'><decline to='carol@jabber.test'/></x>`;

  it.each([
    ['a request for voice by who has it', ALICE, voice, 'modify/not-acceptable'],
    ['a request for another role', ALICE, voice.replace('participant', 'moderator'), 'modify/bad-request'],
    ['a request for voice by an outsider', CAROL, voice, 'modify/not-acceptable'],
    ['the decline of an invitation by nobody', CAROL, decline, 'cancel/item-not-found'],
  ])('is refused: %s', async (_, from, inner, error) => {
    const { world } = await meeting();
    const [answer, ...others] = await world.receive(
      `<message from='${from}' to='silc@gw.test'>${inner}</message>`,
    );
    expect(outlines(answer === undefined ? [] : [answer])).toEqual([
      `message error silc@gw.test>${from} ${error}`,
    ]);
    expect(answer?.getChild('error')?.getChildText('text')).not.toBe('');
    expect(others).toEqual([]);
  });

  it('holds a bounded number of messages for a broken link', async () => {
    const { world } = await meeting();
    world.silc.session.lose();
    world.link.take();
    for (let n = 0; n < 102; n++) {
      world.link.receive(
        `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='m${n}'><body>${n}</body></message>`,
      );
    }
    const sent = (await world.settle()).map(({ attrs }) => `${attrs.type ?? ''} ${attrs.id ?? ''}`);
    expect(sent.filter((line) => line.startsWith('groupchat'))).toHaveLength(100);
    expect(sent.filter((line) => !line.startsWith('groupchat'))).toEqual(['error m100', 'error m101']);
  });
});

describe('a fault of the gateway itself', () => {
  it('is answered, logged, and hurts nobody else', async () => {
    const { world } = await meeting();
    await world.join(CAROL, 'silc', 'carol');
    const [alice] = world.silc.sessions;
    alice?.refusals.set('say', new TypeError('bug'));
    const hello = (full: string) =>
      `<message from='${full}' to='silc@gw.test' type='groupchat' id='m'><body>x</body></message>`;
    world.link.receive(hello(ALICE));
    await vi.advanceTimersByTimeAsync(5);
    expect(outlines(world.link.take())).toEqual([
      `message error silc@gw.test>${ALICE} cancel/internal-server-error`,
    ]);
    expect(world.faults.splice(0)).toEqual([new TypeError('bug')]);
    expect(await world.receive(hello(CAROL))).toHaveLength(2);
  });

  it('over an event in one room reaches no other room, nor the events that follow', async () => {
    const { world, bob } = await meeting();
    await world.join(ALICE, 'other', 'alice');
    world.silc.enter(world.silc.channel('other'), bob);
    await world.settle();
    const bug = new TypeError('bug');
    let reads = 0;
    Object.defineProperty(bob, 'fingerprint', {
      get: () => {
        if (reads++ === 0) throw bug;
        return undefined;
      },
    });
    world.silc.rename(bob, 'Robert');
    expect(world.faults.splice(0)).toEqual([bug]);
    expect(outlines(await world.settle())).toEqual([
      `presence unavailable other@gw.test/Bob>${ALICE} none/participant 303`,
      `presence other@gw.test/Robert>${ALICE} none/participant`,
    ]);
  });
});

describe('the topic', () => {
  it('is set by a subject, and shown to all when the server tells it', async () => {
    const { world } = await meeting();
    const sent = await world.receive(
      `<message from='${ALICE}' to='silc@gw.test' type='groupchat'><subject>One\nTwo</subject></message>`,
    );
    expect(world.silc.session.log.at(-1)).toBe('topic One\nTwo');
    expect(outlines(sent)).toEqual([`message groupchat silc@gw.test/alice>${ALICE} subject=One\nTwo`]);
    expect(outlines(await world.join(DESK, 'silc', 'alice')).at(-1)).toBe(
      `message groupchat silc@gw.test/alice>${DESK} subject=One\nTwo`,
    );
  });

  it('is set by a subject with an empty body, too', async () => {
    const { world } = await meeting();
    const subject = '<body></body><subject>Three</subject>';
    expect(
      outlines(
        await world.receive(
          `<message from='${ALICE}' to='silc@gw.test' type='groupchat'>${subject}</message>`,
        ),
      ),
    ).toEqual([`message groupchat silc@gw.test/alice>${ALICE} subject=Three`]);
  });

  it('is refused with the error of the server', async () => {
    const { world } = await meeting();
    world.silc.session.refusals.set('topic', new SilcCommandError(6, Status.noChannelPriv, 'no'));
    const sent = await world.receive(
      `<message from='${ALICE}' to='silc@gw.test' type='groupchat'><subject>x</subject></message>`,
    );
    expect(outlines(sent)).toEqual([`message error silc@gw.test>${ALICE} auth/forbidden`]);
  });
});
