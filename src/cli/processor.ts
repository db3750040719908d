import { readFileSync } from 'node:fs';
import { CliError, ExitCode } from './exit-codes.js';
import { PROCESSOR_FAULT } from './processor-fault.js';

/** What x86-64-v2 has beyond the first processors of 64 bits, as Linux names it. */
const V2 = ['cx16', 'lahf_lm', 'popcnt', 'sse4_1', 'sse4_2', 'ssse3'];

/**
 * Whether this processor has the instructions that the SQLite library was built with.
 * @param cpuinfo - /proc/cpuinfo
 * @returns undefined where that cannot be told
 */
export function hasV2(cpuinfo: string): boolean | undefined {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/);
  return flags && V2.every((flag) => flags.includes(flag));
}

/**
 * Without them the process would end without a word at the first write. Where the unit hides /proc/cpuinfo, a child tries.
 * @throws CliError
 */
export async function requireProcessor(
  arch: string = process.arch,
  read = (): string => readFileSync('/proc/cpuinfo', 'utf8'),
  attempt = tried,
): Promise<void> {
  if (arch !== 'x64') return;
  let isFine: boolean | undefined;
  try {
    isFine = hasV2(read());
  } catch {
    isFine = undefined;
  }
  // Other faults of the library are told by opening the store, in more words.
  isFine ??= (await attempt()) !== PROCESSOR_FAULT;
  if (!isFine) throw new CliError(ExitCode.config, PROCESSOR_FAULT);
}

async function tried(): Promise<string | undefined> {
  return (await import('./check/database-library.js')).tryDatabaseLibrary();
}
