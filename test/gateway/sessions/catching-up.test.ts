import { describe, expect, it } from 'vitest';
import { CatchingUp } from '../../../src/gateway/sessions/catching-up.js';
import { turns } from '../../../src/util/turn-scheduler.js';

const MUCH = 100_000;
const turn = (): Promise<void> => new Promise(setImmediate);

/** Begins pieces of work until one is to wait for its turn, since somebody else does. */
async function untilHeld(catchingUp: CatchingUp): Promise<void> {
  for (;;) {
    void turns.turn();
    const next = catchingUp.next(MUCH);
    if (next === undefined) continue;
    await next;
    return;
  }
}

describe('catching up with what has waited', () => {
  it('holds reading back from the first share on, until little is left', async () => {
    const held: boolean[] = [];
    const catchingUp = new CatchingUp((isHeld) => held.push(isHeld));
    await untilHeld(catchingUp);
    expect(held).toEqual([true]);
    await catchingUp.next(20_000);
    expect(held).toEqual([true]);
    await catchingUp.next(10_000);
    expect(held).toEqual([true, false]);
  });

  it('lets reading go on when the work waits for an answer, and holds it back again afterwards', async () => {
    const held: boolean[] = [];
    const catchingUp = new CatchingUp((isHeld) => held.push(isHeld));
    await untilHeld(catchingUp);
    for (let n = 0; n < 4; n++) await turn();
    expect(held).toEqual([true, false]);
    await untilHeld(catchingUp);
    expect(held).toEqual([true, false, true]);
  });

  it('holds nothing back where little waits', async () => {
    const held: boolean[] = [];
    const catchingUp = new CatchingUp((isHeld) => held.push(isHeld));
    for (let n = 0; n < 100; n++) await catchingUp.next(30_000);
    expect(held).toEqual([]);
  });
});
