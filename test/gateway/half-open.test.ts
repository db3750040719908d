import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/types.js';
import { someone, type FakeSession } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/desk';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Alice and Carol on the channel `silc` with the SILC user Bob. */
async function talking() {
  const world = await World.start();
  const bob = someone('Bob');
  const channel = world.silc.channel('silc', [[bob]]);
  const sessions: FakeSession[] = [];
  for (const full of [ALICE, CAROL]) {
    await world.join(full, 'silc', full.split('@', 1)[0] ?? '');
    sessions.push(world.silc.session);
  }
  await world.settle();
  const [alice = expect.unreachable(), carol = expect.unreachable()] = sessions;
  return { world, bob, channel, alice, carol };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const silc = (stanza: Element) => stanza.getChild('silc', 'urn:silc-xmpp-gateway:message:0')?.attrs;
/** Gap lines of a client: seconds from and until, counted from `start`. */
const gapsOf = (stanzas: readonly Element[], to: string, start: number): readonly string[] =>
  stanzas.flatMap((stanza) => {
    const attrs = silc(stanza);
    if (attrs?.['kind'] !== 'gap' || stanza.attrs.to !== to) return [];
    const seconds = (name: string): number => Math.round((Date.parse(String(attrs[name])) - start) / 1_000);
    return [`${seconds('since')} to ${seconds('until')}`];
  });

describe('a link that is dead before anybody notices', () => {
  it("takes nothing from its user that a neighbour's session hears", async () => {
    const { world, bob, channel, alice } = await talking();
    alice.halfOpen();
    world.silc.say(channel, bob, world.silc.message('who hears me?'));
    expect(outlines(await world.settle())).toEqual([
      `message groupchat silc@gw.test/Bob>${ALICE} body=who hears me?`,
      `message groupchat silc@gw.test/Bob>${CAROL} body=who hears me?`,
    ]);
    await pass(18_000);
    alice.lose();
    await pass(3_000);
    expect(outlines(await world.settle())).toEqual([]);
  });

  it('takes not even what is said under a key that never came on it: that is given when it is found out', async () => {
    const { world, bob, channel, alice } = await talking();
    const [before, newer] = [{ generation: 8 }, { generation: 9 }];
    // A key that the living session has not got is not its user's.
    alice.missingKeys.add(before);
    world.silc.say(channel, bob, world.silc.message('not for Alice'), before);
    await world.settle();
    await pass(1_000);
    alice.halfOpen();
    alice.missingKeys.add(newer);
    await pass(1_000);
    for (const text of ['one', 'two']) world.silc.say(channel, bob, world.silc.message(text), newer);
    expect(outlines(await world.settle())).toEqual([
      `message groupchat silc@gw.test/Bob>${CAROL} body=one`,
      `message groupchat silc@gw.test/Bob>${CAROL} body=two`,
    ]);
    await pass(16_000);
    alice.lose();
    const late = await world.settle();
    expect(outlines(late)).toEqual([
      `message groupchat silc@gw.test/Bob>${ALICE} body=one`,
      `message groupchat silc@gw.test/Bob>${ALICE} body=two`,
    ]);
    for (const stanza of late) expect(stanza.getChild('delay', 'urn:xmpp:delay')).toBeDefined();
    await pass(3_000);
    expect(outlines(await world.settle())).toEqual([]);
  });
});

describe('who is on a channel', () => {
  it('is known again when a link that was believed to tell it turns out to have been dead', async () => {
    const { world, channel, alice, carol } = await talking();
    alice.halfOpen();
    await pass(1_000);
    // The server is a new one, on which Bob is not; Carol is back on it before Alice's link is found to be dead.
    carol.lose();
    channel.members.clear();
    world.silc.channel('silc', [[someone('Eve')]]);
    await pass(5_000);
    await world.settle();
    alice.lose();
    await pass(130_000);
    await world.settle();
    const shown = outlines(await world.join('dan@jabber.test/x', 'silc', 'dan'));
    const names = shown.flatMap((line) => /^presence silc@gw.test\/(\w+)>/.exec(line)?.[1] ?? []);
    expect([...new Set(names)].sort()).toEqual(['Eve', 'alice', 'carol', 'dan']);
  });
});

describe('a line that waits for the name of its author', () => {
  it('goes to all who could read it when it came, or could not for a dead link, whatever keys they have by then', async () => {
    const { world, channel, alice, carol } = await talking();
    for (const session of world.silc.sessions) session.leads = () => false;
    const [key, dora] = [{ generation: 9 }, someone(undefined)];
    alice.halfOpen();
    alice.missingKeys.add(key);
    await pass(1_000);
    world.silc.say(channel, dora, world.silc.message('who am I?'), key);
    await pass(1_000);
    alice.lose();
    world.silc.onConnect = (session) => void session.missingKeys.add(key);
    await pass(7_000);
    expect(outlines(await world.settle()).filter((line) => line.includes('who am I?'))).toEqual([]);
    carol.missingKeys.add(key);
    dora.nickname = 'Dora';
    carol.emit({ type: 'member-joined', channel, member: { user: dora, mode: 0 } });
    const lines = outlines(await world.settle()).filter((line) => line.includes('who am I?'));
    expect(lines).toEqual([
      `message groupchat silc@gw.test/Dora>${ALICE} body=who am I?`,
      `message groupchat silc@gw.test/Dora>${CAROL} body=who am I?`,
    ]);
  });
});

describe('the gap where nobody heard', () => {
  it('begins when something was heard last, not when the loss was found out', async () => {
    const { world, alice, carol } = await talking();
    const start = Date.now();
    await pass(10_000);
    alice.halfOpen();
    await pass(10_000);
    carol.halfOpen();
    await pass(20_000);
    alice.lose();
    carol.lose();
    const sent = await world.settle();
    await pass(5_000);
    sent.push(...(await world.settle()));
    for (const to of [ALICE, CAROL]) {
      expect(gapsOf(sent, to, start)).toEqual([expect.stringMatching(/^19 to 4[12]$/)]);
    }
  });

  it('is told also where one link was believed to be alive while the other one was on its way back', async () => {
    const { world, alice, carol } = await talking();
    const start = Date.now();
    await pass(10_000);
    alice.halfOpen();
    carol.halfOpen();
    await pass(20_000);
    alice.lose();
    await pass(5_000);
    expect(gapsOf(await world.settle(), ALICE, start)).toEqual([]);
    await pass(20_000);
    carol.lose();
    const sent = await world.settle();
    await pass(5_000);
    sent.push(...(await world.settle()));
    for (const to of [ALICE, CAROL]) {
      expect(gapsOf(sent, to, start)).toEqual([expect.stringMatching(/^9 to 3[12]$/)]);
    }
  });

  it('is told also where the SILC user who may have said something has come unseen', async () => {
    const { world, bob, channel, alice, carol } = await talking();
    world.silc.exit(channel, bob, { kind: 'leave' });
    await world.settle();
    const start = Date.now();
    await pass(10_000);
    alice.halfOpen();
    await pass(10_000);
    // Only Alice's session would have told of it.
    const dora = someone('Dora');
    channel.members.set(dora.clientId, { user: dora, mode: 0 });
    carol.lose();
    await pass(5_000);
    await world.settle();
    alice.lose();
    const sent = await world.settle();
    expect(outlines(sent)[0]).toBe(`presence silc@gw.test/Dora>${ALICE} none/participant`);
    for (const to of [ALICE, CAROL]) expect(gapsOf(sent, to, start)).toHaveLength(1);
  });

  it('is told when that one is found, and not when somebody comes much later', async () => {
    for (const [waitMs, gaps] of [
      [5_000, 1],
      [20_000, 0],
    ] as const) {
      const { world, bob, channel, alice, carol } = await talking();
      world.silc.exit(channel, bob, { kind: 'leave' });
      await world.settle();
      const start = Date.now();
      await pass(10_000);
      alice.halfOpen();
      await pass(10_000);
      carol.lose();
      await pass(5_000);
      await world.settle();
      alice.lose();
      await pass(waitMs);
      expect(gapsOf(await world.settle(), CAROL, start)).toEqual([]);
      // Whoever leads now has asked the server who is there.
      world.silc.enter(channel, someone('Dora'));
      const sent = await world.settle();
      expect(outlines(sent)).toContain(`presence silc@gw.test/Dora>${CAROL} none/participant`);
      for (const to of [ALICE, CAROL]) expect(gapsOf(sent, to, start)).toHaveLength(gaps);
    }
  });

  it('is none where the other one heard', async () => {
    const { world, bob, channel, alice, carol } = await talking();
    const start = Date.now();
    alice.halfOpen();
    await pass(20_000);
    alice.lose();
    await pass(5_000);
    world.silc.say(channel, bob, world.silc.message('still here'));
    carol.halfOpen();
    await pass(20_000);
    carol.lose();
    await pass(5_000);
    expect(gapsOf(await world.settle(), ALICE, start)).toEqual([]);
  });
});
