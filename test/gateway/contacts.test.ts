import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/types.js';
import type { User, WatchedPerson } from '../../src/silc/client/types.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../../src/silc/crypto/key-pair.js';
import { toHex } from '../../src/silc/bytes.js';
import { UserMode } from '../../src/silc/modes.js';
import { keyPairNamed } from '../support/silc-world.js';
import { type FakeUser, someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test';
const PHONE = `${ALICE}/phone`;
const KEY = 'ab'.repeat(20);

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const personOf = ({ clientId, nickname, mode, fingerprint }: User): WatchedPerson => ({
  ...{ clientId, nickname, fingerprint },
  mode: mode ?? 0,
});

const presence = (type: string, to = 'bob!@gw.test', from = ALICE): string =>
  `<presence type='${type}' from='${from}' to='${to}'/>`;

const available = (content = '', to = 'bob!@gw.test'): string =>
  `<presence from='${PHONE}' to='${to}'>${content}</presence>`;

/** Alice is online and has Bob, who is there or not, as a contact. */
async function withContact(bob?: FakeUser): Promise<World> {
  const world = await World.start();
  if (bob !== undefined) world.silc.people.push(bob);
  await world.receive(presence('subscribe'));
  await world.receive(presence('subscribed'));
  await world.receive(available());
  return world;
}

const texts = (stanzas: readonly Element[]): string[] =>
  stanzas.map((stanza) => {
    const [type, show, status, nick] = [
      stanza.attrs.type ?? 'available',
      stanza.getChildText('show'),
      stanza.getChildText('status'),
      stanza.getChildText('nick'),
    ];
    return [type, show, status, nick].filter((part) => part !== null).join(' ');
  });

describe('a subscription', () => {
  it('is granted, watches the contact, and asks for the presence of the user', async () => {
    const world = await World.start();
    const bob = someone('Bob', { fingerprint: KEY });
    world.silc.people.push(bob);
    expect(outlines(await world.receive(presence('subscribe')))).toEqual([
      `presence subscribed bob!@gw.test>${ALICE}`,
      `presence subscribe bob!@gw.test>${ALICE}`,
    ]);
    const { session } = world.silc;
    expect([...session.watched]).toEqual(['bob']);
    session.emit({ type: 'watched-online', person: personOf(bob) });
    expect(texts(await world.settle())).toEqual(['available Bob']);
    // The next one is looked up by a session that is there: it is shown at once.
    world.silc.people.push(someone('Carol'));
    expect(outlines(await world.receive(presence('subscribe', 'carol!@gw.test')))).toEqual([
      `presence subscribed carol!@gw.test>${ALICE}`,
      `presence carol!@gw.test/silc>${ALICE}`,
      `presence subscribe carol!@gw.test>${ALICE}`,
    ]);
  });

  it('shows who goes before the watch stands as gone', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Alf'));
    await world.receive(presence('subscribe', 'alf!@gw.test'));
    // From here on there is a session, by which the next one is looked up.
    const { session } = world.silc;
    world.silc.people.push(someone('Bob'));
    expect(outlines(await world.receive(presence('subscribe')))).toContain(
      `presence bob!@gw.test/silc>${ALICE}`,
    );
    session.emit({ type: 'watch-checked', target: { nickname: 'alf' }, people: [] });
    expect(await world.settle()).toEqual([]);
    session.emit({ type: 'watch-checked', target: { nickname: 'bob' }, people: [] });
    expect(outlines(await world.settle())).toEqual([`presence unavailable bob!@gw.test/silc>${ALICE}`]);
  });

  it('made anew asks once more who is there', async () => {
    const bob = someone('Bob');
    const world = await withContact(bob);
    const { session } = world.silc;
    session.emit({ type: 'watched-online', person: personOf(bob) });
    session.emit({ type: 'watched-offline', person: personOf(bob), cause: 'signoff' });
    await world.settle();
    // The look-up that this makes may have been answered before the end was told.
    await world.receive(presence('subscribe'));
    expect(session.log.filter((command) => command === 'watch bob')).toHaveLength(2);
    session.emit({ type: 'watch-checked', target: { nickname: 'bob' }, people: [] });
    expect(outlines(await world.settle())).toEqual([`presence unavailable bob!@gw.test/silc>${ALICE}`]);
  });

  it('whose other key is accepted is looked up again: who has it may be there already', async () => {
    const world = await withContact(someone('Bob', { fingerprint: KEY }));
    const { session } = world.silc;
    const other = someone('Bob', { fingerprint: 'cd'.repeat(20) });
    session.emit({ type: 'watched-online', person: personOf(other) });
    expect(await world.settle()).toEqual([]);
    const asked = session.log.filter((command) => command === 'watch bob').length;
    const accept = `<body>trusted-keys import "bob!@gw.test ${'cd'.repeat(20)} written"</body>`;
    await world.receive(`<message type='chat' id='t' from='${PHONE}' to='gw.test'>${accept}</message>`);
    expect(session.log.filter((command) => command === 'watch bob')).toHaveLength(asked + 1);
    session.emit({ type: 'watch-checked', target: { nickname: 'bob' }, people: [personOf(other)] });
    expect(outlines(await world.settle())).toContain(`presence bob!@gw.test/silc>${ALICE}`);
  });

  it('is not ended by a look-up that does not find who was seen by the watch', async () => {
    const bob = someone('Bob');
    const world = await withContact();
    const { session } = world.silc;
    session.emit({ type: 'watched-online', person: personOf(bob) });
    expect(texts(await world.settle())).toEqual(['available Bob']);
    session.emit({ type: 'watch-checked', target: { nickname: 'bob' }, people: [] });
    expect(await world.settle()).toEqual([]);
  });

  it('to one of two by the same nickname is shown by a look-up when the other one is watched already', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await withContact(bob);
    const { session } = world.silc;
    session.emit({ type: 'watched-online', person: personOf(bob) });
    await world.settle();
    await world.receive(presence('probe', 'bob*abab!@gw.test', PHONE));
    session.emit({ type: 'watch-checked', target: { nickname: 'bob' }, people: [personOf(bob)] });
    expect(outlines(await world.settle())).toEqual([`presence bob*abab!@gw.test/silc>${ALICE}`]);
  });

  it('to somebody who is not there is granted; to a nickname of several is refused with a message', async () => {
    const world = await World.start();
    expect(outlines(await world.receive(presence('subscribe', 'nobody!@gw.test')))).toEqual([
      `presence subscribed nobody!@gw.test>${ALICE}`,
      `presence subscribe nobody!@gw.test>${ALICE}`,
    ]);
    world.silc.people.push(
      someone('Bob', { fingerprint: KEY }),
      someone('bob', { fingerprint: 'cd'.repeat(20) }),
    );
    const [message, refusal, ...others] = await world.receive(presence('subscribe'));
    expect(outlines([message, refusal].flatMap((one) => one ?? []))).toEqual([
      expect.stringMatching(/^message gw\.test>alice@jabber\.test body=bob!@gw\.test .*bob\*abab!@gw\.test/),
      `presence unsubscribed bob!@gw.test>${ALICE}`,
    ]);
    expect(others).toEqual([]);
    expect(outlines(await world.receive(presence('subscribe', 'bob*cdcd!@gw.test')))).toContain(
      `presence subscribed bob*cdcd!@gw.test>${ALICE}`,
    );
  });

  it('is bounded, and to another spelling of an address refused', async () => {
    const world = await World.start();
    for (let i = 0; i < 100; i++) await world.receive(presence('subscribe', `nick${i}!@gw.test`));
    const refused = await world.receive(presence('subscribe', `nick100!@gw.test`));
    expect(outlines(refused).at(-1)).toBe(`presence unsubscribed nick100!@gw.test>${ALICE}`);
    const other = await world.receive(presence('subscribe', `nick5!net@gw.test`));
    expect(outlines(other).at(-1)).toBe(`presence unsubscribed nick5!net@gw.test>${ALICE}`);
    expect(await world.receive(presence('unsubscribe', `nick5!@gw.test`))).toHaveLength(2);
    expect(outlines(await world.receive(presence('subscribe', `nick100!@gw.test`)))).toContain(
      `presence subscribed nick100!@gw.test>${ALICE}`,
    );
  });

  it('that ends leaves nothing: no watch, no session', async () => {
    const bob = someone('Bob');
    const world = await withContact(bob);
    world.silc.session.emit({ type: 'watched-online', person: personOf(bob) });
    await world.settle();
    expect(outlines(await world.receive(presence('unsubscribe')))).toEqual([
      `presence unavailable bob!@gw.test>${ALICE}`,
      `presence unsubscribed bob!@gw.test>${ALICE}`,
      `presence unsubscribe bob!@gw.test>${ALICE}`,
    ]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.gauges.sessions).toBe(0);
    expect(await world.store.contacts.all()).toEqual([]);
  });
});

describe('presence of a contact', () => {
  it('follows modes, and what SILC has no word for is said in words', async () => {
    const bob = someone('Bob');
    const world = await withContact(bob);
    const { session } = world.silc;
    const change = async (mode: number): Promise<string[]> => {
      session.emit({ type: 'watched-changed', person: { ...personOf(bob), mode }, previous: undefined });
      return texts(await world.settle());
    };
    expect(await change(UserMode.gone)).toEqual(['available xa Bob']);
    expect(await change(UserMode.gone)).toEqual([]);
    expect(await change(UserMode.indisposed)).toEqual(['available away Bob']);
    expect(await change(UserMode.busy)).toEqual(['available dnd Bob']);
    expect(await change(UserMode.page)).toEqual(['available away Page me Bob']);
    expect(await change(UserMode.hyper | UserMode.blockPrivateMessages)).toEqual([
      'available chat Takes no private messages Bob',
    ]);
    expect(await change(UserMode.detached)).toEqual(['unavailable']);
    expect(await change(UserMode.none)).toEqual(['available Bob']);
    session.emit({ type: 'watched-offline', person: personOf(bob), cause: 'killed' });
    expect(texts(await world.settle())).toEqual(['unavailable Was put off the network by an operator']);
  });

  it('follows the key through changes of nickname, and messages go where the contact is', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await World.start();
    world.silc.people.push(bob);
    world.silc.keys.set(
      bob.clientId,
      (await generateKeyPair(nodeBackend, { bits: 1024, identifier: { UN: 'bob', HN: 'silc.test' } }))
        .publicKey,
    );
    await world.receive(presence('subscribe'));
    await world.receive(available());
    const { session } = world.silc;
    session.emit({ type: 'watched-online', person: personOf(bob) });
    await world.settle();
    const before = personOf(bob);
    world.silc.rename(bob, 'Robert');
    session.emit({ type: 'watched-changed', person: personOf(bob), previous: before });
    expect(texts(await world.settle())).toEqual(['available Robert']);
    await world.receive(
      `<message type='chat' from='${PHONE}' to='bob!@gw.test'><body>hello</body></message>`,
    );
    expect(session.log).toContain('tell Robert hello');
    // What comes back is in the same window.
    const message = world.silc.message('hello yourself');
    session.emit({ type: 'private-message', sender: bob, message, protection: 'session' });
    expect(outlines(await world.settle())).toEqual([
      `message chat bob!@gw.test>${ALICE} body=hello yourself`,
    ]);
    // Somebody else with the nickname is not the contact.
    const impostor = someone('Bob', { fingerprint: 'cd'.repeat(20) });
    session.emit({ type: 'watched-online', person: personOf(impostor) });
    expect(await world.settle()).toEqual([]);
  });

  it('ends between the watch by nickname and the one by key: the look-up behind the latter counts', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const { publicKey } = keyPairNamed('bob');
    const world = await World.start();
    world.silc.people.push(bob);
    world.silc.keys.set(bob.clientId, publicKey);
    await world.receive(presence('subscribe'));
    await world.receive(available());
    const { session } = world.silc;
    session.emit({ type: 'watched-online', person: personOf(bob) });
    expect(texts(await world.settle())).toEqual(['available Bob']);
    // One begins before the other ends.
    expect(session.log.filter((command) => command.includes('watch'))).toEqual([
      'watch bob',
      `watch ${toHex(publicKey.encoded)}`,
      'unwatch bob',
    ]);
    session.emit({ type: 'watch-checked', target: { publicKey }, people: [] });
    expect(texts(await world.settle())).toEqual(['unavailable']);
  });

  it('is told by a shared channel as well', async () => {
    const bob = someone('Bob');
    const world = await withContact();
    await world.join(PHONE, 'silc', 'alice');
    world.silc.enter(world.silc.channel('silc'), bob);
    const shown = (await world.settle()).filter(({ attrs }) => attrs.from === 'bob!@gw.test/silc');
    expect(texts(shown)).toEqual(['available Bob']);
    world.silc.exit(world.silc.channel('silc'), bob, { kind: 'leave' });
    expect((await world.settle()).filter(({ attrs }) => attrs.from === 'bob!@gw.test/silc')).toEqual([]);
    world.silc.enter(world.silc.channel('silc'), bob);
    world.silc.exit(world.silc.channel('silc'), bob, { kind: 'signoff', message: undefined });
    const gone = (await world.settle()).filter(({ attrs }) => attrs.from === 'bob!@gw.test/silc');
    expect(texts(gone)).toEqual(['unavailable']);
  });

  it('of who does not want to be watched is not told', async () => {
    const bob = someone('Bob', { mode: UserMode.rejectWatching });
    const world = await withContact();
    await world.join(PHONE, 'silc', 'alice');
    world.silc.enter(world.silc.channel('silc'), bob);
    expect((await world.settle()).filter(({ attrs }) => attrs.from === 'bob!@gw.test/silc')).toEqual([]);
  });

  it('is answered to a probe, which makes a contact of who is none yet', async () => {
    const bob = someone('Bob');
    const world = await withContact(bob);
    world.silc.session.emit({ type: 'watched-online', person: personOf(bob) });
    await world.settle();
    expect(outlines(await world.receive(presence('probe', 'bob!@gw.test', PHONE)))).toEqual([
      `presence bob!@gw.test/silc>${PHONE}`,
    ]);
    expect(outlines(await world.receive(presence('probe', 'carol!@gw.test', PHONE)))).toEqual([
      `presence unavailable carol!@gw.test/silc>${PHONE}`,
    ]);
    expect([...world.silc.session.watched].sort()).toEqual(['bob', 'carol']);
  });
});

describe('a SILC user who is blocked', () => {
  const block = (name: string, jid = 'bob!@gw.test'): string =>
    `<iq type='set' id='b' from='${PHONE}' to='gw.test'><${name} xmlns='urn:xmpp:blocking'><item jid='${jid}'/></${name}></iq>`;

  it('is not heard, not even under another nickname, and gets nothing', async () => {
    const bob = someone('Bob', { fingerprint: KEY });
    const world = await withContact(bob);
    const { session } = world.silc;
    session.emit({ type: 'watched-online', person: personOf(bob) });
    await world.settle();
    expect(outlines(await world.receive(block('block')))).toEqual([
      `presence unavailable bob!@gw.test/silc>${ALICE}`,
      `iq result gw.test>${PHONE}`,
    ]);
    world.silc.rename(bob, 'Robert');
    const message = world.silc.message('hello');
    session.emit({ type: 'private-message', sender: bob, message, protection: 'session' });
    session.emit({ type: 'invited', channelName: 'silc', channelId: '' as never, by: bob });
    expect(await world.settle()).toEqual([]);
    const said = await world.receive(
      `<message type='chat' from='${PHONE}' to='bob!@gw.test'><body>hello</body></message>`,
    );
    expect(outlines(said)).toEqual([`message error bob!@gw.test>${PHONE} cancel/not-acceptable`]);
    expect(said[0]?.getChild('error')?.getChild('blocked', 'urn:xmpp:blocking:errors')).toBeDefined();
    await world.receive(block('unblock'));
    session.emit({ type: 'private-message', sender: bob, message, protection: 'session' });
    expect(outlines(await world.settle())).toEqual([`message chat bob!@gw.test>${ALICE} body=hello`]);
  });

  it('is a SILC user: rooms and other addresses are refused', async () => {
    const world = await withContact();
    for (const jid of ['silc@gw.test', 'carol@jabber.test', 'gw.test', '']) {
      expect(outlines(await world.receive(block('block', jid)))).toEqual([
        `iq error gw.test>${PHONE} modify/jid-malformed`,
      ]);
    }
  });
});

describe('the session', () => {
  it('is there while a client is online, and is over when the last one has gone', async () => {
    const world = await withContact(someone('Bob'));
    expect(world.gauges.sessions).toBe(1);
    await world.receive(`<presence type='unavailable' from='${PHONE}' to='bob!@gw.test'/>`);
    expect(world.gauges.sessions).toBe(1);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(world.gauges.sessions).toBe(0);
    await world.receive(available());
    await world.settle();
    expect(world.gauges.sessions).toBe(1);
    expect([...world.silc.session.watched]).toEqual(['bob']);
    await world.receive(`<presence type='unavailable' from='${PHONE}' to='bob!@gw.test'/>`);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(world.gauges.sessions).toBe(0);
  });

  it('is there for a while where nobody tells that a client is online', async () => {
    const world = await World.start();
    await world.receive(presence('subscribe'));
    await world.receive(presence('unsubscribed'));
    await vi.advanceTimersByTimeAsync(290_000);
    expect(world.gauges.sessions).toBe(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(world.gauges.sessions).toBe(0);
    await world.receive(presence('probe', 'bob!@gw.test', PHONE));
    expect(world.gauges.sessions).toBe(1);
  });

  it('shows since when a contact is idle, and afterwards when the contact went', async () => {
    const bob = someone('Bob', { idleSeconds: 7 });
    const world = await withContact(bob);
    const { session } = world.silc;
    const last = async (from = PHONE): Promise<string> =>
      (
        await world.receive(
          `<iq type='get' id='l' from='${from}' to='bob!@gw.test'><query xmlns='jabber:iq:last'/></iq>`,
        )
      )
        .map((answer) => answer.getChild('query')?.attrs['seconds'] ?? answer.attrs.type ?? '')
        .join();
    const idleSince = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    session.emit({ type: 'watched-online', person: { ...personOf(bob), idleSince } });
    const [shown] = await world.settle();
    expect(shown?.getChild('idle', 'urn:xmpp:idle:1')?.attrs['since']).toBe('2026-01-02T03:04:05Z');
    const person = personOf(bob);
    session.emit({ type: 'watched-changed', person, previous: { ...person, idleSince } });
    const [active] = await world.settle();
    expect(active?.attrs.type).toBeUndefined();
    expect(active?.getChild('idle')).toBeUndefined();
    expect(await last()).toBe('7');
    world.silc.people.splice(0);
    session.emit({ type: 'watched-offline', person, cause: 'signoff' });
    await vi.advanceTimersByTimeAsync(90_000);
    expect(outlines(world.link.take())).toEqual([`presence unavailable bob!@gw.test/silc>${ALICE}`]);
    expect(await last()).toBe('90');
    // It is nobody's business but that of who has the contact.
    expect(await last('carol@jabber.test/x')).toBe('error');
    // It is kept.
    const [kept] = await world.store.contacts.all();
    expect(new TextDecoder().decode(kept?.content)).toContain('lastSeen');
  });

  it('shows SILC how available the user is', async () => {
    const world = await withContact(someone('Bob'));
    await world.receive(available('<show>dnd</show>'));
    expect(world.silc.session.self.mode).toBe(UserMode.busy);
    await world.receive(available('<show>dnd</show>', 'gw.test'));
    await world.receive(available());
    expect(world.silc.session.self.mode).toBe(0);
  });

  it('comes back after a broken link, and whoever is not seen again is gone', async () => {
    const [bob, carol] = [someone('Bob'), someone('Carol')];
    const world = await withContact(bob);
    await world.receive(presence('subscribe', 'carol!@gw.test'));
    const first = world.silc.session;
    for (const person of [bob, carol]) first.emit({ type: 'watched-online', person: personOf(person) });
    await world.settle();
    first.lose();
    await vi.advanceTimersByTimeAsync(20_000);
    const second = world.silc.session;
    expect(second).not.toBe(first);
    expect([...second.watched].sort()).toEqual(['bob', 'carol']);
    second.emit({ type: 'watched-online', person: personOf(bob) });
    expect(await world.settle()).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(outlines(world.link.take())).toEqual([`presence unavailable carol!@gw.test/silc>${ALICE}`]);
  });

  it('that is made anew after a broken link looks up who is there as soon as the watch stands', async () => {
    const bob = someone('Bob');
    const world = await withContact(bob);
    const first = world.silc.session;
    first.emit({ type: 'watched-online', person: personOf(bob) });
    await world.settle();
    first.lose();
    await vi.advanceTimersByTimeAsync(20_000);
    const second = world.silc.session;
    expect(second).not.toBe(first);
    world.link.take();
    second.emit({ type: 'watch-checked', target: { nickname: 'bob' }, people: [] });
    expect(outlines(await world.settle())).toEqual([`presence unavailable bob!@gw.test/silc>${ALICE}`]);
  });

  it('that cannot be had is tried again, and contacts are gone meanwhile', async () => {
    const bob = someone('Bob');
    const world = await withContact(bob);
    world.silc.session.emit({ type: 'watched-online', person: personOf(bob) });
    await world.settle();
    const { SilcError } = await import('../../src/silc/errors.js');
    world.silc.connectFailure = () => Promise.reject(new SilcError('closed', 'refused'));
    world.silc.session.lose();
    await vi.advanceTimersByTimeAsync(150_000);
    expect(outlines(world.link.take())).toEqual([`presence unavailable bob!@gw.test/silc>${ALICE}`]);
    world.silc.connectFailure = undefined;
    await vi.advanceTimersByTimeAsync(120_000);
    expect([...world.silc.session.watched]).toEqual(['bob']);
  });
});
