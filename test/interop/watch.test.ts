import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/silc/commands/index.js';
import { UserMode } from '../../src/silc/modes.js';
import { EventLog, keyPairNamed } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

/** Watch events of a log, in short. */
const story = (log: EventLog): readonly string[] =>
  log.events.flatMap((event) =>
    event.type === 'watched-online'
      ? [`+${event.person.nickname}`]
      : event.type === 'watched-offline'
        ? [`-${event.person.nickname} ${event.cause}`]
        : event.type === 'watched-changed'
          ? [`${event.previous?.nickname}>${event.person.nickname} ${event.person.mode}`]
          : [],
  );

// Servers let each client wait for itself: what takes long is done at the same time.
describe.concurrent('watching where the server notifies', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget('router');
  });
  afterAll(() => target.close());

  it('tells everything once, whether by nickname, by key or both', async () => {
    const me = await target.client('me');
    const log = new EventLog(me);
    const [nickname, other] = [target.unique('ann'), target.unique('zoe')];
    const keyPair = keyPairNamed(nickname);
    await me.watch({ nickname });
    await me.watch({ publicKey: keyPair.publicKey });
    expect(me.watching).toBe('server');
    const ann = await target.client('ann', { nickname, keyPair });
    await log.find('watched-online');
    await ann.setUserMode({ set: UserMode.busy });
    await ann.nick(other);
    await ann.nick(nickname);
    await target.quit(ann);
    const { person } = await log.find('watched-offline');
    expect(person).toMatchObject({ nickname, mode: UserMode.busy, fingerprint: ann.self.fingerprint });
    expect(story(log)).toEqual([
      `+${nickname}`,
      `${nickname}>${nickname} ${UserMode.busy}`,
      `${nickname}>${other} ${UserMode.busy}`,
      `${other}>${nickname} ${UserMode.busy}`,
      `-${nickname} signoff`,
    ]);
  });

  it('of a nickname ends when its holder takes another, and begins with the next holder', async () => {
    const [me, ann, bob] = [
      await target.client('me'),
      await target.client('ann'),
      await target.client('bob'),
    ];
    const nickname = ann.self.nickname ?? expect.unreachable();
    const log = new EventLog(me);
    await me.watch({ nickname });
    const first = await log.find('watched-online');
    await ann.nick(target.unique('zoe'));
    await bob.nick(nickname);
    // A server may give the same Client ID to both.
    const second = await log.find('watched-online', (event) => event !== first);
    expect(second.person.clientId).toBe(bob.self.clientId);
    expect(story(log)).toEqual([`+${nickname}`, `-${nickname} nick-change`, `+${nickname}`]);
  });

  it('begins with a look-up of who is there, which is made again when it is asked for', async () => {
    const [me, ann] = [await target.client('me'), await target.client('ann')];
    const nickname = ann.self.nickname ?? expect.unreachable();
    const log = new EventLog(me);
    await me.watch({ nickname });
    const first = await log.find('watch-checked', undefined, 60_000);
    expect(first.people.map(({ clientId }) => clientId)).toEqual([ann.self.clientId]);
    await target.quit(ann);
    await log.find('watched-offline');
    await me.watch({ nickname });
    expect((await log.find('watch-checked', (event) => event !== first, 60_000)).people).toEqual([]);
  });

  it('goes on through detaching and resuming of both', async () => {
    const me = await target.client('me');
    const nickname = target.unique('ann');
    const keyPair = keyPairNamed(nickname);
    const ann = await target.client('ann', { nickname, keyPair });
    const log = new EventLog(me);
    await me.watch({ nickname });
    await log.find('watched-online');
    const stored = await ann.detach();
    await log.find('watched-changed', ({ person }) => person.mode === UserMode.detached);
    const back = await target.client('ann', { keyPair, resume: stored });
    await log.find('watched-changed', ({ person }) => person.mode === 0);
    const mine = await me.detach();
    const again = await target.client('me', {
      keyPair: keyPairNamed(me.self.nickname ?? expect.unreachable()),
      resume: mine,
    });
    const events = new EventLog(again);
    await events.find('watched-online');
    await target.quit(back);
    expect((await events.find('watched-offline')).cause).toBe('signoff');
  });

  it('ends with unwatch, and those who do not want to be watched are not', async () => {
    const me = await target.client('me');
    const log = new EventLog(me);
    const [ann, shy] = [target.unique('ann'), target.unique('shy')];
    await me.watch({ nickname: ann });
    await me.watch({ nickname: shy });
    await me.unwatch(ann.toUpperCase());
    await target.client('ann', { nickname: ann });
    const shyOne = await target.client('shy', { nickname: shy });
    await log.find('watched-online');
    await shyOne.setUserMode({ set: UserMode.rejectWatching });
    await target.quit(shyOne);
    // A watched one who comes later: whatever was to be told before it has been told.
    const last = target.unique('last');
    await me.watch({ nickname: last });
    await target.client('last', { nickname: last });
    await log.find('watched-online', ({ person }) => person.nickname === last);
    expect(story(log).filter((line) => !line.startsWith(`-${shy}`))).toEqual([`+${shy}`, `+${last}`]);
    expect(story(log)).not.toContain(`-${shy} signoff`);
  });
});

describe('watching on a server of either kind', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  // A silcd takes 12 s to say that somebody who is looked for is not there, and a client that has quit before does it no good.
  afterAll(() => target.close(), 60_000);

  it('finds out whether the server notifies, and otherwise looks for itself', async () => {
    const raw = await target.raw('raw');
    const { statistics } = await raw.must(commands.stats, { serverId: raw.serverId });
    const expected = (statistics?.routers ?? 0) > 0 ? 'server' : 'polling';
    console.log(`interop (watch): ${target.host}:${target.port} is expected to be watched by: ${expected}`);

    const me = await target.client('me', { watching: { intervalMs: 500, pauseMs: 250 } });
    const log = new EventLog(me);
    const [byName, byKey] = [target.unique('name'), target.unique('key')];
    expect(me.watching).toBe('unknown');
    await me.watch({ nickname: byName });
    await me.watch({ publicKey: keyPairNamed(byKey).publicKey });
    expect(me.watching).toBe(expected);
    const cause = expected === 'server' ? 'signoff' : 'gone';
    const comeAndGo = async (nickname: string): Promise<void> => {
      const ann = await target.client('ann', { nickname, keyPair: keyPairNamed(nickname) });
      const here = await log.find('watched-online', ({ person }) => person.nickname === nickname, 60_000);
      expect(here.person).toMatchObject({ clientId: ann.self.clientId, mode: 0 });
      await ann.setUserMode({ set: UserMode.gone });
      await log.find('watched-changed', ({ person }) => person.nickname === nickname, 60_000);
      await target.quit(ann);
      await log.find('watched-offline', ({ person }) => person.nickname === nickname, 60_000);
    };
    await Promise.all([comeAndGo(byName), comeAndGo(byKey)]);
    for (const name of [byName, byKey]) {
      expect(story(log).filter((line) => line.includes(name))).toEqual([
        `+${name}`,
        `${name}>${name} 4`,
        `-${name} ${cause}`,
      ]);
    }
    expect(me.watching).toBe(expected);
  });
});
