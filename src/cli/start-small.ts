import { setFlagsFromString } from 'node:v8';

/**
 * Imported first: the process starts small. Code is compiled, and objects are made, for size and not for speed, and the young
 * generation of the heap is not enlarged: what comes into being while code is loaded stays, or is garbage at once. A gateway
 * that has nothing to do would otherwise hold 15 MiB more, for long.
 */
const SMALL = ['--optimize-for-size', '--semi-space-growth-factor=1'];
/**
 * Code has to run three times as long as V8 would have it before it is optimised: optimising takes from two cores what a young
 * process needs for its users, and code that is busy for minutes is optimised all the same. For V8 11, of Node 20: those after it
 * have a compiler between, and no such flag, which they would say on stderr.
 */
const LATER_OPTIMISING = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=200000'] : [];
const AT_FULL_SPEED = ['--no-optimize-for-size', '--semi-space-growth-factor=2', ...LATER_OPTIMISING];

SMALL.forEach(setFlagsFromString);

/** From here on it is speed that counts: the start is over. */
export function runAtFullSpeed(): void {
  AT_FULL_SPEED.forEach(setFlagsFromString);
}
