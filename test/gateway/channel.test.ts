import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelHooks } from '../../src/gateway/channels/hooks.js';
import type { ChannelLine } from '../../src/gateway/channels/line.js';
import type { Feature } from '../../src/gateway/feature.js';
import { SilcError } from '../../src/silc/errors.js';
import { Deferred } from '../../src/util/deferred.js';
import { someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ALICE = 'alice@jabber.test/phone';
const BOB = 'bob@jabber.test/desk';
const CAROL = 'carol@jabber.test/x';

const groupchat = (from: string, text: string, more = ''): string =>
  `<message from='${from}' to='silc@gw.test' type='groupchat' id='${text}'><body>${text}</body>${more}</message>`;

/** Lines that were sent, as `name>client text`. */
const heard = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => {
    const [, from, to, text] = /^message groupchat silc@gw\.test\/([^>]*)>(\S*) body=(.*)$/.exec(line) ?? [];
    return from === undefined ? [] : [`${from}>${to} ${text}`];
  });

describe('a channel that several local users are on', () => {
  it('publishes a line once to each of them, with one stanza-id, whoever receives it first and however often it comes', async () => {
    const world = await World.start();
    const native = someone('native');
    const channel = world.silc.channel('silc', [[native]]);
    for (const full of [ALICE, BOB, CAROL]) await world.join(full, 'silc', full.slice(0, 3));
    const message = world.silc.message('hello');
    world.silc.say(channel, native, message);
    world.silc.say(channel, native, message);
    const sent = await world.settle();
    expect(heard(outlines(sent))).toEqual([ALICE, BOB, CAROL].map((full) => `native>${full} hello`));
    expect(new Set(sent.map((stanza) => stanza.getChild('stanza-id')?.attrs.id)).size).toBe(1);
  });

  it('shows who speaks and is no member, until the session that keeps the members must have heard of it', async () => {
    const world = await World.start();
    const [late, gone] = [someone('late'), someone('gone')];
    const channel = world.silc.channel('silc');
    await world.join(ALICE, 'silc', 'alice');
    for (const speaker of [late, gone])
      world.silc.say(channel, speaker, world.silc.message(`by ${speaker.nickname ?? ''}`));
    expect(heard(outlines(await world.settle()))).toEqual([`late>${ALICE} by late`, `gone>${ALICE} by gone`]);
    // Its JOIN comes after its line.
    world.silc.enter(channel, late);
    await vi.advanceTimersByTimeAsync(3_000);
    const leaving = outlines(await world.settle()).filter((line) => line.startsWith('presence unavailable'));
    expect(leaving).toEqual([`presence unavailable silc@gw.test/gone>${ALICE} none/none`]);
  });

  it('takes a local line to all local users at once, whole, and knows the copies that come back', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    await world.join(BOB, 'silc', 'bob');
    const sent = await world.receive(groupchat(ALICE, 'x', "<reply xmlns='urn:xmpp:reply:0' id='7'/>"));
    expect(heard(outlines(sent))).toEqual([`alice>${ALICE} x`, `alice>${BOB} x`]);
    for (const stanza of sent) {
      expect(stanza.attrs.id).toBe('x');
      expect(stanza.getChild('reply', 'urn:xmpp:reply:0')?.attrs.id).toBe('7');
    }
    expect(new Set(sent.map((stanza) => stanza.getChild('stanza-id')?.attrs.id)).size).toBe(1);
  });

  it('takes no copy of a local line for news, whatever octets it has in another cell of the network', async () => {
    const world = await World.start();
    const channel = world.silc.channel('silc');
    await world.join(ALICE, 'silc', 'alice');
    await world.join(BOB, 'silc', 'bob');
    const [alice] = world.silc.sessions;
    world.silc.say(channel, alice!.self, world.silc.message('said before'));
    expect(await world.settle()).toEqual([]);
  });

  it('shows all of them under the same names, and each under an address that reaches exactly this one', async () => {
    const world = await World.start();
    const [first, second] = [someone('Bob'), someone('Bob', { fingerprint: 'ab'.repeat(20) })];
    world.silc.channel('silc', [[first], [second]]);
    const seenBy = async (full: string): Promise<string[]> =>
      (await world.join(full, 'silc', full.slice(0, 5)))
        .filter(({ name, attrs }) => name === 'presence' && attrs.from?.includes('/Bob'))
        .map(({ attrs }) => attrs.from ?? '');
    const [alice, carol] = [await seenBy(ALICE), await seenBy(CAROL)];
    expect(alice).toEqual(['silc@gw.test/Bob', 'silc@gw.test/Bob*abab']);
    expect(carol).toEqual(alice);
    for (const [address, whom] of [
      ['bob!', first],
      ['bob*abab!', second],
    ] as const) {
      const told: string[] = [];
      world.silc.sessions[0]!.tell = (to) => {
        told.push(to);
        return Promise.resolve({ digest: '', number: 1 });
      };
      await world.receive(
        `<message from='${ALICE}' to='${address}@gw.test' type='chat'><body>hi</body></message>`,
      );
      expect(told).toEqual([whom.clientId]);
    }
  });

  it('gives a line to nobody whose session has not its key, until the own copy comes', async () => {
    const world = await World.start();
    const native = someone('native');
    const channel = world.silc.channel('silc', [[native]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join(BOB, 'silc', 'bob');
    const [alice, bob] = world.silc.sessions;
    const key = { generation: 2 };
    bob!.missingKeys.add(key);
    const message = world.silc.message('secret');
    const event = {
      ...({ type: 'channel-message', channel, sender: native, message } as const),
      ...({ protection: 'channel-key', key } as const),
    };
    alice!.emit(event);
    expect(heard(outlines(await world.settle()))).toEqual([`native>${ALICE} secret`]);
    bob!.missingKeys.delete(key);
    bob!.emit(event);
    bob!.emit(event);
    expect(heard(outlines(await world.settle()))).toEqual([`native>${BOB} secret`]);
  });

  it('gives it to who was in the room before the link was lost, as long as others may not have the new key', async () => {
    const world = await World.start();
    const native = someone('native');
    const channel = world.silc.channel('silc', [[native]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join(BOB, 'silc', 'bob');
    const [alice, bob] = world.silc.sessions;
    bob!.lose();
    await vi.advanceTimersByTimeAsync(2_000);
    await world.settle();
    const old = { generation: 2 };
    world.silc.sessions.at(-1)!.missingKeys.add(old);
    const say = async (text: string, protection: 'channel-key' | 'private-key'): Promise<string[]> => {
      const message = world.silc.message(text);
      alice!.emit({ type: 'channel-message', channel, sender: native, message, protection, key: old });
      return heard(outlines(await world.settle()));
    };
    expect(await say('in time', 'channel-key')).toEqual([`native>${ALICE} in time`, `native>${BOB} in time`]);
    expect(await say('private', 'private-key')).toEqual([`native>${ALICE} private`]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await say('later', 'channel-key')).toEqual([`native>${ALICE} later`]);
  });

  it("holds the lines of somebody who is not known yet, and nobody else's", async () => {
    const world = await World.start();
    const native = someone('native');
    const channel = world.silc.channel('silc', [[native]]);
    await world.join(ALICE, 'silc', 'alice');
    const { session } = world.silc;
    session.leads = () => false;
    const late = someone(undefined);
    world.silc.say(channel, late, world.silc.message('who am I'));
    world.silc.say(channel, native, world.silc.message('go on'));
    expect(heard(outlines(await world.settle()))).toEqual([`native>${ALICE} go on`]);
    late.nickname = 'late';
    world.silc.enter(channel, late);
    expect(outlines(await world.settle())).toEqual([
      `presence silc@gw.test/late>${ALICE} none/participant`,
      `message groupchat silc@gw.test/late>${ALICE} body=who am I`,
    ]);
    const unknown = someone(undefined);
    world.silc.say(channel, unknown, world.silc.message('never told'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(outlines(await world.settle()).at(-1)).toMatch(/body=never told$/);
  });
});

describe('a channel that its last user leaves', () => {
  it('is the same one for who is on the way to it and for who comes afterwards, and remembers nobody', async () => {
    const world = await World.start();
    const native = someone('native');
    const channel = world.silc.channel('silc', [[native]]);
    await world.join(ALICE, 'silc', 'alice');
    let open = (): void => {};
    world.silc.gate = new Promise((resolve) => (open = resolve));
    await world.join(BOB, 'silc', 'bob');
    await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    channel.members.delete(native.clientId);
    await world.join(CAROL, 'silc', 'carol');
    open();
    const sent = outlines(await world.settle());
    const shown = (full: string): string[] =>
      sent
        .flatMap((line) => /^presence silc@gw\.test\/(\w+)>(\S+)/.exec(line)?.slice(1) ?? [])
        .filter((_, index, all) => index % 2 === 0 && all[index + 1] === full);
    expect(shown(BOB).sort()).toEqual(['bob', 'carol']);
    expect(shown(CAROL).sort()).toEqual(['bob', 'carol']);
  });
});

describe('while SILC links are down', () => {
  it('shows a gap when somebody is there afterwards who was not there before', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    world.silc.session.lose(new SilcError('closed', 'lost'));
    // The name is not known yet.
    world.silc.channel('silc', [[someone(undefined)]]);
    await vi.advanceTimersByTimeAsync(2_000);
    const sent = outlines(await world.settle());
    expect(sent.filter((line) => line.includes('The link to the SILC network was down'))).toHaveLength(1);
  });

  it('15 local users hear every line of each other once, and SILC gets each once (faults A1)', async () => {
    const world = await World.start();
    const users = Array.from({ length: 15 }, (_, n) => `u${n}@jabber.test/r`);
    for (const [n, full] of users.entries()) await world.join(full, 'silc', `nick${n}`);
    await world.settle();
    const before = [...world.silc.sessions];
    let open = (): void => undefined;
    world.silc.connectGate = new Promise((resolve) => (open = resolve));
    for (const session of before) session.lose();
    await vi.advanceTimersByTimeAsync(2_000);
    const sent: string[] = [];
    for (const [n, full] of users.entries())
      sent.push(...outlines(await world.receive(groupchat(full, `line${n}`))));
    open();
    await vi.advanceTimersByTimeAsync(60_000);
    sent.push(...outlines(await world.settle()));
    const lines = heard(sent);
    expect(new Set(lines).size).toBe(15 * 15);
    expect(lines).toHaveLength(15 * 15);
    const said = world.silc.sessions.flatMap(({ log }) => log.filter((entry) => entry.startsWith('say ')));
    expect(said.sort()).toEqual(users.map((_, n) => `say text line${n}`).sort());
    expect(sent.filter((line) => line.includes('error'))).toEqual([]);
    // Nobody else was there who could have said something.
    expect(sent.filter((line) => line.includes('was down'))).toEqual([]);
  });

  it('fills what one user misses from the session of another one (faults A3), and shows no gap and no second occupant', async () => {
    const world = await World.start();
    const native = someone('native');
    const channel = world.silc.channel('silc', [[native]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join(BOB, 'silc', 'bob');
    const [alice] = world.silc.sessions;
    // The server has not noticed: the old client stays on the channel.
    alice!.loseUnnoticed();
    await world.settle();
    world.silc.say(channel, native, world.silc.message('missed?'));
    expect(heard(outlines(await world.settle()))).toEqual([
      `native>${ALICE} missed?`,
      `native>${BOB} missed?`,
    ]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle())).toEqual([]);
    expect(
      outlines(await world.join(CAROL, 'silc', 'carol')).filter((line) => line.includes('/alice')),
    ).toHaveLength(1);
    // And when the server does notice, nobody goes.
    world.silc.exit(channel, alice!.self, { kind: 'signoff', message: undefined });
    expect(outlines(await world.settle())).toEqual([]);
  });

  it('shows a gap with its times to everybody when nobody could hear the channel', async () => {
    const world = await World.start();
    world.silc.channel('silc', [[someone('native')]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join(BOB, 'silc', 'bob');
    for (const session of [...world.silc.sessions]) session.lose();
    await vi.advanceTimersByTimeAsync(5_000);
    const gaps = (await world.settle()).filter((stanza) => stanza.getChild('silc')?.attrs.kind === 'gap');
    expect(gaps.map(({ attrs }) => attrs.to)).toEqual([ALICE, BOB]);
    const { since, until } = gaps[0]?.getChild('silc')?.attrs ?? {};
    expect(Date.parse(until ?? '') - Date.parse(since ?? '')).toBeGreaterThan(0);
  });
});

/** An archive in memory: what a feature has to be to see all that is said, once, and to show it to who joins. */
function fakeArchive(): { feature: Feature; lines: ChannelLine[]; spans: string[] } {
  const lines: ChannelLine[] = [];
  const spans: string[] = [];
  const channel: ChannelHooks = {
    line: (line) => void lines.push(line),
    present: ({ user, is }) => void spans.push(`${user} ${is ? 'comes' : 'goes'}`),
    history: ({ room, maxStanzas = 20 }) =>
      Promise.resolve(maxStanzas === 0 ? [] : lines.filter((line) => line.room === room).slice(-maxStanzas)),
  };
  return { feature: { name: 'fake archive', specs: [], channel }, lines, spans };
}

describe('an archive as a feature', () => {
  it('keeps nobody in the dark who is kicked while the history is read', async () => {
    const { feature, lines } = fakeArchive();
    const read = new Deferred();
    const history = (): Promise<readonly ChannelLine[]> => read.promise.then(() => lines);
    const slow: Feature = { ...feature, channel: { ...feature.channel, history } };
    const world = await World.start(undefined, () => [slow]);
    const channel = world.silc.channel('silc', [[someone('Bob')]]);
    const shown = outlines(await world.join('alice@jabber.test/phone', 'silc', 'alice'));
    expect(shown.at(-1)).toContain('silc@gw.test/alice');
    world.silc.exit(channel, world.silc.session.self, { kind: 'kicked', comment: 'noise', by: undefined });
    expect(outlines(await world.settle())).toEqual([
      'presence unavailable silc@gw.test/alice>alice@jabber.test/phone none/none 307,110',
    ]);
    read.resolve();
    expect(await world.settle()).toEqual([]);
  });

  it('shows a line once that was said while the history was read, and is in it', async () => {
    const { feature, lines } = fakeArchive();
    const read = new Deferred();
    const history = (): Promise<readonly ChannelLine[]> => read.promise.then(() => lines);
    const slow: Feature = { ...feature, channel: { ...feature.channel, history } };
    const world = await World.start(undefined, () => [slow]);
    const native = someone('native');
    const channel = world.silc.channel('silc', [[native]]);
    await world.join(ALICE, 'silc', 'alice');
    world.silc.say(channel, native, world.silc.message('before'));
    await world.settle();
    await world.join(BOB, 'silc', 'bob');
    world.silc.say(channel, native, world.silc.message('meanwhile'));
    // The id of somebody else comes first.
    const foreign = "<stanza-id xmlns='urn:xmpp:sid:0' by='alice@jabber.test' id='foreign'/>";
    await world.receive(groupchat(ALICE, 'too', foreign));
    read.resolve();
    const sent = (await world.settle()).filter(({ attrs }) => attrs.to === BOB);
    expect(lines).toHaveLength(3);
    expect(outlines(sent)).toEqual([
      `message groupchat silc@gw.test/native>${BOB} body=before`,
      `message groupchat silc@gw.test>${BOB} subject=`,
      `message groupchat silc@gw.test/native>${BOB} body=meanwhile`,
      `message groupchat silc@gw.test/alice>${BOB} body=too`,
    ]);
  });

  it('gets each line once, and shows it between self-presence and subject, before what happens meanwhile', async () => {
    const { feature, lines, spans } = fakeArchive();
    const world = await World.start(undefined, () => [feature]);
    const native = someone('native');
    const channel = world.silc.channel('silc', [[native]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join(BOB, 'silc', 'bob');
    world.silc.say(channel, native, world.silc.message('one'));
    await world.receive(groupchat(ALICE, 'two'));
    expect(lines.map(({ origin, from }) => `${origin} ${from}`)).toEqual([
      'silc silc@gw.test/native',
      'jabber silc@gw.test/alice',
    ]);
    world.link.receive(
      `<presence from='${CAROL}' to='silc@gw.test/carol' id='j'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='5'/></x></presence>`,
    );
    await vi.waitFor(
      () => expect(outlines(world.link.sent).some((line) => line.includes(' 110'))).toBe(true),
      20_000,
    );
    world.silc.say(channel, native, world.silc.message('three'));
    const sent = (await world.settle()).filter(({ attrs }) => attrs.to === CAROL);
    expect(outlines(sent).slice(-5)).toEqual([
      `presence silc@gw.test/carol>${CAROL} none/participant 110`,
      `message groupchat silc@gw.test/native>${CAROL} body=one`,
      `message groupchat silc@gw.test/alice>${CAROL} body=two`,
      `message groupchat silc@gw.test>${CAROL} subject=`,
      `message groupchat silc@gw.test/native>${CAROL} body=three`,
    ]);
    const [self, one, two] = sent.slice(-5);
    expect(self?.attrs.id).toBe('j');
    for (const [stanza, line] of [
      [one, lines[0]],
      [two, lines[1]],
    ] as const) {
      expect(stanza?.getChild('delay')?.attrs.from).toBe('silc@gw.test');
      expect(stanza?.getChild('stanza-id')?.attrs.id).toBe(line?.stanzaId);
    }
    // A client that leaves before it has seen the history hears nothing any more, and one that asks twice nothing twice.
    const again = `<presence from='${CAROL}' to='silc@gw.test/carol'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`;
    world.link.receive(again);
    world.link.receive(again);
    world.silc.say(channel, native, world.silc.message('four'));
    const twice = (await world.settle()).filter(({ attrs }) => attrs.to === CAROL);
    expect(outlines(twice).filter((line) => line.includes('body='))).toEqual([
      `message groupchat silc@gw.test/native>${CAROL} body=four`,
    ]);
    world.link.receive(again);
    world.link.receive(`<presence from='${CAROL}' to='silc@gw.test/carol' type='unavailable'/>`);
    world.silc.say(channel, native, world.silc.message('five'));
    const gone = (await world.settle()).filter(({ attrs }) => attrs.to === CAROL);
    expect(outlines(gone).at(-1)).toMatch(/^presence unavailable/);
    await world.receive(`<presence from='${BOB}' to='silc@gw.test/bob' type='unavailable'/>`);
    expect(spans).toEqual([
      'alice@jabber.test comes',
      'bob@jabber.test comes',
      'carol@jabber.test comes',
      'carol@jabber.test goes',
      'bob@jabber.test goes',
    ]);
  });
});

describe('while too much waits for the Jabber server', () => {
  async function crowded(): Promise<{ world: World; paused: () => boolean[] }> {
    const world = await World.start();
    world.silc.channel('silc', [[someone('native')]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join(BOB, 'silc', 'bob');
    await world.join(CAROL, 'other', 'carol');
    return { world, paused: () => world.silc.sessions.map(({ isReadPaused }) => isReadPaused) };
  }

  it('nothing is read by the sessions of that room, and everything by others', async () => {
    const { world, paused } = await crowded();
    world.link.press('silc@gw.test', true);
    expect(paused()).toEqual([true, true, false]);
    await world.join(CAROL, 'silc', 'carol');
    expect(paused()).toEqual([true, true, true]);
    await world.receive(`<presence from='${CAROL}' to='silc@gw.test/carol' type='unavailable'/>`);
    expect(paused()).toEqual([true, true, false]);
    world.link.press('silc@gw.test', false);
    expect(paused()).toEqual([false, false, false]);
  });

  it('a user is held back as long as one of the rooms is', async () => {
    const { world, paused } = await crowded();
    await world.join(ALICE, 'other', 'alice');
    world.link.press('silc@gw.test', true);
    world.link.press('other@gw.test', true);
    world.link.press('silc@gw.test', false);
    expect(paused()).toEqual([true, false, true]);
    world.link.press('other@gw.test', false);
    expect(paused()).toEqual([false, false, false]);
  });

  it('nobody is held back by a Jabber server that is not there', async () => {
    const { world, paused } = await crowded();
    world.link.online = false;
    world.link.press('silc@gw.test', true);
    expect(paused()).toEqual([false, false, false]);
  });

  it('a pause ends by itself, since a SILC server drops who does not read', async () => {
    const { world, paused } = await crowded();
    world.link.press('silc@gw.test', true);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(paused()).toEqual([false, false, false]);
  });

  it('nobody reads on when the first one who may read again tells too much at once', async () => {
    const { world, paused } = await crowded();
    const [alice] = world.silc.sessions;
    world.link.press('silc@gw.test', true);
    alice!.onReadAgain = () => world.link.press('silc@gw.test', true);
    world.link.press('silc@gw.test', false);
    expect(paused()).toEqual([true, true, false]);
    alice!.onReadAgain = () => undefined;
    world.link.press('silc@gw.test', false);
    expect(paused()).toEqual([false, false, false]);
  });

  it('a user whose link is back is held back as the others are', async () => {
    const { world, paused } = await crowded();
    const [alice] = world.silc.sessions;
    world.link.press('silc@gw.test', true);
    alice!.lose();
    await vi.advanceTimersByTimeAsync(5_000);
    await world.settle();
    expect(paused().at(-1)).toBe(true);
    world.link.press('silc@gw.test', false);
    expect(paused().at(-1)).toBe(false);
  });

  it('private messages hold back their receiver only', async () => {
    const { world, paused } = await crowded();
    const { link } = world;
    const [alice] = world.silc.sessions;
    const message = world.silc.message('psst');
    alice!.emit({ type: 'private-message', sender: someone('stranger'), message, protection: 'session' });
    await world.settle();
    const [flow = ''] = link.flows;
    link.press(flow, true);
    expect(paused()).toEqual([true, false, false]);
    link.press(flow, false);
    expect(paused()).toEqual([false, false, false]);
  });
});
