import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StateKeeper, type StateSource } from '../../../src/gateway/restarts/state-keeper.js';
import {
  decodeChannel,
  type KeptChannel,
  type KeptRoom,
  type KeptSession,
} from '../../../src/gateway/restarts/state.js';
import type { ClientId } from '../../../src/silc/ids.js';
import type { SessionChanges, SessionRepository } from '../../../src/store/types.js';
import { delay } from '../../../src/util/race.js';

const [USER, NETWORK] = ['alice@jabber.test', 'net'];
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

/** A store that remembers what it was given, and fails as often as it is told to. */
class Store implements SessionRepository {
  readonly isLasting = true;
  readonly saved: SessionChanges[] = [];
  failures = 0;
  /** How long it takes. */
  ms = 0;

  load(): never {
    throw new Error('nobody loads here');
  }

  save(changes: SessionChanges): Promise<void> {
    if (this.failures-- > 0) return Promise.reject(new Error('disk full'));
    this.saved.push(changes);
    return this.ms === 0 ? Promise.resolve() : delay(this.ms);
  }

  /** Topics that were written of a channel, in order. */
  topicsOf(name: string): string[] {
    return this.saved.flatMap(({ channels }) =>
      channels.flatMap(({ name: written, state }) =>
        written === name && state !== undefined ? [decodeChannel(state)?.topic ?? ''] : [],
      ),
    );
  }
}

const session: KeptSession = { nickname: 'alice', isSuspended: false, rooms: [], detached: undefined };

/** A channel of so many occupants; each is some 150 octets of the row. */
function channel(occupants: number, topic: string): KeptChannel {
  const clientId = '0'.repeat(32) as ClientId;
  return {
    ...{ displayName: 'lounge', mode: 0, userLimit: undefined, topic, topicSetter: undefined },
    occupants: Array.from({ length: occupants }, (_, index) => ({
      ...{ clientId, name: `user-${index}`, mode: 0, fingerprint: 'f'.repeat(40) },
    })),
    ...{ hasOthers: false, unheard: undefined },
  };
}

const room = (name: string): KeptRoom => ({
  ...{ jid: `${name}@gw.test`, name, occupant: undefined, passphrase: undefined },
  ...{ clients: [], joins: [] },
});

describe('StateKeeper', () => {
  const channels = new Map<string, KeptChannel>();
  const source: StateSource = {
    keptSession: () => kept,
    keptChannel: (_, name) => channels.get(name),
  };
  let kept = session;
  let store: Store;
  let keeper: StateKeeper;

  /** Who and which channels each portion was about. */
  const written = (): string[][][] =>
    store.saved.map(({ sessions, channels: rows }) => [
      sessions.map(({ user }) => user),
      rows.map(({ name }) => name),
    ]);

  beforeEach(() => {
    vi.useFakeTimers();
    channels.clear();
    kept = session;
    store = new Store();
    keeper = new StateKeeper(store, log);
    keeper.start(source);
  });
  afterEach(async () => {
    await keeper.close();
    vi.useRealTimers();
  });

  function change(name: string, occupants: number, topic: string): void {
    channels.set(name, channel(occupants, topic));
    keeper.channel(NETWORK, name);
  }

  it('writes a small channel with each of its changes', async () => {
    for (let index = 0; index < 10; index++) {
      change('small', 3, `topic ${index}`);
      await vi.advanceTimersByTimeAsync(150);
    }
    expect(store.topicsOf('small')).toHaveLength(10);
  });

  it('writes a crowded channel now and then, and at last as it is', async () => {
    for (let index = 0; index < 100; index++) {
      change('crowded', 2_000, `topic ${index}`);
      keeper.session(USER, NETWORK);
      await vi.advanceTimersByTimeAsync(150);
    }
    const topics = store.topicsOf('crowded');
    expect(topics.length).toBeGreaterThan(1);
    expect(topics.length).toBeLessThan(20);
    // Those who wait for their session do not wait for the channel.
    expect(store.saved.flatMap(({ sessions }) => sessions)).toHaveLength(100);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.topicsOf('crowded').at(-1)).toBe('topic 99');
  });

  it('writes a channel that rests when the end comes', async () => {
    change('crowded', 2_000, 'first');
    await vi.advanceTimersByTimeAsync(150);
    change('crowded', 2_000, 'last');
    await keeper.close();
    expect(store.topicsOf('crowded')).toEqual(['first', 'last']);
  });

  it('lets nobody who waits wait for a channel that rests', async () => {
    change('crowded', 2_000, 'first');
    await vi.advanceTimersByTimeAsync(150);
    change('crowded', 2_000, 'second');
    keeper.session(USER, NETWORK);
    const stored = vi.fn();
    void keeper.stored(USER, NETWORK)?.then(stored);
    await vi.advanceTimersByTimeAsync(0);
    expect(stored).toHaveBeenCalledOnce();
    expect(store.topicsOf('crowded')).toEqual(['first']);
  });

  it('writes at once for all who wait, in one portion', async () => {
    const users = ['alice@jabber.test', 'bob@jabber.test'];
    const stored = vi.fn();
    for (const user of users) {
      keeper.session(user, NETWORK);
      void keeper.stored(user, NETWORK)?.then(stored);
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(stored).toHaveBeenCalledTimes(2);
    expect(store.saved.map(({ sessions }) => sessions.length)).toEqual([2]);
  });

  it('writes at once what somebody waits for, with the channels of that session, and the rest when its time comes', async () => {
    kept = { ...session, rooms: [room('waited'), room('quiet')] };
    change('waited', 3, 'theirs');
    change('other', 3, 'not theirs');
    keeper.session('bob@jabber.test', NETWORK);
    keeper.session(USER, NETWORK);
    const stored = vi.fn();
    void keeper.stored(USER, NETWORK)?.then(stored);
    await vi.advanceTimersByTimeAsync(0);
    expect(stored).toHaveBeenCalledOnce();
    expect(written()).toEqual([[[USER], ['waited']]]);
    // However often somebody waits meanwhile.
    for (let elapsed = 0; elapsed < 120; elapsed += 10) {
      keeper.session(USER, NETWORK);
      void keeper.stored(USER, NETWORK);
      await vi.advanceTimersByTimeAsync(10);
    }
    const others = written().filter(([sessions]) => sessions?.includes('bob@jabber.test') === true);
    expect(others).toEqual([[expect.anything(), ['other']]]);
  });

  it('writes at once for some who come one after the other, and pauses in a storm', async () => {
    store.ms = 2;
    let isStorm = true;
    const next = (): void => {
      keeper.session(USER, NETWORK);
      if (isStorm) void keeper.stored(USER, NETWORK)?.then(next);
    };
    next();
    await vi.advanceTimersByTimeAsync(20);
    expect(store.saved.length).toBeGreaterThan(5);
    await vi.advanceTimersByTimeAsync(1_980);
    expect(store.saved.length).toBeGreaterThan(100);
    expect(store.saved.length).toBeLessThan(250);
    isStorm = false;
    await vi.advanceTimersByTimeAsync(1_000);
  });

  it('tries again what could not be written', async () => {
    store.failures = 2;
    change('small', 3, 'topic');
    keeper.session(USER, NETWORK);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.topicsOf('small')).toEqual(['topic']);
    expect(store.saved.flatMap(({ sessions }) => sessions)).toHaveLength(1);
  });

  it('tells when a session is stored', async () => {
    expect(keeper.stored(USER, NETWORK)).toBeUndefined();
    keeper.session(USER, NETWORK);
    const stored = vi.fn();
    void keeper.stored(USER, NETWORK)?.then(stored);
    expect(stored).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(150);
    expect(stored).toHaveBeenCalledOnce();
    expect(store.saved).not.toHaveLength(0);
  });
});
