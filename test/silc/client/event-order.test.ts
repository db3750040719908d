import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventOrder } from '../../../src/silc/client/event-order.js';
import { SHARE } from '../../../src/util/shares.js';
import { TurnScheduler } from '../../../src/util/turn-scheduler.js';
import { WorkPerTurn } from '../../support/work-per-turn.js';

function gate() {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

/** All microtasks that are due. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('event order', () => {
  it('delivers at once where nothing waits', () => {
    const order = new EventOrder();
    const seen: string[] = [];
    order.post(['a'], () => seen.push('1'));
    order.post([], () => seen.push('2'));
    expect(seen).toEqual(['1', '2']);
  });

  it('keeps what follows under a key behind what waits there, and lets other keys pass', async () => {
    const order = new EventOrder();
    const seen: string[] = [];
    const name = gate();
    order.post(['a'], () => seen.push('a1'), name.promise);
    order.post(['a'], () => seen.push('a2'));
    order.post(['b'], () => seen.push('b1'));
    order.post(['a', 'b'], () => seen.push('both'));
    order.post(['b'], () => seen.push('b2'));
    expect(seen).toEqual(['b1']);
    name.open();
    await settled();
    expect(seen).toEqual(['b1', 'a1', 'a2', 'both', 'b2']);
    expect(order.waiting).toBe(0);
  });

  it('goes on when what it waits for fails', async () => {
    const order = new EventOrder();
    const seen: string[] = [];
    order.post(['a'], () => seen.push('1'), Promise.reject(new Error('no name')));
    order.post(['a'], () => seen.push('2'));
    await settled();
    expect(seen).toEqual(['1', '2']);
  });

  it('releases everything in order when it is flushed, and nothing twice', async () => {
    const order = new EventOrder();
    const seen: number[] = [];
    const gates = [gate(), gate(), gate()];
    gates.forEach(({ promise }, i) => order.post(['a', `x${i}`], () => seen.push(i), promise));
    order.post(['a'], () => seen.push(3));
    order.flush();
    expect(seen).toEqual([0, 1, 2, 3]);
    for (const { open } of gates) open();
    await settled();
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('releases everything when too much waits', () => {
    const order = new EventOrder({ events: 10 });
    const seen: number[] = [];
    for (let i = 0; i < 11; i++) order.post(['a'], () => seen.push(i), gate().promise);
    expect(seen).toEqual([...Array(11).keys()]);
  });

  it('delivers each event once, in the order of each of its keys, however they become ready', async () => {
    const event = fc.record({
      keys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 }),
      waits: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        async (events, random) => {
          const order = new EventOrder();
          const seen: number[] = [];
          const closed: (() => void)[] = [];
          events.forEach(({ keys, waits }, i) => {
            const { promise, open } = gate();
            if (waits) closed.push(open);
            order.post(keys, () => seen.push(i), waits ? promise : undefined);
          });
          while (closed.length > 0) {
            const [open] = closed.splice((random.next().value ?? 0) % closed.length, 1);
            open?.();
            await settled();
          }
          expect([...seen].sort((x, y) => x - y)).toEqual(events.map((_, i) => i));
          for (const key of ['a', 'b', 'c', 'd'] as const) {
            const underKey = seen.filter((i) => events[i]?.keys.includes(key));
            expect(underKey).toEqual([...underKey].sort((x, y) => x - y));
          }
          expect(order.waiting).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('stops in the middle where whoever is told pauses it, and goes on in order afterwards', async () => {
    const order = new EventOrder();
    const seen: number[] = [];
    const { promise, open } = gate();
    order.post(['a'], () => seen.push(0), promise);
    for (let i = 1; i < 10; i++) {
      order.post(['a'], () => {
        seen.push(i);
        if (i % 3 === 0) order.setPaused(true);
      });
    }
    open();
    await settled();
    expect(seen).toEqual([0, 1, 2, 3]);
    order.setPaused(false);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    // The end of a session tells everything, paused or not.
    order.flush();
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(order.waiting).toBe(0);
  });

  describe('where thousands wait', () => {
    const MANY = 1_000;
    const numbers = (length: number): number[] => Array.from({ length }, (_, i) => i);
    /** Whose turns are used up by any piece of work. */
    const busy = (): TurnScheduler => new TurnScheduler(0);

    const until = async (isSo: () => boolean): Promise<void> => {
      for (let turns = 0; !isSo() && turns < MANY; turns++) await settled();
    };

    it('lets others have their turn between shares of what has waited for one name, and keeps the order', async () => {
      const order = new EventOrder(undefined, busy());
      const { promise, open } = gate();
      const seen: number[] = [];
      const work = new WorkPerTurn();
      const post = (i: number, ready?: Promise<unknown>): void =>
        order.post(
          ['a'],
          () => {
            work.done();
            seen.push(i);
          },
          ready,
        );
      for (let i = 0; i < MANY; i++) post(i, promise);
      open();
      await settled();
      expect(order.waiting).toBeGreaterThan(0);
      // What comes meanwhile is behind it, and who is not concerned does not wait.
      post(MANY);
      expect(seen).not.toContain(MANY);
      order.post(['b'], () => seen.push(-1));
      expect(seen.at(-1)).toBe(-1);
      seen.pop();
      await until(() => order.waiting === 0);
      work.stop();
      expect(seen).toEqual(numbers(MANY + 1));
      expect(work.most).toBeLessThanOrEqual(2 * SHARE);
    });

    it('tells all of it at once, in order, when the session ends between two shares', async () => {
      const order = new EventOrder(undefined, busy());
      const { promise, open } = gate();
      const seen: number[] = [];
      for (let i = 0; i < MANY; i++) order.post(['a'], () => seen.push(i), promise);
      open();
      await settled();
      expect(seen.length).toBeLessThan(MANY);
      order.flush();
      expect(seen).toEqual(numbers(MANY));
      await settled();
      expect(seen).toHaveLength(MANY);
    });

    it('tells nothing while it is paused between two shares, and the rest afterwards', async () => {
      const order = new EventOrder(undefined, busy());
      const { promise, open } = gate();
      const seen: number[] = [];
      for (let i = 0; i < MANY; i++) order.post(['a'], () => seen.push(i), promise);
      open();
      await settled();
      order.setPaused(true);
      const { length } = seen;
      for (let turn = 0; turn < 5; turn++) await settled();
      expect(seen).toHaveLength(length);
      order.setPaused(false);
      await until(() => order.waiting === 0);
      expect(seen).toEqual(numbers(MANY));
    });

    it('releases in shares what is too much, and all at once what is twice too much', async () => {
      const order = new EventOrder({ events: MANY }, busy());
      const seen: number[] = [];
      const post = (): void => {
        const next = posted++;
        order.post(['a'], () => seen.push(next), gate().promise);
      };
      let posted = 0;
      while (posted <= MANY) post();
      expect(seen.length).toBeLessThanOrEqual(2 * SHARE);
      await until(() => order.waiting === 0);
      expect(seen).toEqual(numbers(posted));
      // It waits again for what comes from now on.
      post();
      await settled();
      expect(order.waiting).toBe(1);
      while (order.waiting <= 2 * MANY && seen.length < 2 * MANY) post();
      expect(seen).toEqual(numbers(posted));
    });
  });
});
