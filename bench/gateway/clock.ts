/**
 * Microseconds of the machine's monotonic clock: the same in all processes of one machine, so that a line can carry the
 * moment it was due and whoever gets it knows how long it took.
 */
export function nowMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
