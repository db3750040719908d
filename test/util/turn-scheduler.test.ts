import { describe, expect, it } from 'vitest';
import { TurnScheduler } from '../../src/util/turn-scheduler.js';

/** Workers that do `pieces` each, of `ms` on a clock that only they move. */
function crowd(budgetMs: number, workers: number, pieces: number, ms: number) {
  let now = 0;
  const scheduler = new TurnScheduler(budgetMs, () => now);
  const order: number[] = [];
  const turns: number[] = [0];
  let running = true;
  const count = (): void => {
    turns.push(0);
    if (running) setImmediate(count);
  };
  const work = async (worker: number): Promise<void> => {
    for (let piece = 0; piece < pieces; piece++) {
      if (scheduler.isBusy) await scheduler.turn();
      now += ms;
      order.push(worker);
      turns[turns.length - 1]! += ms;
    }
  };
  const done = async (): Promise<void> => {
    setImmediate(count);
    await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
    running = false;
  };
  return { done, order, turns };
}

describe('a scheduler of turns', () => {
  it('lets one worker alone go on until the time of the turn is used up', async () => {
    const { done, order, turns } = crowd(10, 1, 35, 1);
    await done();
    expect(order).toHaveLength(35);
    expect(Math.max(...turns)).toBeLessThanOrEqual(10);
    expect(turns.filter((ms) => ms > 0).length).toBeLessThanOrEqual(5);
  });

  it('serves all in turn, so that nobody waits longer than the others take for one piece each', async () => {
    const { done, order, turns } = crowd(10, 30, 20, 1);
    await done();
    expect(order).toHaveLength(600);
    for (let worker = 0; worker < 30; worker++) {
      const at = order.flatMap((one, index) => (one === worker ? [index] : []));
      for (const [n, index] of at.slice(1).entries()) expect(index - (at[n] ?? 0)).toBeLessThanOrEqual(60);
    }
    // A turn that began with budget left takes one piece at most beyond it.
    expect(Math.max(...turns)).toBeLessThanOrEqual(21);
  });
});
