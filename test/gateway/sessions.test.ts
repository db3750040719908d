import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { someone } from './support/fake-silc.js';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/desk';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const chat = (to: string, body: string): string =>
  `<message from='${ALICE}' to='${to}' type='chat' id='c1'><body>${body}</body></message>`;

describe('a session', () => {
  it('that is lost before it was used answers who waits for it', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    world.silc.onConnect = (session) => session.lose();
    expect(outlines(await world.receive(chat('bob!@gw.test', 'Hi')))).toEqual([
      `message error bob!@gw.test>${ALICE} wait/remote-server-timeout`,
    ]);
    world.silc.onConnect = () => undefined;
    expect(await world.receive(chat('bob!@gw.test', 'Hi'))).toEqual([]);
    expect(world.silc.session.log).toEqual(['whois bob', 'tell Bob Hi']);
  });

  it('that is lost before it was used carries a join all the same', async () => {
    const world = await World.start();
    world.silc.onConnect = (session) => {
      if (world.silc.connects === 1) session.lose();
    };
    expect(await world.join(ALICE, 'silc', 'alice')).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle()).at(-1)).toBe(`message groupchat silc@gw.test>${ALICE} subject=`);
  });

  it('is not made for a message that is refused: it would keep the place of another user', async () => {
    const config = testConfig({ limits: { sessions: 1, rooms_per_user: 5, resources_per_user: 5 } });
    const world = await World.start(config);
    expect(outlines(await world.receive(chat('bob!@gw.test', 'a'.repeat(64_001)))).at(0)).toContain(
      'modify/not-acceptable',
    );
    const joined = outlines(await world.join(CAROL, 'silc', 'carol'));
    expect(joined.at(-1)).toBe(`message groupchat silc@gw.test>${CAROL} subject=`);
  });
});
