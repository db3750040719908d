import { isDeepStrictEqual } from 'node:util';
import { CHANGEABLE, type Changeable } from '../gateway/reconfigure.js';
import type { Operator } from '../gateway/operator.js';
import { type Logger, type LogLevel, logLevels } from '../observe/log.js';
import type { Config } from './config/load.js';

/** How much a log and its areas tell: each has a level of its own. @param areas by name */
export function logLevelOf(
  log: Logger,
  areas: Readonly<Record<string, Logger>>,
): Pick<Operator, 'logLevels' | 'logAreas' | 'logLevel' | 'setLogLevel'> {
  const isLevel = (text: string): text is LogLevel => logLevels.some((level) => level === text);
  return {
    logLevels,
    logAreas: Object.keys(areas),
    logLevel: (area) => (area === undefined ? log : (areas[area] ?? log)).level,
    setLogLevel: (level, area) => {
      if (!isLevel(level)) return;
      for (const one of area === undefined ? [log, ...Object.values(areas)] : [areas[area]]) {
        if (one !== undefined) one.level = level;
      }
    },
  };
}

/** Sets the level of all, and those of areas that have one of their own. */
export function applyLevels(log: Config['log'], levels: Pick<Operator, 'setLogLevel'>): void {
  levels.setLogLevel(log.level);
  applyAreas(log, levels);
}

export function applyAreas(
  { areas }: Pick<Config['log'], 'areas'>,
  { setLogLevel }: Pick<Operator, 'setLogLevel'>,
): void {
  for (const [area, own] of Object.entries(areas)) if (own !== undefined) setLogLevel(own, area);
}

interface Appliers {
  readonly changed: (changes: Partial<Changeable>) => void;
  readonly log: (log: Config['log']) => void;
}

/**
 * Takes over from a configuration what can be changed while the gateway runs.
 * @param running - as it was read at the start, and has been changed since
 * @returns sections that are others, and stay as they are until the next start
 */
export function applyConfig(running: Config, fresh: Config, { changed, log }: Appliers): readonly string[] {
  changed(Object.fromEntries(CHANGEABLE.map((name) => [name, fresh[name]])));
  log(fresh.log);
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
