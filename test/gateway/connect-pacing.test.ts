import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectPacer, type Verdict } from '../../src/gateway/sessions/connect-pacing.js';
import { Deferred } from '../../src/util/deferred.js';

class Failure extends Error {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super(verdict);
    this.verdict = verdict;
  }
}

/** A server whose handshakes end when the test says so. */
class Server {
  readonly pacer: ConnectPacer;
  /** Handshakes under way, in the order of their starts. */
  readonly open: { readonly name: string; readonly end: Deferred }[] = [];
  /** All that were started. */
  readonly started: string[] = [];
  readonly outcomes = new Map<string, string>();

  constructor(spacingMs = 0) {
    const judge = (error: unknown): Verdict => (error instanceof Failure ? error.verdict : 'answered');
    this.pacer = new ConnectPacer({ judge, spacingMs: () => spacingMs, random: () => 1 });
  }

  want(name: string, urgency: () => number = () => 0): AbortController {
    const controller = new AbortController();
    const attempt = async (): Promise<void> => {
      const handshake = { name, end: new Deferred() };
      this.open.push(handshake);
      this.started.push(name);
      await handshake.end.promise.finally(() => this.open.splice(this.open.indexOf(handshake), 1));
    };
    this.pacer.run(attempt, { urgency, signal: controller.signal }).then(
      () => this.outcomes.set(name, 'in'),
      (error: unknown) => this.outcomes.set(name, error instanceof Error ? error.message : 'unknown'),
    );
    return controller;
  }

  wantMany(count: number, prefix = 'u'): void {
    for (let i = 0; i < count; i++) this.want(`${prefix}${i}`);
  }

  /** Ends the handshakes that are under way now, after they took so long. */
  async endAll(error?: Failure, tookMs = 10): Promise<void> {
    await vi.advanceTimersByTimeAsync(tookMs);
    for (const { end } of [...this.open]) {
      if (error === undefined) end.resolve();
      else end.reject(error);
    }
    await vi.advanceTimersByTimeAsync(0);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => void vi.useRealTimers());

describe('the pacing of connections', () => {
  it('opens its window while handshakes succeed, up to a bound', async () => {
    const server = new Server();
    server.wantMany(300);
    const sizes: number[] = [];
    for (let round = 0; round < 6; round++) {
      await vi.advanceTimersByTimeAsync(0);
      sizes.push(server.open.length);
      await server.endAll();
    }
    expect(sizes).toEqual([4, 8, 16, 32, 32, 32]);
  });

  it('does not open it for handshakes that nobody waits behind', async () => {
    const server = new Server();
    for (let i = 0; i < 40; i++) {
      server.want(`u${i}`);
      await server.endAll();
    }
    expect(server.pacer.window).toBe(4);
  });

  it('closes it when the server refuses, tries again after a pause, and throws nothing', async () => {
    const server = new Server();
    server.wantMany(60);
    for (let round = 0; round < 3; round++) await server.endAll();
    expect(server.open).toHaveLength(32);
    const before = server.started.length;
    await server.endAll(new Failure('refused'));
    expect(server.open).toHaveLength(0);
    // All that were refused at once count once.
    expect(server.pacer.window).toBe(16);
    await vi.advanceTimersByTimeAsync(250);
    expect(server.open).toHaveLength(16);
    expect(server.started.slice(before)).toEqual(server.started.slice(before - 32, before - 16));
    while (server.open.length > 0) await server.endAll();
    expect([...server.outcomes.values()]).toEqual(Array<string>(60).fill('in'));
  });

  it('closes it when handshakes get slow', async () => {
    const server = new Server();
    server.wantMany(100);
    for (let round = 0; round < 3; round++) await server.endAll();
    await server.endAll(undefined, 5_000);
    expect(server.pacer.window).toBe(24);
  });

  it('takes a failure for too much work where others got in meanwhile', async () => {
    const server = new Server();
    server.wantMany(4);
    await vi.advanceTimersByTimeAsync(1_000);
    const [slow, ...others] = server.open;
    for (const { end } of others) end.resolve();
    await vi.advanceTimersByTimeAsync(1);
    slow?.end.reject(new Failure('silent'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.open.map(({ name }) => name)).toEqual(['u0']);
    await server.endAll();
    expect(server.outcomes.get('u0')).toBe('in');
  });

  it('tells all who wait when nobody is there, and lets one find out whether that is still so', async () => {
    const server = new Server();
    server.wantMany(100);
    await server.endAll(new Failure('silent'));
    expect([...server.outcomes.values()]).toEqual(Array<string>(100).fill('silent'));
    expect(server.pacer.isAbsent).toBe(true);
    const woken = vi.fn();
    server.pacer.onPresent(woken);
    server.wantMany(100, 'v');
    await vi.advanceTimersByTimeAsync(200);
    expect(server.open).toHaveLength(1);
    expect(woken).not.toHaveBeenCalled();
    await server.endAll();
    expect(woken).toHaveBeenCalledOnce();
    expect(server.pacer.isAbsent).toBe(false);
    expect(server.open).toHaveLength(2);
    while (server.open.length > 0) await server.endAll();
    expect(server.outcomes.get('v99')).toBe('in');
  });

  it('tells all who wait when the server goes on refusing', async () => {
    const server = new Server();
    server.wantMany(20);
    for (let round = 0; round < 6; round++) {
      await server.endAll(new Failure('refused'));
      await vi.advanceTimersByTimeAsync(4_000);
    }
    expect(server.outcomes.get('u19')).toBe('refused');
    expect(server.pacer.waiting).toBe(0);
  });

  it('passes on what the server has answered, and goes on with the others', async () => {
    const server = new Server();
    server.wantMany(5);
    await server.endAll(new Failure('answered'));
    expect(server.outcomes.get('u0')).toBe('answered');
    expect(server.open.map(({ name }) => name)).toEqual(['u4']);
    expect(server.pacer.window).toBe(4);
  });

  it('serves those who are needed most first, also who has become so while waiting', async () => {
    const server = new Server();
    server.wantMany(4);
    let talks = false;
    server.want('idle');
    server.want('listens', () => 1);
    server.want('begins to talk', () => (talks ? 2 : 0));
    server.want('listens too', () => 1);
    talks = true;
    await server.endAll();
    expect(server.started.slice(4)).toEqual(['begins to talk', 'listens', 'listens too', 'idle']);
  });

  it('keeps a least time between two starts where one is configured', async () => {
    const server = new Server(200);
    server.wantMany(3);
    await vi.advanceTimersByTimeAsync(0);
    expect(server.open).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(199);
    expect(server.open).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.open).toHaveLength(2);
  });

  it('starts the others at the same times, whoever gives up', async () => {
    const wish = fc.record({ staysAway: fc.boolean(), givesUpAt: fc.integer({ min: 0, max: 40 }) });
    const play = async (wishes: readonly { staysAway: boolean; givesUpAt: number }[], absent: boolean) => {
      const server = new Server(50);
      const starts = new Map<string, number>();
      const begin = performance.now();
      const leaving: [AbortController, number][] = [];
      wishes.forEach(({ staysAway, givesUpAt }, i) => {
        if (staysAway && absent) return;
        const controller = server.want(`${i}`);
        // Whoever has a place already keeps it.
        if (staysAway && i > 0) leaving.push([controller, givesUpAt]);
      });
      for (let ms = 0; ms < wishes.length * 50 + 100; ms++) {
        for (const [controller, at] of leaving) if (at === ms) controller.abort(new Error('gave up'));
        for (const name of server.started) {
          if (!starts.has(name)) starts.set(name, performance.now() - begin);
        }
        for (const { end } of [...server.open]) end.resolve();
        await vi.advanceTimersByTimeAsync(1);
      }
      return wishes.flatMap(({ staysAway }, i) => (staysAway ? [] : [starts.get(`${i}`)]));
    };
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { minLength: 2, maxLength: 12 }), async (wishes) => {
        const [head, ...rest] = wishes;
        const all = head === undefined ? [] : [{ ...head, staysAway: false }, ...rest];
        expect(await play(all, false)).toEqual(await play(all, true));
      }),
      { numRuns: 25 },
    );
  });
});
