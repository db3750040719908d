import { readFileSync } from 'node:fs';

/** Length of the kernel's clock tick in `/proc/PID/stat`; USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** Milliseconds of CPU that all threads of a process have used, in user and kernel mode; NaN when it is gone. */
export function cpuMs(pid: number | undefined): number {
  const text = read(pid, 'stat');
  // The name in parentheses may have spaces in it. utime and stime are fields 14 and 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return TICK_MS * (Number(fields[11] ?? Number.NaN) + Number(fields[12] ?? Number.NaN));
}

/** Memory of a process in KiB. */
export interface Memory {
  /** What only this process has: Private_Clean + Private_Dirty. */
  readonly uss: number;
  readonly rss: number;
}

export function memory(pid: number): Memory {
  const text = read(pid, 'smaps_rollup');
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN);
  return { uss: field('Private_Clean') + field('Private_Dirty'), rss: field('Rss') };
}

function read(pid: number | undefined, file: string): string {
  if (pid === undefined) return '';
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
