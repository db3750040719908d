import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/types.js';
import { capsHash } from '../../src/mapping/caps.js';
import { infoQuery } from '../../src/mapping/disco.js';
import { iqResult } from '../../src/component/stanza.js';
import type { UserAttribute, WatchedPerson } from '../../src/silc/client/types.js';
import { AttributeType } from '../../src/silc/packets/attributes.js';
import { answer, every } from '../mapping/profile/sample.js';
import { type FakeUser, someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test';
const PHONE = `${ALICE}/phone`;
const BOB = 'bob!@gw.test';
const KEY = 'ab'.repeat(20);
const MOOD = 'http://jabber.org/protocol/mood';

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    }),
);
afterEach(() => void vi.useRealTimers());

const personOf = ({ clientId, nickname, fingerprint }: FakeUser): WatchedPerson => ({
  ...{ clientId, nickname, fingerprint },
  mode: 0,
});

const wants = (...nodes: readonly string[]): Element =>
  infoQuery(
    undefined,
    [{ category: 'client', type: 'phone' }],
    nodes.map((node) => `${node}+notify`),
  );

/** Alice is online with a client that wants to hear of moods, and Bob is her contact. */
async function withContact(bob: FakeUser, info = wants(MOOD)): Promise<World> {
  const world = await World.start();
  const request = world.link.request.bind(world.link);
  world.link.request = (iq, timeoutMs) => {
    const isInfo = iq.getChild('query')?.attrs.node === `urn:client#${capsHash(info)}`;
    return isInfo ? Promise.resolve(iqResult(iq, info)) : request(iq, timeoutMs);
  };
  world.silc.people.push(bob);
  await world.receive(`<presence type='subscribe' from='${ALICE}' to='${BOB}'/>`);
  await world.receive(`<presence type='subscribed' from='${ALICE}' to='${BOB}'/>`);
  await world.receive(
    `<presence from='${PHONE}' to='${BOB}'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:client' ver='${capsHash(info)}'/></presence>`,
  );
  return world;
}

async function come(world: World, bob: FakeUser): Promise<readonly Element[]> {
  world.silc.session.emit({ type: 'watched-online', person: personOf(bob) });
  return world.settle();
}

async function later(world: World, ms: number): Promise<readonly Element[]> {
  await vi.advanceTimersByTimeAsync(ms);
  return world.settle();
}

const asked = (world: World): number =>
  world.silc.session.log.filter((line) => line.startsWith('attributes')).length;

const mood = (mask: number): UserAttribute => ({
  type: AttributeType.statusMood,
  value: { kind: 'mask', mask },
});
const eventsIn = (stanzas: readonly Element[]): readonly string[] =>
  stanzas
    .filter((stanza) => stanza.attrs.type === 'headline')
    .map((stanza) => String(stanza.getChild('event')));
const card = (to = BOB): string =>
  `<iq type='get' id='v' from='${PHONE}' to='${to}'><vCard xmlns='vcard-temp'/></iq>`;
const items = (node: string, item = '', to = BOB): string =>
  `<iq type='get' id='p' from='${PHONE}' to='${to}'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='${node}'>${item}</items></pubsub></iq>`;

describe('a contact who tells something by attributes', () => {
  it('is shown with it once it was asked for: presence, and events for clients that want them', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await withContact(bob);
    world.silc.told.set(bob.clientId, answer(every));
    const [first] = await come(world, bob);
    expect(String(first?.getChild('x'))).toBe('<x xmlns="vcard-temp:x:update"/>');
    const told = await later(world, 2_000);
    const presence = told.find(({ name }) => name === 'presence');
    expect(presence?.getChildText('status')).toContain('Having tea');
    expect(presence?.getChild('x')?.getChildText('photo')).toMatch(/^[0-9a-f]{40}$/);
    expect(eventsIn(told)).toEqual([expect.stringContaining('<happy/>')]);
    expect(told.at(-1)?.attrs).toMatchObject({ from: BOB, to: PHONE });

    // Asked for again from time to time; what is the same is not told.
    expect(await later(world, 590_000)).toEqual([]);
    world.silc.told.set(bob.clientId, answer([]));
    const taken = await later(world, 200_000);
    expect(asked(world)).toBe(2);
    expect(taken[0]?.getChild('status')).toBeUndefined();
    expect(String(taken[0]?.getChild('x'))).toContain('<photo/>');
    expect(eventsIn(taken)).toEqual([expect.stringContaining(`<mood xmlns="${MOOD}"/>`)]);
  });

  it('is told to a client that comes later, and is not asked again for another nickname', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await withContact(bob);
    world.silc.told.set(bob.clientId, answer([mood(2)]));
    await come(world, bob);
    await later(world, 2_000);
    const tablet = await world.receive(
      `<presence from='${ALICE}/tablet' to='${BOB}'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:client' ver='${capsHash(wants(MOOD))}'/></presence>`,
    );
    expect(outlines(tablet)).toEqual([`message headline ${BOB}>${ALICE}/tablet`]);
    expect(eventsIn(tablet)).toEqual([expect.stringContaining('<sad/>')]);

    const before = personOf(bob);
    world.silc.rename(bob, 'bobby');
    world.silc.session.emit({ type: 'watched-changed', person: personOf(bob), previous: before });
    expect((await world.settle())[0]?.getChildText('status')).toBe('Mood: sad');
    await later(world, 10_000);
    expect(asked(world)).toBe(1);
  });

  it('tells nothing to clients that want nothing, or tell no hash', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await withContact(bob, wants());
    world.silc.told.set(bob.clientId, answer([mood(1)]));
    await world.receive(`<presence from='${ALICE}/old' to='${BOB}'/>`);
    await come(world, bob);
    expect(eventsIn(await later(world, 5_000))).toEqual([]);
  });

  it('is asked one after the other', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await withContact(bob);
    const others = Array.from({ length: 5 }, (_, i) => someone(`friend${i}`));
    for (const friend of others) {
      world.silc.people.push(friend);
      await world.receive(
        `<presence type='subscribe' from='${ALICE}' to='${friend.nickname ?? ''}!@gw.test'/>`,
      );
      await come(world, friend);
    }
    await later(world, 12_500);
    expect(asked(world)).toBe(2);
    await later(world, 60_000);
    expect(asked(world)).toBe(5);
  });
});

describe('who asks for what a SILC user tells', () => {
  it('gets cards and items, and asks SILC once', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await withContact(bob);
    world.silc.told.set(bob.clientId, answer(every));
    const [answered] = await world.receive(card());
    expect(answered?.getChild('vCard')?.getChildText('FN')).toBe('Alice Liddell');
    const [newer] = await world.receive(
      `<iq type='get' id='4' from='${PHONE}' to='${BOB}'><vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/></iq>`,
    );
    expect(String(newer)).toContain('data:image/png;base64');
    for (const node of [
      MOOD,
      'urn:xmpp:avatar:metadata',
      'urn:xmpp:vcard4',
      'http://jabber.org/protocol/nick',
    ]) {
      const [result] = await world.receive(items(node));
      expect([result?.attrs.type, String(result)]).toEqual([
        'result',
        expect.stringContaining(`node="${node}"`),
      ]);
    }
    expect(asked(world)).toBe(1);
    const [data] = await world.receive(items('urn:xmpp:avatar:data', `<item id='${'0'.repeat(40)}'/>`));
    expect(data?.attrs.type).toBe('error');
    for (const node of ['eu.siacs.conversations.axolotl.devicelist', '', 'urn:xmpp:bookmarks:1']) {
      expect(outlines(await world.receive(items(node)))).toEqual([
        `iq error ${BOB}>${PHONE} cancel/item-not-found`,
      ]);
    }
  });

  it('sees whose word it is: not that of another key than the one that is trusted', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await withContact(bob);
    world.silc.told.set(bob.clientId, answer(every));
    await world.receive(
      `<message from='${PHONE}' to='${BOB}' type='chat' id='m'><body>hello</body></message>`,
    );
    expect(String(await world.receive(card()))).toContain('Signed with this key.');
    bob.fingerprint = 'cd'.repeat(20);
    const other = String(await world.receive(card()));
    expect(other).toContain('another key than the one you trust');
    expect(other).not.toContain('Liddell');
    expect(outlines(await world.receive(items(MOOD)))).toEqual([
      `iq error ${BOB}>${PHONE} cancel/item-not-found`,
    ]);
  });

  it('without a session makes nobody be asked, and asking much is held back', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await World.start();
    world.silc.people.push(bob);
    world.silc.told.set(bob.clientId, answer(every));
    await world.receive(card());
    expect(
      world.silc.sessions.flatMap(({ log }) => log).filter((line) => line.startsWith('attributes')),
    ).toEqual([]);

    await world.join(PHONE, 'lounge', 'alice');
    for (let i = 0; i < 20; i++) {
      const friend = someone(`friend${i}`);
      world.silc.people.push(friend);
      world.silc.told.set(friend.clientId, answer([mood(1)]));
      await world.receive(card(`friend${i}!@gw.test`));
    }
    expect(
      world.silc.sessions.flatMap(({ log }) => log).filter((line) => line.startsWith('attributes')),
    ).toHaveLength(5);
  });
});
