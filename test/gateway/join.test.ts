import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/types.js';
import { SilcError } from '../../src/silc/errors.js';
import { ChannelMode, ChannelUserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { Deferred } from '../../src/util/deferred.js';
import { someone } from './support/fake-silc.js';
import { expectStanzas, outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const DESK = 'alice@jabber.test/desk';

const joinOf = (full: string, room: string, nick: string): string =>
  `<presence from='${full}' to='${room}@gw.test/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('joining a room', () => {
  it('sends the occupants, then oneself, then the subject, to the client that asked', async () => {
    const world = await World.start();
    const bob = someone('Bob', { fingerprint: '11'.repeat(20) });
    const channel = world.silc.channel('silc', [[bob, ChannelUserMode.founder | ChannelUserMode.operator]]);
    channel.topic = 'Welcome';
    const sent = await world.join(ALICE, 'silc', 'alice');
    const ids = sent.map((stanza) => stanza.getChild('occupant-id')?.attrs.id);
    expect(ids[0]).toMatch(/^[\w-]{43}$/);
    expectStanzas(
      sent,
      `<presence from='silc@gw.test/Bob' to='${ALICE}'>
         <x xmlns='http://jabber.org/protocol/muc#user'>
           <item affiliation='owner' role='moderator' jid='bob!@gw.test'/>
         </x>
         <occupant-id xmlns='urn:xmpp:occupant-id:0' id='${ids[0] ?? ''}'/>
         <hats xmlns='urn:xmpp:hats:0'><hat title='Founder' uri='urn:silc-xmpp-gateway:hat:founder'/></hats>
       </presence>`,
      `<presence from='silc@gw.test/alice' to='${ALICE}'>
         <x xmlns='http://jabber.org/protocol/muc#user'>
           <item affiliation='none' role='participant' jid='alice!@gw.test'/>
           <status code='110'/>
         </x>
         <occupant-id xmlns='urn:xmpp:occupant-id:0' id='${ids[1] ?? ''}'/>
       </presence>`,
      `<message from='silc@gw.test' to='${ALICE}' type='groupchat'><subject>Welcome</subject></message>`,
    );
  });

  it('says 201 where the join created the channel, and ends with an empty subject', async () => {
    const world = await World.start();
    expect(outlines(await world.join(ALICE, 'fresh', 'alice'))).toEqual([
      `presence fresh@gw.test/alice>${ALICE} owner/moderator 110,201`,
      `message groupchat fresh@gw.test>${ALICE} subject=`,
    ]);
  });

  it('replays everything to a second client alone, without a word to SILC', async () => {
    const world = await World.start();
    world.silc.channel('silc', [[someone('Bob')]]);
    await world.join(ALICE, 'silc', 'alice');
    const { log } = world.silc.session;
    const before = [...log];
    expect(outlines(await world.join(DESK, 'silc', 'alice'))).toEqual([
      `presence silc@gw.test/Bob>${DESK} none/participant`,
      `presence silc@gw.test/alice>${DESK} none/participant 110`,
      `message groupchat silc@gw.test>${DESK} subject=`,
    ]);
    expect(log).toEqual(before);
    expect(world.silc.connects).toBe(1);
  });

  it('replays everything when a client that is in the room joins again', async () => {
    const world = await World.start();
    world.silc.channel('silc', [[someone('Bob')]]);
    const first = outlines(await world.join(ALICE, 'silc', 'alice'));
    expect(outlines(await world.join(ALICE, 'silc', 'alice'))).toEqual(first);
  });

  it('keeps the nickname of the session when a later join asks for another, and says 210', async () => {
    const world = await World.start();
    await world.join(ALICE, 'one', 'alice');
    expect(outlines(await world.join(ALICE, 'two', 'Alison'))).toEqual([
      `presence two@gw.test/alice>${ALICE} owner/moderator 110,201,210`,
      `message groupchat two@gw.test>${ALICE} subject=`,
    ]);
  });

  it('gives the second holder of a nickname a mark and tells it by 210', async () => {
    const world = await World.start();
    world.silc.channel('silc', [[someone('alice')]]);
    const [other, self] = outlines(await world.join(ALICE, 'silc', 'alice'));
    expect(other).toBe(`presence silc@gw.test/alice>${ALICE} none/participant`);
    expect(self).toMatch(/^presence silc@gw\.test\/alice\*[0-9a-f]{4}>\S+ none\/participant 110,210$/);
  });

  it.each([
    ['bad passphrase', Status.badPassword, 'auth/not-authorized'],
    ['channel authentication', Status.permDenied, 'auth/not-authorized'],
    ['not invited', Status.notInvited, 'auth/registration-required'],
    ['banned', Status.bannedFromChannel, 'auth/forbidden'],
    ['full', Status.channelIsFull, 'wait/service-unavailable'],
    ['bad channel', Status.badChannel, 'modify/jid-malformed'],
    ['bad nickname', Status.badNickname, 'modify/jid-malformed'],
    ['too many channels', Status.resourceLimit, 'wait/resource-constraint'],
    ['timeout', Status.timedOut, 'wait/remote-server-timeout'],
  ])(
    'answers %s with the right error, to the full address, with the mark of a join',
    async (_, status, error) => {
      const world = await World.start();
      world.silc.refuse.set('silc', status);
      const sent = await world.join(ALICE, 'silc', 'alice');
      expect(outlines(sent)).toEqual([`presence error silc@gw.test/alice>${ALICE} ${error}`]);
      expect(sent[0]?.getChild('x', 'http://jabber.org/protocol/muc')).toBeDefined();
    },
  );

  it('takes the password as passphrase, and refuses only those with the wrong one', async () => {
    const world = await World.start();
    world.silc.channel('silc', [[someone('Bob')]]);
    world.silc.passphrases.set('silc', 'sesame');
    let open = (): void => {};
    world.silc.gate = new Promise((resolve) => (open = resolve));
    await world.join(ALICE, 'silc', 'alice', 'wrong');
    await world.join(DESK, 'silc', 'alice', 'sesame');
    open();
    expect(outlines(await world.settle())).toEqual([
      `presence error silc@gw.test/alice>${ALICE} auth/not-authorized`,
      `presence silc@gw.test/Bob>${DESK} none/participant`,
      `presence silc@gw.test/alice>${DESK} none/participant 110`,
      `message groupchat silc@gw.test>${DESK} subject=`,
    ]);
  });

  it('ends in an error after thirty seconds when SILC does not answer, and gives the connection up', async () => {
    const world = await World.start();
    world.silc.connectFailure = () => new Promise<never>(() => {});
    expect(await world.join(ALICE, 'silc', 'alice')).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(outlines(await world.settle())).toEqual([
      `presence error silc@gw.test/alice>${ALICE} wait/remote-server-timeout`,
    ]);
  });

  it('counts the time from when JOIN leaves', async () => {
    const world = await World.start();
    let send = (): void => {};
    world.silc.turn = new Promise((resolve) => (send = resolve));
    world.silc.gate = new Promise(() => {});
    await world.join(ALICE, 'silc', 'alice');
    await vi.advanceTimersByTimeAsync(29_000);
    send();
    await vi.advanceTimersByTimeAsync(29_900);
    expect(await world.settle()).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    const [refusal] = await world.settle();
    expect(refusal?.getChild('error')?.getChildText('text')).toBe('The SILC network did not answer in time.');
  });

  it('says what did not happen in time, and never carries a refused join out', async () => {
    const world = await World.start();
    await world.join(ALICE, 'one', 'alice');
    let send = (): void => {};
    world.silc.turn = new Promise((resolve) => (send = resolve));
    await world.join(ALICE, 'two', 'alice');
    await vi.advanceTimersByTimeAsync(30_000);
    const sent = await world.settle();
    expect(outlines(sent)).toEqual([`presence error two@gw.test/alice>${ALICE} wait/remote-server-timeout`]);
    expect(sent[0]?.getChild('error')?.getChildText('text')).toBe(
      'The join could not be sent to the SILC network in time.',
    );
    send();
    expect(await world.settle()).toEqual([]);
    expect(world.silc.session.log.filter((line) => line.startsWith('join'))).toEqual(['join one']);
  });

  it('withdraws a join that nobody waits for, and answers who asks again', async () => {
    const world = await World.start();
    await world.join(ALICE, 'one', 'alice');
    let answer = (): void => {};
    world.silc.gate = new Promise((resolve) => (answer = resolve));
    await world.join(ALICE, 'two', 'alice');
    world.link.receive(`<presence from='${ALICE}' to='two@gw.test/alice' type='unavailable'/>`);
    await world.join(ALICE, 'two', 'alice');
    answer();
    await world.settle();
    const { log } = world.silc.session;
    expect(log.filter((line) => line.endsWith('two'))).toEqual(['join two', 'join two', 'leave two']);
    expect(world.silc.channels.get('two')?.members.size).toBe(1);
  });

  it('gives each join more time while many come at once', async () => {
    const world = await World.start();
    world.silc.connectFailure = () => new Promise<never>(() => {});
    const refusals = (sent: readonly Element[]) => sent.filter(({ attrs }) => attrs.type === 'error').length;
    for (let i = 0; i < 51; i++) world.link.receive(joinOf(`u${i}@jabber.test/c`, 'silc', `u${i}`));
    await vi.advanceTimersByTimeAsync(34_900);
    expect(refusals(await world.settle())).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(refusals(await world.settle())).toBe(51);
  });

  it('refuses every client that waits when the network cannot be reached', async () => {
    const world = await World.start();
    world.silc.connectFailure = () => Promise.reject(new SilcError('timeout', 'too slow'));
    expect(outlines(await world.join(ALICE, 'silc', 'alice'))).toEqual([
      `presence error silc@gw.test/alice>${ALICE} wait/remote-server-timeout`,
    ]);
  });

  it('names both fingerprints when the key of the server has changed, and never goes on', async () => {
    const world = await World.start();
    await world.store.serverKeys.pin('net', 'silc.test:706', 'bb'.repeat(20));
    const sent = await world.join(ALICE, 'silc', 'alice');
    expect(outlines(sent)).toEqual([`presence error silc@gw.test/alice>${ALICE} cancel/policy-violation`]);
    const text = sent[0]?.getChild('error')?.getChildText('text') ?? '';
    expect(text).toContain('AAAA AAAA');
    expect(text).toContain('BBBB BBBB');
    expect(world.silc.sessions).toEqual([]);
  });

  it('pins the key of the server on first use', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    expect((await world.store.serverKeys.find('net', 'silc.test:706'))?.fingerprint).toBe('aa'.repeat(20));
  });

  it('leaves the channel again when the client left while the join was under way', async () => {
    const world = await World.start();
    await world.join(ALICE, 'other', 'alice');
    let open = (): void => {};
    world.silc.gate = new Promise((resolve) => (open = resolve));
    await world.join(ALICE, 'silc', 'alice');
    const gone = await world.receive(
      `<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`,
    );
    expect(outlines(gone)).toEqual([`presence unavailable silc@gw.test/alice>${ALICE} none/none 110`]);
    open();
    expect(await world.settle()).toEqual([]);
    expect(world.silc.session.log.slice(-2)).toEqual(['join silc', 'leave silc']);
  });

  it('says what a client says on its way when it is in the room, in its order, and refuses it when the join is refused', async () => {
    const world = await World.start();
    const joined = new Deferred();
    world.silc.gate = joined.promise;
    const say = (id: string): string =>
      `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='${id}'><body>${id}</body></message>`;
    const sent = await world.receive(joinOf(ALICE, 'silc', 'alice'));
    for (const id of ['one', 'two']) sent.push(...(await world.receive(say(id))));
    expect(sent).toEqual([]);
    joined.resolve();
    expect(outlines(await world.settle())).toEqual([
      `presence silc@gw.test/alice>${ALICE} owner/moderator 110,201`,
      `message groupchat silc@gw.test>${ALICE} subject=`,
      `message groupchat silc@gw.test/alice>${ALICE} body=one`,
      `message groupchat silc@gw.test/alice>${ALICE} body=two`,
    ]);
    expect(world.silc.session.log).toEqual(['join silc', 'say text one', 'say text two']);

    world.silc.refuse.set('secret', Status.notInvited);
    world.link.receive(joinOf(ALICE, 'secret', 'alice'));
    const refused = await world.receive(say('three').replace('silc@', 'secret@'));
    expect(outlines(refused)).toEqual([
      `presence error secret@gw.test/alice>${ALICE} auth/registration-required`,
      `message error secret@gw.test>${ALICE} modify/not-acceptable`,
    ]);
  });

  it('holds a bounded number of things that a client says on its way', async () => {
    const world = await World.start(testConfig());
    world.silc.gate = new Promise(() => {});
    await world.receive(joinOf(ALICE, 'silc', 'alice'));
    const say = `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='x'><body>x</body></message>`;
    for (let i = 0; i < 110; i++) world.link.receive(say);
    const refused = outlines(await world.settle());
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused)).toEqual(
      new Set([`message error silc@gw.test>${ALICE} wait/resource-constraint`]),
    );
  });

  it('answers two joins of one client in flight once', async () => {
    const world = await World.start();
    let open = (): void => {};
    world.silc.gate = new Promise((resolve) => (open = resolve));
    await world.join(ALICE, 'silc', 'alice');
    await world.join(ALICE, 'silc', 'alice');
    open();
    expect(outlines(await world.settle())).toHaveLength(2);
  });

  it('makes one key pair and one connection for joins at the same time', async () => {
    const world = await World.start();
    for (const room of ['a', 'b', 'c']) {
      world.link.receive(
        `<presence from='${ALICE}' to='${room}@gw.test/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
      );
    }
    const sent = outlines(await world.settle());
    expect(sent.filter((line) => line.includes('110'))).toHaveLength(3);
    expect(world.silc.connects).toBe(1);
    expect([...world.store.users.keys()]).toEqual(['alice@jabber.test']);
  });

  it('takes a join by another nickname, from a client that is in the room, as a change of it', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    expect(outlines(await world.join(ALICE, 'silc', 'Al'))).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} owner/moderator 303,110`,
      `presence silc@gw.test/Al>${ALICE} owner/moderator 110`,
    ]);
    expect(world.silc.session.log).toEqual(['join silc', 'nick Al']);
    // Of another client it is a join.
    expect(outlines(await world.join(DESK, 'silc', 'alice'))[0]).toContain('110,210');
    const refused = await world.join(ALICE, 'silc', '?!');
    expect(outlines(refused)).toEqual([`presence error silc@gw.test/?!>${ALICE} modify/jid-malformed`]);
    // Blanks and signs are cleaned, and who asked is told.
    const cleaned = outlines(await world.join(ALICE, 'silc', 'Al Capone'));
    expect(cleaned.filter((line) => line.includes(ALICE))).toEqual([
      `presence unavailable silc@gw.test/Al>${ALICE} owner/moderator 303,110`,
      `presence silc@gw.test/Al_Capone>${ALICE} owner/moderator 110,210`,
    ]);
    const again = await world.receive(`<presence from='${ALICE}' to='silc@gw.test/Al Capone' id='n1'/>`);
    expect(outlines(again)).toEqual([`presence silc@gw.test/Al_Capone>${ALICE} owner/moderator 110,210`]);
    expect(again[0]?.attrs.id).toBe('n1');
  });

  it('replays everything to a client whose name in the room is not the nickname it asked for', async () => {
    const world = await World.start();
    world.silc.channel('silc', [[someone('alice')]]);
    const first = outlines(await world.join(ALICE, 'silc', 'alice'));
    expect(first[1]).toContain('210');
    expect(outlines(await world.join(ALICE, 'silc', 'alice'))).toEqual(first);
  });

  it('kicks a client that sends presence without having joined (XEP-0045, 1.32)', async () => {
    const world = await World.start();
    expect(outlines(await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice'/>`))).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/none 110,307,333`,
    ]);
  });

  it.each([
    ['a nickname of which nothing remains', '', 'silc@gw.test/?!', 'modify/jid-malformed'],
    ['no nickname', '', 'silc@gw.test', 'modify/jid-malformed'],
    ['a user instead of a room', '', 'bob!@gw.test/alice', 'modify/jid-malformed'],
    ['the gateway instead of a room', '', 'gw.test', 'modify/jid-malformed'],
    ['the gateway with a nickname', '', 'gw.test/alice', 'modify/jid-malformed'],
    ['an unknown network', '', 'silc%other@gw.test/alice', 'cancel/item-not-found'],
  ])('refuses %s', async (_, __, to, error) => {
    const world = await World.start();
    const sent = await world.receive(
      `<presence from='${ALICE}' to='${to}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
    );
    expect(outlines(sent)).toEqual([`presence error ${to}>${ALICE} ${error}`]);
  });

  it.each(['eve@banned.test/x', 'mallory@jabber.test/x'])('lets %s not in', async (full) => {
    const world = await World.start();
    expect(outlines(await world.join(full, 'silc', 'eve'))).toEqual([
      `presence error silc@gw.test/eve>${full} auth/forbidden`,
    ]);
  });

  it('holds the quota of rooms, of clients in a room, and of sessions', async () => {
    const config = testConfig({ limits: { sessions: 1, rooms_per_user: 1, resources_per_user: 1 } });
    const world = await World.start(config);
    await world.join(ALICE, 'silc', 'alice');
    const refused = [
      ...(await world.join(ALICE, 'other', 'alice')),
      ...(await world.join(DESK, 'silc', 'alice')),
      ...(await world.join('bob@jabber.test/x', 'silc', 'bob')),
    ];
    expect(outlines(refused)).toEqual([
      `presence error other@gw.test/alice>${ALICE} wait/resource-constraint`,
      `presence error silc@gw.test/alice>${DESK} wait/resource-constraint`,
      `presence error silc@gw.test/bob>bob@jabber.test/x wait/resource-constraint`,
    ]);
  });

  it('counts clients whose join is under way', async () => {
    const config = testConfig({ limits: { sessions: 5, rooms_per_user: 1, resources_per_user: 2 } });
    const world = await World.start(config);
    world.silc.gate = new Promise(() => {});
    const third = 'alice@jabber.test/third';
    for (const full of [ALICE, DESK, DESK]) expect(await world.join(full, 'silc', 'alice')).toEqual([]);
    expect(outlines(await world.join(third, 'silc', 'alice'))).toEqual([
      `presence error silc@gw.test/alice>${third} wait/resource-constraint`,
    ]);
  });

  it('shows plain members of an invite-only channel as members and the silenced as visitors', async () => {
    const world = await World.start();
    const quiet = someone('Quiet');
    const channel = world.silc.channel('silc', [[someone('Plain')], [quiet, ChannelUserMode.quiet]]);
    channel.mode = ChannelMode.invite;
    expect(outlines(await world.join(ALICE, 'silc', 'alice')).slice(0, 2)).toEqual([
      `presence silc@gw.test/Plain>${ALICE} member/participant`,
      `presence silc@gw.test/Quiet>${ALICE} member/visitor`,
    ]);
  });
});
