import { isDeepStrictEqual } from 'node:util';
import { CHANGEABLE, type Changeable } from '../gateway/reconfigure.js';
import type { Operator } from '../gateway/operator.js';
import { type Logger, type LogLevel, logLevels } from '../observe/log.js';
import type { Config } from './config/load.js';

/** How much a log and its parts tell: each has a level of its own. */
export function logLevelOf(
  logs: readonly Logger[],
): Pick<Operator, 'logLevels' | 'logLevel' | 'setLogLevel'> {
  const isLevel = (text: string): text is LogLevel => logLevels.some((level) => level === text);
  return {
    logLevels,
    logLevel: () => logs[0]?.level ?? 'info',
    setLogLevel: (level) => {
      if (isLevel(level)) for (const log of logs) log.level = level;
    },
  };
}

interface Appliers {
  readonly changed: (changes: Partial<Changeable>) => void;
  readonly logLevel: (level: LogLevel) => void;
}

/**
 * Takes over from a configuration what can be changed while the gateway runs.
 * @param running - as it was read at the start, and has been changed since
 * @returns sections that are others, and stay as they are until the next start
 */
export function applyConfig(
  running: Config,
  fresh: Config,
  { changed, logLevel }: Appliers,
): readonly string[] {
  changed(Object.fromEntries(CHANGEABLE.map((name) => [name, fresh[name]])));
  logLevel(fresh.log.level);
  const names = Object.keys(fresh).filter((name): name is keyof Config => Object.hasOwn(fresh, name));
  return names.filter((name) => {
    if (CHANGEABLE.some((one) => one === name)) return false;
    // Made of a file that `component` names.
    if (name === 'linkTls') return false;
    if (name === 'component' && !isDeepStrictEqual(running.linkTls, fresh.linkTls)) return true;
    if (name === 'log') return running.log.format !== fresh.log.format;
    return !isDeepStrictEqual(running[name], fresh[name]);
  });
}
