import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WaitingMessages } from '../../src/gateway/always-on/waiting-messages.js';
import { Network } from '../../src/gateway/sessions/network.js';
import { UserSession } from '../../src/gateway/sessions/user-session.js';
import { SilcError } from '../../src/silc/errors.js';
import { Deferred } from '../../src/util/deferred.js';
import { SHARE } from '../../src/util/shares.js';
import { WorkPerTurn } from '../support/work-per-turn.js';
import { FakeNetwork, someone } from './support/fake-silc.js';
import { memoryStore, outlines, testConfig, World } from './support/world.js';

const USERS = 40;
/** What one of them costs, milliseconds; a turn of the event loop has ten. */
const COST_MS = 4;
const MOST = 3;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A gateway with many users in one room. */
async function crowded(): Promise<World> {
  const world = new World(testConfig(), () => [], undefined, {
    silc: new FakeNetwork(),
    store: memoryStore(true),
  });
  await world.begin();
  for (let index = 0; index < USERS; index++) {
    await world.join(`u${index}@jabber.test/c`, 'silc', `u${index}`);
  }
  return world;
}

const say = (from: string, text: string): string =>
  `<message from='${from}' to='silc@gw.test' type='groupchat' id='${text}'><body>${text}</body></message>`;

/** Counts calls, each of which takes its time. */
function counted(method: 'suspend' | 'end' | 'takeUp'): WorkPerTurn {
  const work = new WorkPerTurn();
  const original: unknown = Reflect.get(UserSession.prototype, method);
  if (typeof original !== 'function') throw new Error(`no method ${method}`);
  vi.spyOn(UserSession.prototype, method).mockImplementation(function (
    this: UserSession,
    ...args: unknown[]
  ) {
    work.done();
    vi.advanceTimersByTime(COST_MS);
    return Reflect.apply(original, this, args) as Promise<void>;
  });
  return work;
}

async function stop(world: World, mode: 'leave' | 'suspend'): Promise<void> {
  const stopped = world.gateway.stop(mode);
  for (let turn = 0; turn < 2 * USERS; turn++) await vi.advanceTimersByTimeAsync(50);
  await stopped;
}

describe('private messages that have waited until it was known who else has the nickname', () => {
  it('are shown in shares, in order', async () => {
    const MANY = 500;
    const world = await World.start();
    await world.join('ann@jabber.test/c', 'silc', 'ann');
    const { session } = world.silc;
    const bob = someone('Bob');
    world.silc.people.push(bob);
    const answer = new Deferred<void>();
    const whois = session.whois.bind(session);
    vi.spyOn(session, 'whois').mockImplementation(async (nickname) => {
      await answer.promise;
      return whois(nickname);
    });
    const work = new WorkPerTurn();
    vi.spyOn(WaitingMessages.prototype, 'sent').mockImplementation(() => {
      work.done();
      vi.advanceTimersByTime(1);
    });
    for (let index = 0; index < MANY; index++) {
      const message = world.silc.message(`line ${index}`);
      session.emit({ type: 'private-message', sender: bob, message, protection: 'session' });
    }
    expect(await world.settle()).toEqual([]);
    answer.resolve();
    // More comes than goes while it is read.
    expect(session.isReadPaused).toBe(false);
    const shown: string[] = [];
    const paused = new Set<boolean>();
    for (let turn = 0; shown.length < MANY && turn < 2 * MANY; turn++) {
      await new Promise(setImmediate);
      shown.push(...world.link.take().map((stanza) => stanza.getChildText('body') ?? ''));
      paused.add(session.isReadPaused);
    }
    work.stop();
    expect([...paused]).toEqual([true, false]);
    expect(shown).toEqual(Array.from({ length: MANY }, (_, index) => `line ${index}`));
    expect(work.most).toBeLessThanOrEqual(2 * SHARE);
  });
});

describe('what is to be done for all sessions at one moment is spread over turns of the event loop', () => {
  it('when the process ends and another one goes on, and when that brings them back', async () => {
    const before = await crowded();
    const suspending = counted('suspend');
    await stop(before, 'suspend');
    suspending.stop();
    expect(suspending.total).toBe(USERS);
    expect(suspending.most).toBeLessThanOrEqual(MOST);
    expect(before.silc.sessions.every(({ log }) => log.at(-1) === 'detach')).toBe(true);

    const takingUp = counted('takeUp');
    const after = new World(testConfig(), () => [], undefined, before);
    await after.begin();
    for (let turn = 0; turn < 2 * USERS; turn++) await vi.advanceTimersByTimeAsync(50);
    takingUp.stop();
    expect(takingUp.total).toBe(USERS);
    expect(takingUp.most).toBeLessThanOrEqual(MOST);
    expect(after.silc.sessions.filter(({ state }) => state === 'ready')).toHaveLength(USERS);
  });

  it('when the SILC server is gone, and when it is back', async () => {
    const world = await crowded();
    world.silc.connectFailure = () => Promise.reject(new SilcError('closed', 'refused'));
    const coming = new WorkPerTurn();
    const pause = vi.spyOn(Network.prototype, 'pause').mockImplementation(() => {
      coming.done();
      vi.advanceTimersByTime(COST_MS);
      return new Promise(() => undefined);
    });
    for (const session of [...world.silc.sessions]) session.lose();
    // What is said meanwhile waits for the link.
    world.link.receive(say('u39@jabber.test/c', 'hello'));
    for (let turn = 0; turn < 2 * USERS; turn++) await new Promise(setImmediate);
    coming.stop();
    expect(pause).toHaveBeenCalledTimes(USERS);
    expect(coming.most).toBeLessThanOrEqual(MOST);
    const told = outlines(world.link.take());
    expect(told.filter((line) => line.includes('body=hello'))).toHaveLength(USERS);
    expect(told.filter((line) => line.includes('error'))).toEqual([]);
  });

  it('when all of them end', async () => {
    const world = await crowded();
    const ending = counted('end');
    await stop(world, 'leave');
    ending.stop();
    expect(ending.total).toBe(USERS);
    expect(ending.most).toBeLessThanOrEqual(MOST);
  });
});
