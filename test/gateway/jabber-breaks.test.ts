import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ComponentError, xml } from '../../src/component/stanza.js';
import type { Element } from '../../src/component/types.js';
import { someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const DESK = 'alice@jabber.test/desk';
const CAROL = 'carol@jabber.test/x';

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 29, 10) }));
afterEach(() => void vi.useRealTimers());

const out = (full: string, nick: string, affiliation = 'owner') =>
  `presence unavailable silc@gw.test/${nick}>${full} ${affiliation}/none 333,110`;
const line = (to: string) =>
  xml('message', { from: 'silc@gw.test/Bob', to, type: 'groupchat', id: 'l' }, xml('body', {}, 'hello'));
const status = (full: string, nick: string) =>
  `<presence from='${full}' to='silc@gw.test/${nick}'><show>away</show></presence>`;
const said = (full: string, text: string) =>
  `<message from='${full}' to='silc@gw.test' type='groupchat' id='m'><body>${text}</body></message>`;

/** Alice with two clients and Carol, in one room. */
async function together(): Promise<World> {
  const world = await World.start();
  world.silc.channel('silc', [[someone('Bob')]]);
  await world.join(ALICE, 'silc', 'alice');
  await world.join(DESK, 'silc', 'alice');
  await world.join(CAROL, 'silc', 'carol');
  await world.settle();
  return world;
}

/** The link breaks and is there again. */
async function brokenFor(world: World, isOrderly: boolean, inDoubt: readonly Element[] = []) {
  world.link.detach(isOrderly, inDoubt);
  await vi.advanceTimersByTimeAsync(10_000);
  world.link.reattach();
  return outlines(await world.settle());
}

const told = (lines: readonly string[]): string[] => lines.filter((text) => text.includes('333'));

describe('a break of the Jabber link that the server did not announce', () => {
  it('leads to 333 for every client that answers: what it said may be lost', async () => {
    const world = await together();
    world.link.silent.add(DESK);
    expect(await brokenFor(world, false)).toEqual([out(ALICE, 'alice', 'none'), out(CAROL, 'carol', 'none')]);
    expect(await world.join(ALICE, 'silc', 'alice')).not.toEqual([]);
    await world.join(CAROL, 'silc', 'carol');
    // Who sleeps is told when it wakes.
    await vi.advanceTimersByTimeAsync(600_000);
    expect(told(outlines(await world.settle()))).toEqual([]);
    expect(outlines(await world.receive(status(DESK, 'alice')))[0]).toBe(out(DESK, 'alice', 'none'));
    expect(world.silc.sessions.map(({ log }) => log)).toEqual([['join silc'], ['join silc']]);
  });

  it('is nothing that concerns who has joined again before it was told', async () => {
    const world = await together();
    world.link.detach(false);
    await world.settle();
    for (const full of [ALICE, DESK, CAROL]) world.link.silent.add(full);
    world.link.reattach();
    await world.settle();
    await world.join(ALICE, 'silc', 'alice');
    expect(told(outlines(await world.receive(said(ALICE, 'back'))))).toEqual([]);
    expect(told(outlines(await world.receive(said(CAROL, 'me too'))))).toEqual([out(CAROL, 'carol', 'none')]);
  });

  it('is not over while the server sends half of everything to the connection that broke', async () => {
    const world = await together();
    world.link.isShared = true;
    expect(await brokenFor(world, false)).toEqual([]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(told(outlines(await world.settle()))).toEqual([]);
    world.link.isShared = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told(outlines(await world.settle()))).toHaveLength(3);
  });

  it('is over soon where the server brings us nothing of our own', async () => {
    const world = await together();
    world.link.silent.add('gw.test');
    expect(await brokenFor(world, false)).toEqual([]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(told(outlines(await world.settle()))).toHaveLength(3);
  });

  it('is still in doubt after the next one, which was announced', async () => {
    const world = await together();
    for (const full of [ALICE, DESK, CAROL]) world.link.silent.add(full);
    expect(await brokenFor(world, false)).toEqual([]);
    world.link.silent.delete(CAROL);
    expect(await brokenFor(world, true)).toEqual([out(CAROL, 'carol', 'none')]);
  });

  it('is told to whoever writes privately, with its times', async () => {
    const world = await together();
    const [session] = world.silc.sessions;
    session?.emit({
      type: 'private-message',
      sender: someone('Dora'),
      message: world.silc.message('psst'),
      protection: 'session',
    });
    await world.settle();
    world.link.detach(false);
    await vi.advanceTimersByTimeAsync(10_000);
    world.link.reattach();
    const notices = (await world.settle()).filter(({ attrs }) => attrs.from === 'gw.test');
    expect(notices.map(({ attrs }) => attrs.to)).toEqual(['alice@jabber.test']);
    expect(notices[0]?.getChildText('body')).toMatch(
      /^The link to your Jabber server was broken from 09:59:59 to 10:00:10 UTC\. Private messages that you sent/,
    );
  });
});

describe('a break of the Jabber link that the server announced', () => {
  it('leaves those in the room who show that they are in it, and tells the others', async () => {
    const world = await together();
    expect(await brokenFor(world, true)).toEqual([]);
    await world.receive(said(ALICE, 'still here'));
    await world.receive(
      `<iq from='${DESK}' to='silc@gw.test/alice' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>`,
    );
    await vi.advanceTimersByTimeAsync(29_000);
    expect(told(outlines(await world.settle()))).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    // Carol has logged in anew: she takes no notice.
    expect(told(outlines(await world.settle()))).toEqual([out(CAROL, 'carol', 'none')]);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(world.silc.sessions.map(({ log }) => log)).toEqual([
      ['join silc', 'say text still here'],
      ['join silc', 'umode {"set":4,"clear":88}', 'quit'],
    ]);
  });

  it('shows everything to a client that has logged in anew and joins under another name', async () => {
    const world = await together();
    await brokenFor(world, true);
    const sent = outlines(await world.join(CAROL, 'silc', 'caroline'));
    expect(sent[0]).toBe(`presence silc@gw.test/Bob>${CAROL} none/participant`);
    expect(sent.filter((text) => text.includes('110'))).toEqual([
      `presence silc@gw.test/carol>${CAROL} none/participant 110,210`,
    ]);
    // From now on it is in the room for sure.
    expect(outlines(await world.join(CAROL, 'silc', 'caroline')).join()).toContain('303,110');
  });

  it('tells who may have missed something at once', async () => {
    const world = await together();
    expect(await brokenFor(world, true, [line(CAROL)])).toEqual([out(CAROL, 'carol', 'none')]);
  });

  it('shows everything to a client that was told to be out while it joined, and joins once more', async () => {
    const world = await together();
    await world.receive(`<presence from='${CAROL}' to='silc@gw.test/caroline'/>`);
    expect(await brokenFor(world, true, [line(CAROL)])).toEqual([out(CAROL, 'caroline', 'none')]);
    // It has sent this before it read that; then it believes to be out.
    expect(outlines(await world.join(CAROL, 'silc', 'carol')).join()).toContain('110,210');
    const again = outlines(await world.join(CAROL, 'silc', 'carol'));
    expect(again[0]).toBe(`presence silc@gw.test/Bob>${CAROL} none/participant`);
    expect(again.filter((text) => text.includes('110'))).toEqual([
      `presence silc@gw.test/caroline>${CAROL} none/participant 110,210`,
    ]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(outlines(await world.join(CAROL, 'silc', 'carol')).join()).toContain('303,110');
  });

  it('takes nobody for present who asks what a room is, or says what an outsider says', async () => {
    const world = await together();
    await brokenFor(world, true);
    const query = `<query xmlns='http://jabber.org/protocol/disco#info'/>`;
    await world.receive(`<iq from='${ALICE}' to='silc@gw.test' type='get' id='d'>${query}</iq>`);
    await world.receive(
      `<message from='${DESK}' to='Bob!@gw.test' type='chat' id='m'><body>x</body></message>`,
    );
    await vi.advanceTimersByTimeAsync(31_000);
    expect(told(outlines(await world.settle()))).toEqual([
      out(ALICE, 'alice', 'none'),
      out(DESK, 'alice', 'none'),
      out(CAROL, 'carol', 'none'),
    ]);
  });

  it('asks those on their way in, too: one that has logged in anew meanwhile does not want in any more', async () => {
    const world = await together();
    let admit = (): void => {};
    world.silc.gate = new Promise((resolve) => (admit = resolve));
    for (const full of [ALICE, DESK]) await world.join(full, 'other', 'alice');
    await brokenFor(world, true);
    admit();
    await world.settle();
    await world.receive(
      `<message from='${ALICE}' to='other@gw.test' type='groupchat' id='m'><body>I am</body></message>`,
    );
    await vi.advanceTimersByTimeAsync(31_000);
    const lines = told(outlines(await world.settle())).filter((text) => text.includes('other@'));
    expect(lines).toEqual([`presence unavailable other@gw.test/alice>${DESK} owner/none 333,110`]);
  });

  it('refuses those who have not got in by then', async () => {
    const world = await together();
    let admit = (): void => {};
    world.silc.gate = new Promise((resolve) => (admit = resolve));
    await vi.advanceTimersByTimeAsync(1);
    world.link.detach(true);
    await vi.advanceTimersByTimeAsync(1_000);
    await world.join(CAROL, 'other', 'carol');
    world.link.gone.add(CAROL);
    world.link.reattach();
    const refused = outlines(await world.settle()).filter((text) => text.includes('other@'));
    expect(refused).toEqual([`presence error other@gw.test/carol>${CAROL} wait/remote-server-timeout`]);
    admit();
    await world.settle();
    expect(world.gauges.resources).toBe(2);
  });

  it('forgets who leaves', async () => {
    const world = await together();
    await brokenFor(world, true);
    await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    await world.receive(`<presence from='${DESK}' to='gw.test' type='unavailable'/>`);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(told(outlines(await world.settle()))).toEqual([out(CAROL, 'carol', 'none')]);
  });
});

describe('private messages in doubt', () => {
  const body = (stanzas: readonly Element[], to: string): (string | null)[] =>
    stanzas.filter(({ attrs }) => attrs.to === to).map((stanza) => stanza.getChildText('body'));
  const direct = (from: string, to: string) =>
    xml('message', { from, to, type: 'chat', id: 'd' }, xml('body', {}, 'psst'));

  it('are counted and told to their reader, not sent again', async () => {
    const world = await together();
    world.link.detach(true, [
      direct('bob!@gw.test', 'alice@jabber.test'),
      direct('bob!@gw.test', 'alice@jabber.test'),
      direct('dora!@gw.test', 'alice@jabber.test'),
    ]);
    world.link.reattach();
    expect(body(await world.settle(), 'alice@jabber.test')).toEqual([
      '3 private messages to you may be missing here: 2 from bob!@gw.test, 1 from dora!@gw.test. Ask for them again.',
    ]);
  });

  it('through a room count as what happens in it', async () => {
    const world = await together();
    expect(await brokenFor(world, true, [direct('silc@gw.test/Bob', CAROL)])).toEqual([
      out(CAROL, 'carol', 'none'),
    ]);
  });
});

describe('a farewell that found no room', () => {
  it('is said again, unless the client is back', async () => {
    const world = await together();
    world.link.refusal = new ComponentError('overflow', 'full');
    for (const full of [ALICE, CAROL]) {
      await world.receive(`<presence from='${full}' to='silc@gw.test' type='unavailable'/>`);
    }
    world.link.refusal = undefined;
    await world.join(CAROL, 'silc', 'carol');
    await vi.advanceTimersByTimeAsync(5_000);
    const lines = outlines(await world.settle());
    expect(lines).toContain(out(ALICE, 'alice', 'none'));
    expect(lines.filter((text) => text.includes(`/carol>${CAROL}`))).toEqual([]);
  });
});

describe('a thousand clients that are told', () => {
  it('are told at a pace at which they can come back', async () => {
    const world = await World.start();
    const many = Array.from({ length: 15_000 }, (_, count) => [someone(`user${count}`)] as const);
    world.silc.channel('silc', many);
    for (const name of ['alice', 'bob', 'carol']) await world.join(`${name}@jabber.test/x`, 'silc', name);
    await world.settle();
    const first = await brokenFor(world, false);
    expect(told(first)).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(told(outlines(await world.settle()))).toHaveLength(1);
  });
});
