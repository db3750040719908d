import { fstatSync } from 'node:fs';
import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export const logLevels = [
  'fatal',
  'error',
  'warn',
  'info',
  'debug',
  'trace',
  'silent',
] as const satisfies LevelWithSilent[];
export type LogLevel = (typeof logLevels)[number];

/** Property names whose values never reach a log line, at any depth that the log calls of this project use. */
const secretNames = ['secret', 'passphrase', 'password', 'privateKey', 'key', 'keyPair', 'body', 'text'];
const redactedPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * The process' log: JSON lines on standard error, or readable lines (`format: 'pretty'`, coloured on a terminal only).
 * Standard error is what systemd's journal takes; standard output stays free for the commands' own results.
 * @param to where JSON lines go in place of it
 */
export async function createLog(
  options: { level: LogLevel; format?: 'json' | 'pretty' },
  to?: DestinationStream,
): Promise<Logger> {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redactedPaths, censor: '[secret]' },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (to !== undefined) return pino(settings, to);
  if (options.format === 'pretty') {
    // For people only: a service does without it.
    const { default: pretty } = await import('pino-pretty');
    const stream = pretty({
      colorize: process.stderr.isTTY && process.env['NO_COLOR'] === undefined,
      destination: 2,
      sync: true,
      translateTime: 'SYS:HH:MM:ss',
    });
    return pino(settings, stream);
  }
  // Synchronous: the last lines before an end are those that count.
  const stderr = pino.destination({ dest: 2, sync: true });
  return pino(settings, isJournal(process.env['JOURNAL_STREAM']) ? withPriorities(stderr) : stderr);
}

/** Whether standard error is the journal's, which is told by its numbers (systemd.exec(5)). */
export function isJournal(stream: string | undefined, descriptor = 2): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** Priorities of syslog by the least level of pino. */
const PRIORITIES = [
  [60, 2],
  [50, 3],
  [40, 4],
  [30, 6],
] as const;
const DEBUG = 7;

/** Each line begins with its priority, which the journal takes off (sd-daemon(3)). */
export function withPriorities(to: { write(line: string): unknown }): DestinationStream {
  const stream = {
    // pino tells the level of the next line there.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      const [, priority] = PRIORITIES.find(([least]) => stream.lastLevel >= least) ?? [0, DEBUG];
      to.write(`<${priority}>${line}`);
    },
  };
  return stream;
}
