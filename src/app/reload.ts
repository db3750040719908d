import { isDeepStrictEqual } from 'node:util';
import { CHANGEABLE, type Changeable, changedNetworks } from '../gateway/reconfigure.js';
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
 * @returns keys that are others, and stay as they are until the next start
 */
export function applyConfig(running: Config, fresh: Config, { changed, log }: Appliers): readonly string[] {
  const networks = changedNetworks(running.networks, fresh.networks);
  const applied = Object.fromEntries(CHANGEABLE.map((name) => [name, fresh[name]]));
  changed({ ...applied, networks });
  log(fresh.log);
  const { level, areas } = fresh.log;
  const now = { ...running, ...applied, networks, log: { ...running.log, level, areas } };
  const differing = differences('', now, fresh).map((path) => ORIGINS.get(path) ?? path);
  return [...new Set(differing)].sort();
}

/** What was made of other keys, by its place: they are told instead. */
const ORIGINS: ReadonlyMap<string, string> = new Map([
  ['linkTls', 'component.tls'],
  ['store.key', 'store.key_file'],
]);

/** Where two values differ: keys with dots, as they stand in the file. */
function differences(path: string, one: unknown, other: unknown): readonly string[] {
  if (isDeepStrictEqual(one, other)) return [];
  if (ORIGINS.has(path) || !isMap(one) || !isMap(other)) return [path];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].flatMap((name) =>
    differences(path === '' ? name : `${path}.${name}`, one[name], other[name]),
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
