import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandLag } from '../../../src/silc/server/command-lag.js';

const strict = true;
const other = false;

/** Delays of commands that arrive at these times. */
function delays(commands: readonly (readonly [now: number, strict: boolean])[]): readonly number[] {
  const lag = new CommandLag();
  return commands.map(([now, isStrict]) => lag.delay(now, isStrict));
}

describe('the lag of commands', () => {
  it('lets six quick commands through and holds the rest of the burst for the same two seconds', () => {
    const burst = Array.from({ length: 9 }, () => [1000, other] as const);
    expect(delays(burst)).toEqual([0, 0, 0, 0, 0, 0, 2000, 2000, 2000]);
  });

  it('lets PING overtake a NICK sent between two of them, which waits 200 ms', () => {
    expect(
      delays([
        [0, other],
        [0, strict],
        [0, other],
      ]),
    ).toEqual([0, 200, 0]);
  });

  it('does not hold a strict command after silence', () => {
    expect(
      delays([
        [0, strict],
        [2000, strict],
        [4000, strict],
      ]),
    ).toEqual([0, 0, 0]);
  });

  it('holds strict commands for up to two seconds from the third quick one on', () => {
    expect(
      delays([
        [0, strict],
        [100, strict],
        [200, strict],
        [300, strict],
        [1300, strict],
      ]),
    ).toEqual([0, 200, 200, 1900, 1000]);
  });

  it('forgives two quick commands for each that comes after silence', () => {
    const quick = Array.from({ length: 7 }, (_, i) => [i, other] as const);
    const later = [3_000, 6_000, 9_000].map((now) => [now, other] as const);
    const again = Array.from({ length: 6 }, (_, i) => [9_001 + i, other] as const);
    expect(delays([...quick, ...later, ...again]).slice(-6)).toEqual([0, 0, 0, 0, 0, 1999]);
  });

  it('is never longer than two seconds, nor negative', () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.boolean()), { maxLength: 50 });
    fc.assert(
      fc.property(steps, (commands) => {
        let now = 0;
        const timed = commands.map(([step, isStrict]) => [(now += step), isStrict] as const);
        for (const delay of delays(timed)) {
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(2000);
        }
      }),
    );
  });
});
