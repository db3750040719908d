import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { someone } from './support/fake-silc.js';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/desk';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
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
    const told = await world.receive(chat('bob!@gw.test', 'Hi'));
    expect(outlines([...told, ...(await world.settle())])).toEqual([
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

describe('the users of one domain', () => {
  it('get so many new identities an hour; who has one, and whom the operator has named, is not counted', async () => {
    const config = testConfig({
      limits: { new_users_per_hour: 2 },
      access: { allow: ['jabber.test', 'named.test', 'open.test'], deny: [], admins: [] },
    });
    // Nobody is named where everybody is let in.
    const world = await World.start({ ...config, access: { ...config.access, allow: [] } });
    const joined = async (user: string, to = world): Promise<boolean> => {
      const lines = outlines(await to.join(user + '/x', 'silc', 'nick'));
      if (lines.length === 1) expect(lines[0]).toContain('wait/resource-constraint');
      return lines.length > 1;
    };
    expect(await joined('a@open.test')).toBe(true);
    expect(await joined('b@open.test')).toBe(true);
    expect(await joined('c@open.test')).toBe(false);
    expect(await joined('a@other.test')).toBe(true);
    await world.receive(`<presence from='a@open.test/x' to='silc@gw.test/nick' type='unavailable'/>`);
    expect(await joined('a@open.test')).toBe(true);
    expect([...world.store.users.keys()]).not.toContain('c@open.test');

    const closed = await World.start(config);
    for (const name of ['a', 'b', 'c', 'd']) expect(await joined(`${name}@named.test`, closed)).toBe(true);
  });

  it('share with those of its other subdomains: subdomains cost their owner nothing', async () => {
    const world = await World.start(testConfig({ limits: { new_users_per_hour: 1 } }));
    const joined = async (user: string): Promise<boolean> =>
      outlines(await world.join(user + '/x', 'silc', 'nick')).length > 1;
    for (const name of ['a', 'b', 'c', 'd']) expect(await joined(`${name}@${name}.evil.test`)).toBe(true);
    expect(await joined('e@e.evil.test')).toBe(false);
    expect(await joined('f@f.g.evil.test')).toBe(false);
    expect(await joined('a@other.test')).toBe(true);
  });
});
