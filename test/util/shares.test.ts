import { describe, expect, it } from 'vitest';
import { SHARE, Shares } from '../../src/util/shares.js';
import { TurnScheduler } from '../../src/util/turn-scheduler.js';

describe('shares of work', () => {
  it('go on as long as nobody waits and the turn has time', () => {
    const shares = new Shares(new TurnScheduler(10, () => 0));
    for (let piece = 0; piece < 10 * SHARE; piece++) expect(shares.isOver()).toBe(false);
  });

  it('are over after so many pieces where the time of the turn is used up', () => {
    let now = 0;
    const shares = new Shares(new TurnScheduler(10, () => now));
    const over: number[] = [];
    for (let piece = 0; piece < 3 * SHARE; piece++) {
      if (shares.isOver()) over.push(piece);
      now += 1;
    }
    // The first look begins the turn.
    expect(over).toEqual([2 * SHARE]);
  });

  it('are over where somebody else waits, who is served before the next one', async () => {
    const turns = new TurnScheduler(10, () => 0);
    const shares = new Shares(turns);
    for (let piece = 0; piece < SHARE; piece++) expect(shares.pause()).toBeUndefined();
    const served: string[] = [];
    void turns.turn().then(() => served.push('other'));
    const pause = shares.pause();
    expect(pause).toBeInstanceOf(Promise);
    await pause;
    expect(served).toEqual(['other']);
  });
});
