import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ComponentError } from '../../src/component/stanza.js';
import { SilcError, SilcKilledError } from '../../src/silc/errors.js';
import { ChannelUserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const DESK = 'alice@jabber.test/desk';
const CAROL = 'carol@jabber.test/phone';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a room says when nobody could hear its channel. */
const gap = (to: string): unknown =>
  expect.stringMatching(
    new RegExp(`^message groupchat silc@gw\\.test>${to} body=The link to the SILC network was down from `),
  );

describe('a SILC link that breaks', () => {
  it('is restored with no word to the room but the gap, when nothing has changed', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    world.silc.channel('silc', [[bob]]);
    await world.join(ALICE, 'silc', 'alice');
    world.silc.session.lose();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle())).toEqual([gap(ALICE)]);
    expect(world.silc.connects).toBe(2);
    expect(world.silc.session.log).toEqual(['join silc']);
    world.silc.say(world.silc.channel('silc'), bob, world.silc.message('still here'));
    expect(outlines(await world.settle())).toEqual([
      `message groupchat silc@gw.test/Bob>${ALICE} body=still here`,
    ]);
  });

  it('shows what is said meanwhile at once, keeps it and sends it in order', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    world.silc.session.lose();
    for (const text of ['one', 'two']) {
      world.link.receive(
        `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='${text}'><body>${text}</body></message>`,
      );
    }
    expect(outlines(await world.settle())).toEqual([
      `message groupchat silc@gw.test/alice>${ALICE} body=one`,
      `message groupchat silc@gw.test/alice>${ALICE} body=two`,
    ]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle())).toEqual([]);
    expect(world.silc.session.log).toEqual(['join silc', 'say text one', 'say text two']);
  });

  it('is told of what only others heard who could not read it, unless somebody could', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    const channel = world.silc.channel('silc', [[bob]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join(CAROL, 'silc', 'carol');
    const [alice, carol] = world.silc.sessions;
    alice?.lose();
    const about = { channel, senderId: bob.clientId, reason: 'no-key' } as const;
    carol?.emit({ type: 'channel-message-undecryptable', ...about, digest: 'nobody has read it' });
    expect(outlines(await world.settle())).toEqual([expect.stringContaining(`>${CAROL} body=Messages on`)]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle())).toEqual([expect.stringContaining(`>${ALICE} body=Messages on`)]);
  });

  it('tells afterwards only who came, who went and what changed, also when every Client ID is new', async () => {
    const world = await World.start();
    const [bob, dora] = [someone('Bob'), someone('Dora')];
    const channel = world.silc.channel('silc', [[bob], [dora]]);
    await world.join(ALICE, 'silc', 'alice');
    world.silc.session.lose();
    await world.settle();
    channel.members.clear();
    world.silc.channel('silc', [[someone('Bob'), ChannelUserMode.operator], [someone('Eve')]]);
    channel.topic = 'New';
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle())).toEqual([
      `presence silc@gw.test/Bob>${ALICE} admin/moderator`,
      `presence silc@gw.test/Eve>${ALICE} none/participant`,
      `message groupchat silc@gw.test>${ALICE} subject=New`,
      gap(ALICE),
    ]);
    // All are on their way back to the new server: who is late has the grace period, too.
    await vi.advanceTimersByTimeAsync(117_000);
    expect(await world.settle()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle())).toEqual([
      `presence unavailable silc@gw.test/Dora>${ALICE} none/none`,
    ]);
  });

  it('does not name who set the topic of before as the one who set the new one', async () => {
    const world = await World.start();
    const channel = world.silc.channel('silc', [[someone('Bob')]]);
    await world.join(ALICE, 'silc', 'alice');
    const [bob] = channel.members.values();
    channel.topic = 'Old';
    world.silc.tellChannel(channel, { type: 'topic-changed', channel, topic: 'Old', by: bob?.user });
    world.silc.session.lose();
    channel.topic = 'New';
    await vi.advanceTimersByTimeAsync(2_000);
    await world.settle();
    expect(outlines(await world.join(DESK, 'silc', 'alice')).at(-1)).toBe(
      `message groupchat silc@gw.test>${DESK} subject=New`,
    );
  });

  it('removes everybody with 333 when it cannot be mended within the grace period', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    await world.join(DESK, 'silc', 'alice');
    world.silc.connectFailure = () => Promise.reject(new SilcError('closed', 'refused'));
    world.silc.session.lose();
    world.link.receive(
      `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='m'><body>lost?</body></message>`,
    );
    expect(outlines(await world.settle())).toEqual([
      `message groupchat silc@gw.test/alice>${ALICE} body=lost?`,
      `message groupchat silc@gw.test/alice>${DESK} body=lost?`,
    ]);
    await vi.advanceTimersByTimeAsync(119_000);
    expect(await world.settle()).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(outlines(await world.settle())).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} owner/none 333,110`,
      `presence unavailable silc@gw.test/alice>${DESK} owner/none 333,110`,
      `message error silc@gw.test>${ALICE} wait/recipient-unavailable`,
    ]);
    // Jitter makes each pause at least half of its bound: no storm.
    expect(world.silc.connects).toBeLessThan(30);
  });

  it('gives up at once when the key of the server is another one now', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    world.silc.serverFingerprint = 'ee'.repeat(20);
    world.silc.session.lose();
    await vi.advanceTimersByTimeAsync(3_000);
    const sent = await world.settle();
    expect(outlines(sent)).toEqual([`presence unavailable silc@gw.test/alice>${ALICE} owner/none 333,110`]);
    expect(sent[0]?.getChildText('status')).toContain('EEEE');
  });

  it('stays broken for a user who was killed, until the user joins again', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    world.silc.gate = new Promise(() => {});
    await world.join(ALICE, 'other', 'alice');
    const { session } = world.silc;
    const { self } = session;
    world.silc.exit(world.silc.channel('silc'), self, { kind: 'killed', comment: 'spam', by: undefined });
    session.lose(new SilcKilledError('spam'));
    const sent = await world.settle();
    expect(outlines(sent)).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/none 307,110`,
      `presence error other@gw.test/alice>${ALICE} cancel/not-allowed`,
    ]);
    expect(sent[1]?.getChild('error')?.getChildText('text')).toContain('spam');
    await vi.advanceTimersByTimeAsync(300_000);
    expect(world.silc.connects).toBe(1);
    world.silc.gate = Promise.resolve();
    expect(outlines(await world.join(ALICE, 'silc', 'alice')).at(-1)).toContain('subject=');
  });

  it.each([
    [Status.bannedFromChannel, '301,110'],
    [Status.notInvited, '322,110'],
    [Status.channelIsFull, '333,110'],
  ])('says why a room could not be joined again (status %i)', async (status, codes) => {
    const world = await World.start();
    world.silc.channel('silc', [[someone('Bob')]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join(ALICE, 'other', 'alice');
    world.silc.refuse.set('silc', status);
    world.silc.session.lose();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle())).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/none ${codes}`,
    ]);
  });

  it('lets a client in meanwhile, and leaves quietly with the last one', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    world.silc.connectFailure = () => new Promise<never>(() => {});
    world.silc.session.lose();
    await world.settle();
    expect(outlines(await world.join(DESK, 'silc', 'alice')).at(0)).toContain('110');
    for (const full of [ALICE, DESK]) {
      await world.receive(`<presence from='${full}' to='silc@gw.test/alice' type='unavailable'/>`);
    }
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await world.settle()).toEqual([]);
  });

  it('does not leave a channel behind that was left while it was being joined again', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    await world.join(ALICE, 'other', 'alice');
    let open = (): void => {};
    world.silc.gate = new Promise((resolve) => (open = resolve));
    world.silc.session.lose();
    await vi.advanceTimersByTimeAsync(2_000);
    await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    open();
    await world.settle();
    const { channels, log } = world.silc.session;
    expect([...channels.values()].map(({ name }) => name)).toEqual(['other']);
    expect(log).toEqual(['join silc', 'join other', 'leave silc']);
    expect(outlines(await world.join(ALICE, 'silc', 'alice')).at(-1)).toContain('subject=');
  });

  it('carries a new join through a break in the middle of it', async () => {
    const world = await World.start();
    let open = (): void => {};
    world.silc.gate = new Promise((resolve) => (open = resolve));
    await world.join(ALICE, 'silc', 'alice');
    world.silc.session.lose();
    world.silc.gate = Promise.resolve();
    open();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle()).at(-1)).toBe(`message groupchat silc@gw.test>${ALICE} subject=`);
  });
});

describe('the Jabber link that was away', () => {
  it('leads to a question to each client; who is gone leaves, and SILC sees it only after a while', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    await world.join(DESK, 'silc', 'alice');
    const { log } = world.silc.session;
    world.link.gone.add(ALICE);
    world.link.gone.add(DESK);
    world.link.reattach();
    expect(outlines(await world.settle())).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} owner/none 333,110`,
      `presence unavailable silc@gw.test/alice>${DESK} owner/none 333,110`,
    ]);
    const asked = world.link.requests.map((iq) => `${iq.attrs.to} ${iq.getChildElements()[0]?.getNS()}`);
    // An error may be that of a client which knows no ping.
    expect(asked).toEqual(
      ['urn:xmpp:ping', 'http://jabber.org/protocol/disco#info'].flatMap((namespace) =>
        [ALICE, DESK].map((client) => `${client} ${namespace}`),
      ),
    );
    await vi.advanceTimersByTimeAsync(59_000);
    expect(log).toEqual(['join silc', 'umode {"set":4,"clear":88}']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(log).toEqual(['join silc', 'umode {"set":4,"clear":88}', 'quit']);
  });

  it('shows nothing on SILC when the user comes back in time', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    const { log } = world.silc.session;
    world.link.gone.add(ALICE);
    world.link.reattach();
    await world.settle();
    const again = 'alice@jabber.test/new';
    expect(outlines(await world.join(again, 'silc', 'alice')).at(0)).toContain('110');
    await vi.advanceTimersByTimeAsync(120_000);
    expect(log).toEqual(['join silc']);
  });
});

describe('a client that a stanza of its room did not reach', () => {
  const out = (full: string) => `presence unavailable silc@gw.test/alice>${full} none/none 333,110`;

  async function missed(code: 'expired' | 'overflow' | 'invalid-stanza') {
    const world = await World.start();
    const channel = world.silc.channel('silc', [[someone('Bob')]]);
    await world.join(ALICE, 'silc', 'alice');
    await world.join('carol@jabber.test/x', 'other', 'carol');
    world.link.refusal = new ComponentError(code, 'not sent');
    world.link.online = code !== 'expired';
    world.silc.enter(channel, someone('Dora'));
    await world.settle();
    world.link.refusal = undefined;
    return world;
  }

  it('is taken out of the room when the link is back, and comes back without a word to SILC', async () => {
    const world = await missed('expired');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await world.settle()).toEqual([]);
    world.link.reattach();
    expect(outlines(await world.settle())).toEqual([out(ALICE)]);
    const shown = outlines(await world.join(ALICE, 'silc', 'alice'));
    expect(shown).toContain(`presence silc@gw.test/Dora>${ALICE} none/participant`);
    expect(world.silc.sessions[0]?.log).toEqual(['join silc']);
  });

  it('is taken out of the room after a moment when the queue was full', async () => {
    const world = await missed('overflow');
    expect(await world.settle()).toEqual([]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(outlines(await world.settle())).toEqual([out(ALICE)]);
  });

  it('stays in the room when the stanza is one that nobody can be sent', async () => {
    const world = await missed('invalid-stanza');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await world.settle()).toEqual([]);
  });
});

describe('the end of the gateway', () => {
  it('tells every client with 332, quits every session, and stops the link', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    await world.join('carol@jabber.test/x', 'silc', 'carol');
    await world.settle();
    await world.gateway.stop();
    const sent = outlines(world.link.take()).filter((line) => line.includes('332'));
    expect(sent).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} owner/none 332,110`,
      'presence unavailable silc@gw.test/carol>carol@jabber.test/x none/none 332,110',
    ]);
    expect(world.silc.sessions.map(({ state }) => state)).toEqual(['closed', 'closed']);
    expect(world.link.online).toBe(false);
  });
});
