import { setFlagsFromString } from 'node:v8';

/**
 * Imported first: the process starts small. Code is compiled, and objects are made, for size and not for speed, and the young
 * generation of the heap is not enlarged: what comes into being while code is loaded stays, or is garbage at once. A gateway
 * that has nothing to do would otherwise hold 15 MiB more, for long.
 */
const SMALL = ['--optimize-for-size', '--semi-space-growth-factor=1'];
const AS_USUAL = ['--no-optimize-for-size', '--semi-space-growth-factor=2'];

SMALL.forEach(setFlagsFromString);

/** From here on it is speed that counts: the start is over. */
export function runAtFullSpeed(): void {
  AS_USUAL.forEach(setFlagsFromString);
}
