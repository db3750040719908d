import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilcCommandError } from '../../src/silc/errors.js';
import type { ChannelId } from '../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { type FakeChannel, type FakeUser, someone } from './support/fake-silc.js';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const DESK = 'alice@jabber.test/desk';
const ADMIN = 'http://jabber.org/protocol/muc#admin';
const OWNER = 'http://jabber.org/protocol/muc#owner';
const INFO = 'http://jabber.org/protocol/disco#info';
const TRAFFIC = 'http://jabber.org/protocol/muc#traffic';
const ITEMS = 'http://jabber.org/protocol/disco#items';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const iq = (type: 'get' | 'set', to: string, child: string, from = ALICE): string =>
  `<iq type='${type}' id='q' from='${from}' to='${to}'>${child}</iq>`;

/** Alice as operator (founder unless told) in a room with Bob. */
async function meeting(mode: number = ChannelUserMode.founder | ChannelUserMode.operator): Promise<{
  world: World;
  bob: FakeUser;
  channel: FakeChannel;
}> {
  const world = await World.start();
  const bob = someone('Bob', { fingerprint: 'ab'.repeat(20) });
  const channel = world.silc.channel('silc', [[bob]]);
  await world.join(ALICE, 'silc', 'alice');
  world.silc.setMode(channel, world.silc.session.self, mode);
  await world.settle();
  return { world, bob, channel };
}

describe('ping', () => {
  const ping = (to: string, from = ALICE): string => iq('get', to, "<ping xmlns='urn:xmpp:ping'/>", from);

  it.each([
    ['the gateway', 'gw.test', ALICE, 'result'],
    ['a room', 'silc@gw.test', ALICE, 'result'],
    ['the own occupant', 'silc@gw.test/alice', ALICE, 'result'],
    [
      'the own occupant from a client that is not in the room',
      'silc@gw.test/alice',
      DESK,
      'cancel/not-acceptable',
    ],
    ['another occupant', 'silc@gw.test/Bob', ALICE, 'result'],
    ['an occupant who is not there', 'silc@gw.test/Eve', ALICE, 'cancel/item-not-found'],
    ['a user', 'bob!@gw.test', ALICE, 'result'],
    ['a user who is not there', 'eve!@gw.test', ALICE, 'cancel/item-not-found'],
  ])('of %s', async (_, to, from, answer) => {
    const { world } = await meeting();
    const [line] = outlines(await world.receive(ping(to, from)));
    expect(line).toBe(answer === 'result' ? `iq result ${to}>${from}` : `iq error ${to}>${from} ${answer}`);
  });

  it('of the own occupant is answered while the SILC link is being mended', async () => {
    const { world } = await meeting();
    world.silc.session.lose();
    expect(outlines(await world.receive(ping('silc@gw.test/alice')))).toEqual([
      `iq result silc@gw.test/alice>${ALICE}`,
    ]);
  });
});

describe('discovery', () => {
  it('tells what the gateway, a room and a user are', async () => {
    const { world } = await meeting();
    const identity = async (to: string): Promise<string | undefined> => {
      const [answer] = await world.receive(iq('get', to, `<query xmlns='${INFO}'/>`));
      const found = answer?.getChild('query')?.getChild('identity')?.attrs;
      return `${found?.category ?? ''}/${found?.type ?? ''} ${found?.name ?? ''}`;
    };
    expect(await identity('gw.test')).toBe('conference/text SILC gateway');
    expect(await identity('silc@gw.test')).toBe('conference/text silc');
    expect(await identity('bob!@gw.test')).toBe('client/pc ');
  });

  it('says what a room is also to clients that ask what it lets pass', async () => {
    const world = await World.start();
    const [answer] = await world.receive(
      iq('get', 'silc@gw.test', `<query xmlns='${INFO}' node='${TRAFFIC}'/>`),
    );
    const query = answer?.getChild('query');
    expect(query?.attrs.node).toBe(TRAFFIC);
    expect(query?.getChild('identity')?.attrs).toMatchObject({ category: 'conference', type: 'text' });
  });

  it('tells the time of the gateway, in UTC', async () => {
    vi.setSystemTime(Date.UTC(2026, 10, 29, 8, 0, 1));
    const world = await World.start();
    const [answer] = await world.receive(iq('get', 'gw.test', "<time xmlns='urn:xmpp:time'/>"));
    const time = answer?.getChild('time', 'urn:xmpp:time');
    expect(time?.getChildText('tzo')).toBe('+00:00');
    expect(time?.getChildText('utc')).toMatch(/^2026-11-29T08:00:01\.\d{3}Z$/);
  });

  it('lists the channels through the session of the gateway, asked once a minute', async () => {
    const world = await World.start();
    world.silc.list = [{ id: '01' as ChannelId, name: 'Silc', topic: undefined, users: 3 }];
    const ask = () => world.receive(iq('get', 'gw.test', `<query xmlns='${ITEMS}'/>`));
    const [first] = await ask();
    await ask();
    expect(
      first
        ?.getChild('query')
        ?.getChildren('item')
        .map(({ attrs }) => attrs),
    ).toEqual([{ jid: 'silc@gw.test', name: 'Silc (3)' }]);
    expect(world.silc.session.log).toEqual(['list']);
    expect([...world.store.users.keys()]).toEqual(['service:net']);
    const { session } = world.silc;
    await vi.advanceTimersByTimeAsync(301_000);
    expect(session.state).toBe('closed');
  });

  it('shows the channels of the default network, then one item for each other one', async () => {
    const { networks } = testConfig();
    const { net } = networks;
    if (net === undefined) throw new Error('no network');
    const world = await World.start(testConfig({ networks: { net, second: { ...net, default: false } } }));
    const [answer] = await world.receive(iq('get', 'gw.test', `<query xmlns='${ITEMS}'/>`));
    expect(
      answer
        ?.getChild('query')
        ?.getChildren('item')
        .map(({ attrs }) => attrs.node),
    ).toEqual(['networks/second']);
  });

  it('tells the occupants of a room to those who are in it only', async () => {
    const { world } = await meeting();
    const ask = async (from: string): Promise<(string | undefined)[]> => {
      const [answer] = await world.receive(iq('get', 'silc@gw.test', `<query xmlns='${ITEMS}'/>`, from));
      return (
        answer
          ?.getChild('query')
          ?.getChildren('item')
          .map(({ attrs }) => attrs.jid) ?? []
      );
    };
    expect(await ask(ALICE)).toEqual(['silc@gw.test/Bob', 'silc@gw.test/alice']);
    expect(await ask(DESK)).toEqual([]);
  });

  it.each([
    ['version', "<query xmlns='jabber:iq:version'/>", 'gw.test', 'result'],
    ['the time of the gateway', "<time xmlns='urn:xmpp:time'/>", 'gw.test', 'result'],
    ['the time of a room', "<time xmlns='urn:xmpp:time'/>", 'silc@gw.test', 'cancel/feature-not-implemented'],
    ['what a room lets pass', `<query xmlns='${INFO}' node='${TRAFFIC}'/>`, 'silc@gw.test', 'result'],
    [
      'anything of an occupant',
      "<query xmlns='jabber:iq:roster'/>",
      'silc@gw.test/Bob',
      'cancel/service-unavailable',
    ],
    ['an unknown node', `<query xmlns='${INFO}' node='x'/>`, 'gw.test', 'cancel/item-not-found'],
    ['an address without network', `<query xmlns='${INFO}'/>`, 'a%b%c@gw.test', 'modify/jid-malformed'],
  ])('answers a question for %s', async (_, child, to, answer) => {
    const world = await World.start();
    const [line] = outlines(await world.receive(iq('get', to, child)));
    expect(line).toBe(answer === 'result' ? `iq result ${to}>${ALICE}` : `iq error ${to}>${ALICE} ${answer}`);
  });

  it('asks who has a nickname once for all who ask at the same time, and takes no more than a few such questions of one user', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    const ask = (from: string, nick: string) =>
      world.receive(iq('get', `${nick}!@gw.test`, "<vCard xmlns='vcard-temp'/>", from));
    const others = ['carol@jabber.test/x', 'dora@jabber.test/x'];
    const answers = await Promise.all(others.map((from) => ask(from, 'bob')));
    expect(answers.flat().map(({ attrs }) => attrs.type)).toEqual(['result', 'result']);
    expect(world.silc.session.log).toEqual(['whois bob']);

    world.silc.session.lose();
    world.silc.connectFailure = () => new Promise<never>(() => {});
    const refused: string[] = [];
    for (let n = 0; n < 8; n++) refused.push(...outlines(await ask(ALICE, `nick${n}`)));
    expect(refused).toEqual(
      [5, 6, 7].map((n) => `iq error nick${n}!@gw.test>${ALICE} wait/resource-constraint`),
    );
    expect(await ask('carol@jabber.test/x', 'nick9')).toEqual([]);
  });

  it('remembers that nobody has a nickname until a session sees somebody with it, also while the question is under way', async () => {
    const world = await World.start();
    const channel = world.silc.channel('silc', [[someone('Bob')]]);
    await world.join('carol@jabber.test/x', 'silc', 'carol');
    await world.join(ALICE, 'other', 'alice');
    const whois = vi.spyOn(world.silc.session, 'whois');
    const ask = async (nick: string): Promise<string | undefined> => {
      const sent = await world.receive(iq('get', `${nick}!@gw.test`, "<vCard xmlns='vcard-temp'/>"));
      return sent.find(({ name }) => name === 'iq')?.attrs.type;
    };
    expect([await ask('dave'), await ask('dave')]).toEqual(['error', 'error']);
    expect(whois).toHaveBeenCalledTimes(1);
    world.silc.enter(channel, someone('Dave'));
    await world.settle();
    expect(await ask('dave')).toBe('result');

    // The answer was on its way when she came.
    whois.mockImplementationOnce(() => {
      world.silc.enter(channel, someone('Erin'));
      return Promise.resolve([]);
    });
    expect(await ask('erin')).toBe('error');
    await world.settle();
    expect(await ask('erin')).toBe('result');
  });

  it('answers in time when SILC does not', async () => {
    const world = await World.start();
    world.silc.connectFailure = () => new Promise<never>(() => {});
    await world.receive(iq('get', 'gw.test', `<query xmlns='${ITEMS}'/>`));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(outlines(await world.settle())).toEqual([`iq error gw.test>${ALICE} wait/remote-server-timeout`]);
  });
});

describe('roles and affiliations', () => {
  const set = (item: string): string => iq('set', 'silc@gw.test', `<query xmlns='${ADMIN}'>${item}</query>`);

  it.each([
    ["<item nick='Bob' role='moderator'/>", 0, 'none/moderator'],
    ["<item nick='Bob' affiliation='admin'/>", 0, 'admin/moderator'],
    ["<item jid='bob!@gw.test' affiliation='admin'/>", 0, 'admin/moderator'],
    ["<item nick='Bob' role='visitor'/>", 0, 'none/visitor'],
    ["<item nick='Bob' role='participant'/>", ChannelUserMode.quiet, 'none/participant'],
    ["<item nick='Bob' affiliation='none'/>", ChannelUserMode.operator, 'none/participant'],
  ])('sets %s', async (item, before, after) => {
    const { world, bob, channel } = await meeting();
    world.silc.setMode(channel, bob, before);
    await world.settle();
    expect(outlines(await world.receive(set(item)))).toEqual([
      `presence silc@gw.test/Bob>${ALICE} ${after}`,
      `iq result silc@gw.test>${ALICE}`,
    ]);
  });

  it('are of an admin when a SILC user makes somebody operator again who has lost the role of a moderator', async () => {
    const { world, bob, channel } = await meeting();
    await world.receive(set("<item nick='Bob' role='moderator'/>"));
    const shown: string[] = [];
    for (const mode of [ChannelUserMode.operator, 0, ChannelUserMode.operator]) {
      world.silc.setMode(channel, bob, mode);
      shown.push(...outlines(await world.settle()));
    }
    expect(shown).toEqual([
      `presence silc@gw.test/Bob>${ALICE} none/participant`,
      `presence silc@gw.test/Bob>${ALICE} admin/moderator`,
    ]);
  });

  it('follow SILC when an admin whom nobody can make operator again is one no longer', async () => {
    const { world, bob, channel } = await meeting();
    await world.receive(set("<item nick='Bob' affiliation='admin'/>"));
    world.silc.setMode(channel, bob, 0);
    expect(outlines(await world.settle())).toEqual([`presence silc@gw.test/Bob>${ALICE} none/participant`]);
  });

  it('kicks with the reason, shortened to what KICK can carry', async () => {
    const { world } = await meeting();
    const sent = await world.receive(
      set(`<item nick='Bob' role='none'><reason>${'ä'.repeat(100)}</reason></item>`),
    );
    expect(outlines(sent)).toEqual([
      `presence unavailable silc@gw.test/Bob>${ALICE} none/none 307`,
      `iq result silc@gw.test>${ALICE}`,
    ]);
    expect(world.silc.session.log.at(-1)).toBe(`kick Bob ${'ä'.repeat(64)}`);
  });

  it('bans by nickname and kicks; the kick shows as a ban; the ban is listed and taken back', async () => {
    const { world } = await meeting();
    const sent = await world.receive(
      set("<item nick='Bob' affiliation='outcast'><reason>spam</reason></item>"),
    );
    expect(outlines(sent)).toEqual([
      `presence unavailable silc@gw.test/Bob>${ALICE} outcast/none 301`,
      `iq result silc@gw.test>${ALICE}`,
    ]);
    expect(world.silc.session.log.slice(-2)).toEqual(['ban add 1', 'kick Bob spam']);
    expect(world.silc.lists.get('ban silc')).toEqual([{ kind: 'mask', mask: 'Bob' }]);
    const [list] = await world.receive(
      iq('get', 'silc@gw.test', `<query xmlns='${ADMIN}'><item affiliation='outcast'/></query>`),
    );
    const item = list?.getChild('query')?.getChild('item');
    expect(item?.attrs).toEqual({ affiliation: 'outcast', jid: 'bob!@gw.test' });
    expect(item?.getChildText('reason')).toBe('spam');
    await world.receive(set("<item jid='bob!@gw.test' affiliation='none'/>"));
    expect(world.silc.session.log.at(-1)).toBe('ban delete 1');
    expect(world.silc.lists.get('ban silc')).toEqual([]);
  });

  it.each([false, true])(
    'bans and kicks also when the author leaves meanwhile (the deadline of the answer over: %s)',
    async (isLate) => {
      const { world } = await meeting();
      const { session } = world.silc;
      let answer = (): void => {};
      const { editEntries } = session.channelControl;
      session.channelControl.editEntries = async (...args) => {
        await new Promise<void>((resolve) => (answer = resolve));
        return editEntries(...args);
      };
      await world.receive(set("<item nick='Bob' affiliation='outcast'><reason>spam</reason></item>"));
      await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
      if (isLate) {
        await vi.advanceTimersByTimeAsync(30_000);
        expect(outlines(await world.settle())).toEqual([
          `iq error silc@gw.test>${ALICE} wait/remote-server-timeout`,
        ]);
      }
      answer();
      expect(outlines(await world.settle())).toEqual(isLate ? [] : [`iq result silc@gw.test>${ALICE}`]);
      expect(session.log.slice(-3)).toEqual(['ban add 1', 'kick Bob spam', 'quit']);
    },
  );

  it('lists occupants by role and affiliation', async () => {
    const { world } = await meeting();
    const list = async (item: string): Promise<(string | undefined)[]> => {
      const [answer] = await world.receive(
        iq('get', 'silc@gw.test', `<query xmlns='${ADMIN}'>${item}</query>`),
      );
      return (
        answer
          ?.getChild('query')
          ?.getChildren('item')
          .map(({ attrs }) => attrs.nick) ?? []
      );
    };
    expect(await list("<item role='participant'/>")).toEqual(['Bob']);
    expect(await list("<item affiliation='owner'/>")).toEqual(['alice']);
    expect(await list("<item affiliation='member'/>")).toEqual([]);
  });

  it.each([
    ['the server refuses', "<item nick='Bob' role='moderator'/>", 'auth/forbidden'],
    ['nobody has the name', "<item nick='Eve' role='moderator'/>", 'cancel/item-not-found'],
    ['founder rights are to be given', "<item nick='Bob' affiliation='owner'/>", 'cancel/not-allowed'],
    ['one bans oneself', "<item nick='alice' affiliation='outcast'/>", 'cancel/conflict'],
    ['a role does not exist', "<item nick='Bob' role='king'/>", 'modify/bad-request'],
  ])('answers with an error when %s', async (_, item, error) => {
    const { world } = await meeting();
    world.silc.session.refusals.set('cumode', new SilcCommandError(18, Status.noChannelPriv, 'no'));
    expect(outlines(await world.receive(set(item)))).toEqual([`iq error silc@gw.test>${ALICE} ${error}`]);
  });
});

describe('the configuration form', () => {
  const submit = (fields: string): string =>
    iq(
      'set',
      'silc@gw.test',
      `<query xmlns='${OWNER}'><x xmlns='jabber:x:data' type='submit'>${fields}</x></query>`,
    );
  const field = (name: string, value: string): string =>
    `<field var='${name}'><value>${value}</value></field>`;

  it('shows the modes of the channel', async () => {
    const { world, channel } = await meeting();
    world.silc.changeMode(channel, ChannelMode.invite | ChannelMode.userLimit, 7);
    await world.settle();
    const [answer] = await world.receive(iq('get', 'silc@gw.test', `<query xmlns='${OWNER}'/>`));
    const form = answer?.getChild('query')?.getChild('x');
    const values = form
      ?.getChildren('field')
      .map((one) => `${one.attrs.var ?? ''}=${one.getChildText('value') ?? ''}`);
    expect(values).toEqual(
      expect.arrayContaining([
        'muc#roomconfig_membersonly=1',
        'muc#roomconfig_maxusers=7',
        'muc#roomconfig_publicroom=1',
        'muc#roomconfig_moderatedroom=0',
      ]),
    );
  });

  it('sets what has changed, tells it with 104, and answers then', async () => {
    const { world } = await meeting();
    const fields = field('muc#roomconfig_membersonly', '1') + field('muc#roomconfig_changesubject', '1');
    expect(outlines(await world.receive(submit(fields)))).toEqual([
      `presence unavailable silc@gw.test/Bob>${ALICE} none/none 322`,
      `message groupchat silc@gw.test>${ALICE} 104`,
      `iq result silc@gw.test>${ALICE}`,
    ]);
    // Who is on the list of the invited stays.
    expect(world.silc.session.log.slice(-3)).toEqual(['cmode {"set":8,"clear":0}', 'invites', 'kick Bob']);
  });

  it('accepts an empty submission, by which a client opens a new room', async () => {
    const { world } = await meeting();
    expect(outlines(await world.receive(submit('')))).toEqual([`iq result silc@gw.test>${ALICE}`]);
    expect(world.silc.session.log).toEqual(['join silc']);
  });

  it('replaces a passphrase by removing it first, with the channel for invited users meanwhile', async () => {
    const { world, channel } = await meeting();
    world.silc.changeMode(channel, ChannelMode.passphrase);
    await world.receive(submit(field('muc#roomconfig_roomsecret', 'new')));
    expect(world.silc.session.log.slice(-2)).toEqual([
      'cmode {"set":8,"clear":64}',
      'cmode {"set":64,"clear":8,"passphrase":"new"}',
    ]);
  });

  it('is refused to plain users, who cannot destroy the room either', async () => {
    const { world } = await meeting(0);
    expect(outlines(await world.receive(submit('')))).toEqual([
      `iq error silc@gw.test>${ALICE} auth/forbidden`,
    ]);
    expect(
      outlines(await world.receive(iq('set', 'silc@gw.test', `<query xmlns='${OWNER}'><destroy/></query>`))),
    ).toEqual([`iq error silc@gw.test>${ALICE} auth/forbidden`]);
  });
});

describe('roster presence', () => {
  it('is accepted by the gateway and declined by rooms, with a text', async () => {
    const world = await World.start();
    const ask = async (to: string) =>
      outlines(await world.receive(`<presence type='subscribe' from='alice@jabber.test' to='${to}'/>`));
    expect(await ask('gw.test')).toEqual([
      'presence subscribed gw.test>alice@jabber.test',
      'presence gw.test>alice@jabber.test',
    ]);
    expect(await ask('silc@gw.test')).toEqual(['presence unsubscribed silc@gw.test>alice@jabber.test']);
  });

  it('of those who may not use the gateway, or to a network that is not there, is declined as well', async () => {
    const world = await World.start();
    const ask = async (from: string, to: string): Promise<string> => {
      const [answer, ...others] = await world.receive(
        `<presence type='subscribe' from='${from}' to='${to}'/>`,
      );
      expect(others).toEqual([]);
      expect(answer?.getChildText('status')).not.toBe('');
      return outlines(answer === undefined ? [] : [answer]).join();
    };
    expect(await ask('mallory@jabber.test', 'gw.test')).toBe(
      'presence unsubscribed gw.test>mallory@jabber.test',
    );
    expect(await ask('a@banned.test/r', 'bob!@gw.test')).toBe(
      'presence unsubscribed bob!@gw.test>a@banned.test',
    );
    expect(await ask(ALICE, 'bob!nowhere@gw.test')).toBe(
      'presence unsubscribed bob!nowhere@gw.test>alice@jabber.test',
    );
  });

  it('answers probes', async () => {
    const { world } = await meeting();
    const probe = async (to: string) =>
      outlines(await world.receive(`<presence type='probe' from='${ALICE}' to='${to}'/>`));
    expect(await probe('gw.test')).toEqual([`presence gw.test>${ALICE}`]);
    expect(await probe('silc@gw.test/Bob')).toEqual([`presence silc@gw.test/Bob>${ALICE} none/participant`]);
  });
});
