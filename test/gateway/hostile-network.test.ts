import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { roleAndAffiliationOf } from '../../src/mapping/affiliation.js';
import { Occupants } from '../../src/gateway/channels/occupants.js';
import { SilcError } from '../../src/silc/errors.js';
import { type FakeUser, someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/desk';
const BOB = 'bob@jabber.test/desk';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the key of a server at first use', () => {
  it('is decided by one connection where two are opened at once and see different keys', async () => {
    const world = await World.start();
    const fingerprints = ['aa'.repeat(20), 'bb'.repeat(20)];
    Object.defineProperty(world.silc, 'serverFingerprint', { get: () => fingerprints.shift() });
    const join = (full: string) =>
      `<presence from='${full}' to='silc@gw.test/nick'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;
    world.link.receive(join(ALICE));
    world.link.receive(join(BOB));
    const sent = outlines(await world.settle());
    expect(world.silc.sessions).toHaveLength(1);
    expect(sent.filter((line) => line.includes('cancel/policy-violation'))).toHaveLength(1);
    expect((await world.store.serverKeys.find('net', 'silc.test:706'))?.fingerprint).toBe('aa'.repeat(20));
  });
});

describe('a large channel', () => {
  it('is compared in one pass after a broken link', async () => {
    const world = await World.start();
    const size = 1_000;
    let reads = 0;
    const counted = (nickname: string): FakeUser =>
      Object.defineProperty(someone(nickname), 'nickname', {
        get: () => {
          reads++;
          return nickname;
        },
      });
    const channel = world.silc.channel('silc');
    for (let n = 0; n < size; n++) world.silc.channel('silc', [[counted(`old${n}`)]]);
    await world.join(ALICE, 'silc', 'alice');
    world.silc.session.lose(new SilcError('closed', 'lost'));
    // The server has restarted: everybody is back, with other Client IDs, and half of them under other names.
    channel.members.clear();
    for (let n = 0; n < size; n++)
      world.silc.channel('silc', [[counted(`${n % 2 === 0 ? 'old' : 'new'}${n}`)]]);
    world.link.take();
    reads = 0;
    await vi.advanceTimersByTimeAsync(121_000);
    const sent = outlines(await world.settle());
    expect(sent.filter((line) => line.startsWith('presence unavailable'))).toHaveLength(size / 2);
    expect(reads).toBeLessThan(size * 50);
  });

  it('costs no address anew when its mode changes', () => {
    let addresses = 0;
    const occupants = new Occupants(
      {
        jid: (name) => `room@gw.test/${name}`,
        user: (nickname) => {
          addresses++;
          return `${nickname}!@gw.test`;
        },
        occupantId: ({ clientId }) => clientId,
        standing: (_, mode, channelMode) => roleAndAffiliationOf(mode, channelMode),
      },
      () => undefined,
    );
    const users = Array.from({ length: 50 }, (_, n) => someone(`nick${n}`));
    for (const user of users) occupants.show(user, 0, 0);
    expect(addresses).toBe(50);
    for (const occupant of [...occupants.values()]) occupants.setMode(occupant, 3, 8);
    expect(addresses).toBe(50);
    expect([...occupants.values()].every(({ affiliation }) => affiliation === 'owner')).toBe(true);
    const [first] = users;
    if (first === undefined) throw new Error('nobody');
    first.nickname = 'other';
    const { after } = occupants.rename(first.clientId, first);
    expect(after).toMatchObject({ jid: 'room@gw.test/other', address: 'other!@gw.test' });
  });
});

describe('a client that joins a large room in a loop', () => {
  it('is shown it within a budget, and answered in the end', async () => {
    const world = await World.start();
    const timers = vi.getTimerCount();
    const size = 1_000;
    for (let n = 0; n < size; n++) world.silc.channel('silc', [[someone(`nick${n}`)]]);
    await world.join(ALICE, 'silc', 'alice');
    const selfPresences = (): number =>
      outlines(world.link.sent).filter((line) => line.endsWith(' 110')).length;
    let [presences, answers] = [0, 0];
    for (let n = 0; n < 60; n++) {
      world.link.receive(
        `<presence from='${ALICE}' to='silc@gw.test/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
      );
      answers += selfPresences();
      presences += world.link.take().length;
    }
    expect(presences).toBeLessThan(size * 8);
    expect(answers).toBeGreaterThanOrEqual(3);
    // The last join is answered like each, with the whole room.
    await vi.advanceTimersByTimeAsync(10_000);
    expect(selfPresences()).toBe(1);
    expect(world.link.take()).toHaveLength(size + 2);
    await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    expect(vi.getTimerCount()).toBe(timers);
  });

  it('gets a small room at once each time', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    for (let n = 0; n < 100; n++) expect(await world.join(ALICE, 'silc', 'alice')).toHaveLength(2);
  });
});

describe('private messages while the SILC server does not answer', () => {
  it('are kept up to a number of octets, and delivered when it does', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    const { session } = world.silc;
    const sender = someone('carol');
    let answer = (): void => {};
    session.whois = () =>
      new Promise((resolve) => (answer = () => resolve([{ user: sender, channels: [] }])));
    for (let n = 0; n < 100; n++) {
      const message = world.silc.message('x'.repeat(60_000));
      session.emit({ type: 'private-message', sender, message, protection: 'session' });
    }
    await world.settle();
    answer();
    const sent = await world.settle();
    expect(sent.length).toBeGreaterThan(10);
    expect(sent.length).toBeLessThan(80);
    session.emit({
      type: 'private-message',
      sender,
      message: world.silc.message('y'),
      protection: 'session',
    });
    expect(await world.settle()).toHaveLength(1);
  });
});

describe('mending a link', () => {
  it('leaves no timer of the grace period behind', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    const before = vi.getTimerCount();
    world.silc.session.lose(new SilcError('closed', 'lost'));
    await vi.advanceTimersByTimeAsync(5_000);
    await world.settle();
    expect(world.silc.sessions).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(before);
  });
});
