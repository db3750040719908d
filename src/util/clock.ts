/** A clock in milliseconds. Where it begins means nothing: only differences do. */
export type Clock = () => number;

/**
 * Milliseconds of a clock that never goes back, for every interval, deadline and age. Not for stamps that people or
 * protocols see: those are wall-clock time. It may still be near 0 right after the start of the process, so "long ago" is
 * `-Infinity`, not 0.
 */
export const monotonicMs: Clock = () => performance.now();

/** A time of the monotonic clock as one of the wall clock, milliseconds. */
export const wallTime = (monotonic: number): number => Date.now() + monotonic - monotonicMs();
