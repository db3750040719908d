import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { xml } from '../../src/component/stanza.js';
import { SilcCommandError, SilcError } from '../../src/silc/errors.js';
import { ChannelMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { FakeSession, someone } from './support/fake-silc.js';
import { expectStanzas, outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const DESK = 'alice@jabber.test/desk';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const chat = (to: string, body: string, id = 'c1'): string =>
  `<message from='${ALICE}' to='${to}' type='chat' id='${id}'><body>${body}</body></message>`;

describe('private messages', () => {
  it('go to the only holder of a nickname, and open a session under a neutral nickname', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    expect(await world.receive(chat('bob!@gw.test', 'Hi'))).toEqual([]);
    const { self, log } = world.silc.session;
    expect(self.nickname).toMatch(/^guest-[0-9a-f]{6}$/);
    expect(log).toEqual(['whois bob', 'tell Bob Hi']);
  });

  it('ask for the holder once a minute, not once a message', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    await world.receive(chat('bob!@gw.test', 'one'));
    await world.receive(chat('bob!@gw.test', 'two'));
    expect(world.silc.session.log).toEqual(['whois bob', 'tell Bob one', 'tell Bob two']);
    await vi.advanceTimersByTimeAsync(60_000);
    await world.receive(chat('bob!@gw.test', 'three'));
    expect(world.silc.session.log.slice(-2)).toEqual(['whois bob', 'tell Bob three']);
  });

  it.each(['whois', 'tell'] as const)(
    'wait for the next link where theirs is lost before they were handed over: at %s',
    async (at) => {
      const world = await World.start();
      world.silc.people.push(someone('Bob'));
      await world.receive(chat('bob!@gw.test', 'zero'));
      await vi.advanceTimersByTimeAsync(60_000);
      const { session } = world.silc;
      vi.spyOn(session, at).mockImplementation(() => {
        session.lose();
        return Promise.reject(new SilcError('closed', 'the link is lost'));
      });
      const told = [
        ...(await world.receive(chat('bob!@gw.test', 'one'))),
        ...(await world.receive(chat('bob!@gw.test', 'two'))),
      ];
      await vi.advanceTimersByTimeAsync(2_000);
      expect([...told, ...(await world.settle())]).toEqual([]);
      expect(world.silc.connects).toBe(2);
      const sent = world.silc.session.log.filter((line) => line.startsWith('tell'));
      expect(sent).toEqual(['tell Bob one', 'tell Bob two']);
    },
  );

  it('come back where their links are lost again and again', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    vi.spyOn(FakeSession.prototype, 'tell').mockImplementation(function (this: FakeSession) {
      this.lose();
      return Promise.reject(new SilcError('closed', 'the link is lost'));
    });
    const told = [...(await world.receive(chat('bob!@gw.test', 'one')))];
    for (let i = 0; i < 30; i++) await vi.advanceTimersByTimeAsync(1_000);
    told.push(...(await world.settle()));
    expect(outlines(told)).toEqual([expect.stringMatching(/^message error .*>alice@jabber\.test\/phone /)]);
  });

  it('are never sent to a guess: several holders are named with addresses that work', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob', { fingerprint: 'ab'.repeat(20) }));
    world.silc.people.push(someone('bob', { fingerprint: 'cd'.repeat(20) }));
    const [error] = await world.receive(chat('bob!@gw.test', 'Hi'));
    expect(outlines(error === undefined ? [] : [error])).toEqual([
      `message error bob!@gw.test>${ALICE} cancel/conflict`,
    ]);
    const text = error?.getChild('error')?.getChildText('text') ?? '';
    expect(text).toContain('bob*abab!@gw.test');
    expect(text).toContain('xmpp:bob*cdcd!@gw.test');
    expect(await world.receive(chat('bob*cdcd!@gw.test', 'Hi'))).toEqual([]);
    expect(world.silc.session.log.at(-1)).toBe('tell bob Hi');
  });

  it('to nobody are answered with item-not-found', async () => {
    const world = await World.start();
    expect(outlines(await world.receive(chat('bob!@gw.test', 'Hi')))).toEqual([
      `message error bob!@gw.test>${ALICE} cancel/item-not-found`,
    ]);
  });

  it('come back when the server says that the receiver is gone', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    world.silc.people.push(bob);
    await world.receive(chat('bob!@gw.test', 'Hi'));
    world.silc.session.emit({ type: 'delivery-failed', clientId: bob.clientId, channelId: undefined });
    expect(outlines(await world.settle())).toEqual([
      `message error bob!@gw.test>${ALICE} cancel/item-not-found`,
    ]);
  });

  it('from SILC come from the user address to the account', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    const bob = someone('Bob');
    world.silc.people.push(bob);
    const message = world.silc.message('waves', { kind: 'action' });
    world.silc.session.emit({ type: 'private-message', sender: bob, message, protection: 'session' });
    const sent = await world.settle();
    expectStanzas(
      sent,
      `<message from='bob!@gw.test' to='alice@jabber.test' type='chat' id='${sent[0]?.attrs.id ?? ''}'>
         <body>/me waves</body></message>`,
    );
  });

  it('from one of several holders come from an address that leads back to exactly this one', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    const bob = someone('Bob', { fingerprint: 'ab'.repeat(20) });
    world.silc.people.push(bob, someone('bob', { fingerprint: 'cd'.repeat(20) }));
    const message = world.silc.message('Hi');
    world.silc.session.emit({ type: 'private-message', sender: bob, message, protection: 'session' });
    expect(outlines(await world.settle())).toEqual([
      'message chat bob*abab!@gw.test>alice@jabber.test body=Hi',
    ]);
  });

  it('to an occupant go to that client, and its answers come back through the room to all clients in it', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    world.silc.channel('silc', [[bob]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join(DESK, 'silc', 'alice');
    expect(await world.receive(chat('silc@gw.test/Bob', 'Hi'))).toEqual([]);
    expect(world.silc.session.log).toEqual(['join silc', 'tell Bob Hi']);
    const message = world.silc.message('Ho');
    world.silc.session.emit({ type: 'private-message', sender: bob, message, protection: 'session' });
    const sent = await world.settle();
    expect(outlines(sent)).toEqual([
      `message chat silc@gw.test/Bob>${ALICE} body=Ho`,
      `message chat silc@gw.test/Bob>${DESK} body=Ho`,
    ]);
    expect(sent[0]?.getChild('x', 'http://jabber.org/protocol/muc#user')).toBeDefined();
  });

  it('from an occupant who has a new nickname still come through the room where the conversation began', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    world.silc.channel('silc', [[bob]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.receive(chat('silc@gw.test/Bob', 'Hi'));
    world.silc.rename(bob, 'Robert');
    await world.settle();
    const message = world.silc.message('Hi back');
    world.silc.session.emit({ type: 'private-message', sender: bob, message, protection: 'session' });
    expect(outlines(await world.settle())).toEqual([
      `message chat silc@gw.test/Robert>${ALICE} body=Hi back`,
    ]);
  });

  it('tell which key of their own they were under, and stand in for those under an unknown one', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    const bob = someone('Bob');
    const message = world.silc.message('sealed');
    const { session } = world.silc;
    session.emit({ type: 'private-message', sender: bob, message, protection: 'negotiated-key' });
    session.emit({ type: 'private-message-undecryptable', sender: bob });
    const [sealed, unknown] = await world.settle();
    const silc = (stanza = sealed) => stanza?.getChild('silc', 'urn:silc-xmpp-gateway:message:0')?.attrs;
    expect(silc()).toMatchObject({ protection: 'negotiated-key' });
    expect(outlines(unknown === undefined ? [] : [unknown])).toEqual([
      'message chat bob!@gw.test>alice@jabber.test body=[encrypted with a key that is not known here]',
    ]);
    expect(silc(unknown)).toMatchObject({ kind: 'undecryptable' });
    // The author does not know that it was not read, unless told; but not with each of many.
    for (let i = 0; i < 5; i++) session.emit({ type: 'private-message-undecryptable', sender: bob });
    await world.settle();
    const told = session.log.filter((call) => call.includes('could not be read'));
    expect(told).toHaveLength(3);
  });

  it('to an occupant who is not there, or from a client that is not in the room, come back', async () => {
    const world = await World.start();
    world.silc.channel('silc', [[someone('Bob')]]);
    expect(outlines(await world.receive(chat('silc@gw.test/Bob', 'Hi')))).toEqual([
      `message error silc@gw.test/Bob>${ALICE} modify/not-acceptable`,
    ]);
    await world.join(ALICE, 'silc', 'alice');
    expect(outlines(await world.receive(chat('silc@gw.test/Nobody', 'Hi')))).toEqual([
      `message error silc@gw.test/Nobody>${ALICE} cancel/item-not-found`,
    ]);
  });

  it('keep the session for the idle time after the last one, then it ends', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    await world.receive(chat('bob!@gw.test', 'Hi'));
    const { log } = world.silc.session;
    await vi.advanceTimersByTimeAsync(599_000);
    expect(log).not.toContain('quit');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(log.at(-1)).toBe('quit');
  });

  it('reach another user of the gateway without a word of either Jabber address', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    await world.join('carol@jabber.test/x', 'silc', 'carol');
    world.link.take();
    const sent = await world.receive(chat('carol!@gw.test', 'Hi'));
    expect(sent.every((stanza) => !stanza.toString().includes('from="alice@'))).toBe(true);
    // It never goes to SILC: the whole stanza arrives.
    expect(world.silc.sessions[0]?.log.at(-1)).toBe('join silc');
    expect(outlines(sent)).toEqual(['message chat alice!@gw.test>carol@jabber.test body=Hi']);
  });

  it('to a room as if it were a contact are answered with an error', async () => {
    const world = await World.start();
    expect(outlines(await world.receive(chat('silc@gw.test', 'Hi')))).toEqual([
      `message error silc@gw.test>${ALICE} modify/not-acceptable`,
    ]);
  });

  it('to the gateway are commands in words, answered in words', async () => {
    const world = await World.start(testConfig({ history: { days: 30 } }));
    const answer = async (text: string): Promise<string> =>
      (await world.receive(chat('gw.test', text)))[0]?.getChildText('body') ?? '';
    expect(await answer('help')).toContain('forget-history');
    expect(await answer('Hi')).toBe('There is no command “hi”. Write “help” to see what there is.');
    expect(await answer('status')).toContain('Network net: not connected.');
    await world.join(ALICE, 'silc', 'alice');
    expect(await answer('status')).toMatch(
      /^Network net: connected as alice\. .* encrypted with aes-256-cbc, hmac-sha1-96; .* Rooms: silc@gw\.test\./,
    );
    // The first form of the command wants to know the room; the second one is not confirmed.
    expect(await answer('forget-history')).toMatch(/“Room” is missing.*forget-history <all\|silc@gw\.test>/);
    expect(await answer('forget-history all')).toContain('Nothing was changed');
    expect(await answer('forget-history all yes')).toContain('is yes or no');
  });

  it('to the gateway are answered at a bounded rate, and those of services not at all', async () => {
    const world = await World.start();
    const from = (jid: string): string =>
      xml('message', { from: jid, to: 'gw.test', type: 'chat' }, xml('body', {}, 'help')).toString();
    expect(outlines(await world.receive(from('other-gateway.test')))).toEqual([
      'message error gw.test>other-gateway.test cancel/service-unavailable',
    ]);
    const answers: string[] = [];
    for (let count = 0; count < 25; count++) answers.push(...outlines(await world.receive(from(ALICE))));
    expect(answers.at(-1)).toContain('wait/policy-violation');
    expect(answers.filter((line) => line.includes('error'))).toHaveLength(5);
  });
});

describe('invitations', () => {
  const invite = (to: string): string =>
    `<message from='${ALICE}' to='silc@gw.test'><x xmlns='http://jabber.org/protocol/muc#user'>
       <invite to='${to}'><reason>Come</reason></invite></x></message>`;

  it('to a SILC user become INVITE', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    await world.join(ALICE, 'silc', 'alice');
    expect(await world.receive(invite('bob!@gw.test'))).toEqual([]);
    expect(world.silc.session.log.at(-1)).toBe('invite Bob');
  });

  it('sent directly to a SILC user become INVITE, too', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    await world.join(ALICE, 'silc', 'alice');
    const direct = `<message from='${ALICE}' to='bob!@gw.test'><x xmlns='jabber:x:conference' jid='silc@gw.test'/></message>`;
    expect(await world.receive(direct)).toEqual([]);
    expect(world.silc.session.log.at(-1)).toBe('invite Bob');
  });

  it('to a Jabber user go on from the room, without the address of the inviter', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    expectStanzas(
      await world.receive(invite('dora@jabber.test')),
      `<message from='silc@gw.test' to='dora@jabber.test'>
         <x xmlns='http://jabber.org/protocol/muc#user'>
           <invite from='silc@gw.test/alice'><reason>Come</reason></invite></x>
         <x xmlns='jabber:x:conference' jid='silc@gw.test' reason='Come'/>
       </message>`,
    );
  });

  it('to a Jabber user carry the passphrase for as long as the channel has one, from its operators', async () => {
    const world = await World.start();
    const channel = world.silc.channel('silc', [[someone('Bob')]]);
    channel.mode = ChannelMode.passphrase;
    world.silc.passphrases.set('silc', 'open');
    await world.join(ALICE, 'silc', 'alice', 'open');
    const invite = async (): Promise<string | null | undefined> => {
      const [invitation] = await world.receive(
        `<message from='${ALICE}' to='silc@gw.test'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='dora@jabber.test'/></x></message>`,
      );
      return invitation?.getChild('x')?.getChildText('password');
    };
    expect(await invite()).toBeNull();
    world.silc.setMode(channel, world.silc.session.self, 2);
    await world.settle();
    expect(await invite()).toBe('open');
    const oldMode = channel.mode;
    channel.mode = 0;
    world.silc.tellChannel(channel, { type: 'channel-mode-changed', channel, oldMode, by: undefined });
    await world.settle();
    expect(await invite()).toBeNull();
  });

  it('to Jabber users are so many only', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    const many = Array.from({ length: 21 }, (_, n) => `<invite to='user${n}@jabber.test'/>`);
    const sent: string[] = [];
    for (const one of many) {
      const x = `<x xmlns='http://jabber.org/protocol/muc#user'>${one}</x>`;
      sent.push(
        ...outlines(await world.receive(`<message from='${ALICE}' to='silc@gw.test'>${x}</message>`)),
      );
    }
    expect(sent.slice(0, -1)).toEqual(
      Array.from({ length: 20 }, (_, n) => `message silc@gw.test>user${n}@jabber.test`),
    );
    expect(sent.at(-1)).toBe(`message error silc@gw.test>${ALICE} wait/policy-violation`);
  });

  it('that the server refuses come back', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    await world.join(ALICE, 'silc', 'alice');
    world.silc.session.refusals.set('invite', new SilcCommandError(7, Status.noChannelPriv, 'no'));
    expect(outlines(await world.receive(invite('bob!@gw.test')))).toEqual([
      `message error silc@gw.test>${ALICE} auth/forbidden`,
    ]);
  });

  it('from SILC come from the room to the account', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    const { id } = world.silc.channel('Secret Room');
    world.silc.session.emit({ type: 'invited', channelName: 'secret', channelId: id, by: someone('Bob') });
    expectStanzas(
      await world.settle(),
      `<message from='secret@gw.test' to='alice@jabber.test'>
         <x xmlns='http://jabber.org/protocol/muc#user'><invite from='bob!@gw.test'/></x>
         <x xmlns='jabber:x:conference' jid='secret@gw.test'/>
       </message>`,
    );
  });
});
