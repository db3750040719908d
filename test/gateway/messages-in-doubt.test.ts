import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/types.js';
import { UserMode } from '../../src/silc/modes.js';
import { SilcError, SilcInDoubtError } from '../../src/silc/errors.js';
import { someone, type FakeSession } from './support/fake-silc.js';
import { MessagesInDoubt } from '../../src/gateway/sessions/messages-in-doubt.js';
import { noMetrics } from '../../src/gateway/metrics-types.js';
import { SHARE } from '../../src/util/shares.js';
import { turns } from '../../src/util/turn-scheduler.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/desk';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Alice, and perhaps Carol, on the channel `silc` with the SILC user Bob. */
async function talking(...more: readonly string[]) {
  const world = await World.start();
  const bob = someone('Bob');
  const channel = world.silc.channel('silc', [[bob]]);
  const sessions: FakeSession[] = [];
  for (const full of [ALICE, ...more]) {
    await world.join(full, 'silc', full.split('@', 1)[0] ?? '');
    sessions.push(world.silc.session);
  }
  await world.settle();
  const session = (n: number): FakeSession => sessions[n] ?? expect.unreachable();
  return { world, bob, channel, session };
}

const said = (from: string, id: string): string =>
  `<message from='${from}' to='silc@gw.test' type='groupchat' id='${id}'><body>${id}</body></message>`;
const told = (from: string, to: string, id: string): string =>
  `<message from='${from}' to='${to}' type='chat' id='${id}'><body>${id}</body></message>`;

const errorsIn = (stanzas: readonly Element[]): readonly string[] =>
  stanzas
    .filter(({ attrs }) => attrs.type === 'error')
    .map(
      (stanza) =>
        `${stanza.attrs.id} ${stanza.attrs.from}>${stanza.attrs.to} ${stanza.getChild('error')?.getChildText('text')}`,
    );
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a line that a link has taken and the server perhaps not', () => {
  it('is told to its author when the link is lost, and is not said again', async () => {
    const { world, session } = await talking();
    const link = session(0);
    await world.receive(said(ALICE, 'read'));
    link.halfOpen();
    await world.receive(said(ALICE, 'unread'));
    link.lose(new SilcError('timeout', 'silent'));
    expect(errorsIn(await world.settle())).toEqual([]);
    await pass(5_000);
    expect(errorsIn(await world.settle())).toEqual([
      `unread silc@gw.test>${ALICE} Users of this gateway have this message. Whether SILC users have it is not known: ` +
        'the link to the SILC server broke just then.',
    ]);
    expect(world.silc.session).not.toBe(link);
    expect(world.silc.session.log).toEqual(['join silc']);
    await pass(60_000);
    expect(errorsIn(await world.settle())).toEqual([]);
  });

  it("is no matter when another session's copy proves that it arrived, before the loss or after", async () => {
    const { world, session } = await talking(CAROL);
    const [alice, carol] = [session(0), session(1)];
    // The server reads and sends on, and its answers do not come any more.
    alice.isRead = false;
    const sent: string[] = [];
    const say = alice.say.bind(alice);
    alice.say = async (...args) => {
      const result = await say(...args);
      sent.push(result.digest);
      return result;
    };
    for (const id of ['early', 'late', 'never']) await world.receive(said(ALICE, id));
    const copy = (digest: string | undefined): void => {
      const [line] = [...alice.channels.values()];
      carol.emit({
        type: 'channel-message',
        channel: line ?? expect.unreachable(),
        sender: alice.self,
        message: world.silc.message('a copy', { digest: digest ?? '' }),
        protection: 'channel-key',
        key: { generation: 0 },
      });
    };
    copy(sent[0]);
    const [channel] = [...alice.channels.values()];
    alice.lose();
    carol.emit({
      type: 'channel-message-undecryptable',
      channel: channel ?? expect.unreachable(),
      senderId: alice.self.clientId,
      reason: 'no-key',
      digest: sent[1] ?? '',
    });
    await pass(5_000);
    expect(errorsIn(await world.settle()).map((error) => error.split(' ', 1)[0])).toEqual(['never']);
  });

  it('is told at once when there is no way back, and when the author has left meanwhile', async () => {
    const { world, session } = await talking();
    session(0).halfOpen();
    await world.receive(said(ALICE, 'one'));
    world.silc.serverFingerprint = 'ee'.repeat(20);
    session(0).lose();
    await pass(2_500);
    const lines = outlines(await world.settle());
    expect(lines).toContain(`message error silc@gw.test>${ALICE} wait/remote-server-timeout`);
    await pass(60_000);
    expect(errorsIn(await world.settle())).toEqual([]);
  });

  it('is one that broke off in the middle: not said again either', async () => {
    const { world, session } = await talking();
    const link = session(0);
    link.say = async (_id, _text, options) => {
      options?.onSending?.({ digest: 'd'.repeat(64), number: 1 });
      await Promise.resolve();
      link.lose();
      throw new SilcInDoubtError('closed', new Error('reset'));
    };
    await world.receive(said(ALICE, 'half'));
    await pass(5_000);
    expect(errorsIn(await world.settle())).toHaveLength(1);
    expect(world.silc.session.log).toEqual(['join silc']);
  });

  it('is none that was certainly not sent: it is said when the link is back', async () => {
    const { world, session } = await talking();
    const link = session(0);
    link.say = async (_id, _text, options) => {
      options?.onSending?.({ digest: 'd'.repeat(64), number: 1 });
      await Promise.resolve();
      link.lose();
      throw new SilcError('closed', 'not begun');
    };
    await world.receive(said(ALICE, 'unsent'));
    await pass(5_000);
    expect(errorsIn(await world.settle())).toEqual([]);
    expect(world.silc.session.log).toEqual(['join silc', 'say text unsent']);
  });

  it('has a bound: more is refused, not forgotten', async () => {
    const { world, session } = await talking();
    session(0).isRead = false;
    for (let n = 0; n < 4_100; n++) {
      world.link.receive(said(ALICE, `n${n}`));
      if (n % 50 === 0) await world.settle();
    }
    const refused = errorsIn(await world.settle());
    expect(refused.length).toBeLessThan(100);
    session(0).lose();
    await pass(5_000);
    expect(errorsIn(await world.settle()).length + refused.length).toBeGreaterThanOrEqual(4_000);
  });
});

describe('a private message that a link has taken and the server perhaps not', () => {
  it('is told to its author when the link is lost', async () => {
    const { world, session } = await talking();
    await world.receive(told(ALICE, 'bob!@gw.test', 'read'));
    session(0).halfOpen();
    await world.receive(told(ALICE, 'bob!@gw.test', 'unread'));
    session(0).lose();
    await pass(5_000);
    expect(errorsIn(await world.settle())).toEqual([
      `unread bob!@gw.test>${ALICE} Whether this message has arrived is not known: the link to the SILC server broke just then.`,
    ]);
  });
});

describe('private messages to a detached SILC user', () => {
  const detached = /is detached from the SILC network/;

  it('are told to their author, once the server has been asked', async () => {
    const { world, bob } = await talking();
    bob.mode = UserMode.detached;
    const errors = errorsIn(await world.receive(told(ALICE, 'bob!@gw.test', 'one')));
    expect(errors).toEqual([expect.stringMatching(detached)]);
    expect(errors[0]).toMatch(new RegExp(`^one bob!@gw.test>${ALICE} `));
    // Each one, as long as the user is away.
    expect(errorsIn(await world.receive(told(ALICE, 'silc@gw.test/Bob', 'two')))).toHaveLength(1);
    bob.mode = 0;
    expect(errorsIn(await world.receive(told(ALICE, 'bob!@gw.test', 'three')))).toEqual([]);
  });

  it('are found out about also in the middle of a conversation, with one question in half a minute', async () => {
    const { world, bob, session } = await talking();
    const asked = vi.spyOn(session(0), 'whoisById');
    for (const id of ['one', 'two']) await world.receive(told(ALICE, 'bob!@gw.test', id));
    expect(asked).toHaveBeenCalledTimes(1);
    bob.mode = UserMode.detached;
    for (const id of ['three', 'four']) await world.receive(told(ALICE, 'bob!@gw.test', id));
    expect(asked).toHaveBeenCalledTimes(1);
    await pass(30_000);
    const errors = errorsIn(await world.settle());
    // The second one was before the user went, and nobody knows.
    expect(errors.map((error) => error.split(' ', 1)[0])).toEqual(['two', 'three', 'four']);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('are not asked about where an answer has come since, nor where the receiver is a user of this gateway', async () => {
    const { world, bob, session } = await talking(CAROL);
    const asked = vi.spyOn(session(0), 'whoisById');
    await world.receive(told(ALICE, 'bob!@gw.test', 'one'));
    for (let n = 0; n < 20; n++) {
      await world.receive(told(ALICE, 'bob!@gw.test', `n${n}`));
      const message = world.silc.message('yes');
      session(0).emit({ type: 'private-message', sender: bob, message, protection: 'session' });
      await pass(20_000);
    }
    expect(asked).toHaveBeenCalledTimes(1);
    await world.receive(told(ALICE, 'silc@gw.test/carol', 'hello'));
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

it('many of one link are settled in shares, and at once where the session is over', async () => {
  // Turns are told by the clock.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const sent: (string | undefined)[] = [];
  const doubt = new MessagesInDoubt({
    metrics: noMetrics,
    send: (stanza) => void sent.push(stanza?.attrs.id),
  });
  const hand = (count: number): void => {
    for (let number = 1; number <= count; number++) {
      const message = { attrs: { id: String(number), from: ALICE }, text: 'x', hasArrived: () => false };
      doubt.handed({ messagesRead: 0 }, { number, digest: '' }, message);
    }
    doubt.linkLost();
  };
  hand(10 * SHARE);
  const least: number[] = [];
  const others = (async (): Promise<void> => {
    while (sent.length < 10 * SHARE) {
      await turns.turn();
      least.push(sent.length);
    }
  })();
  await pass(3_000);
  await others;
  expect(new Set(least).size).toBeGreaterThanOrEqual(9);
  expect(sent).toEqual(Array.from({ length: 10 * SHARE }, (_, n) => String(n + 1)));
  sent.length = 0;
  hand(2 * SHARE);
  doubt.close();
  expect(sent).toHaveLength(2 * SHARE);
});
