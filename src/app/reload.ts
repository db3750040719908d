import { isDeepStrictEqual } from 'node:util';
import type { Changeable } from '../gateway/reconfigure.js';
import type { Operator, Reloaded } from '../gateway/operator.js';
import { type Logger, type LogLevel, logLevels } from '../observe/log.js';
import { SerialQueue } from '../util/serial-queue.js';
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
  /** @throws RangeError where nothing can be changed so */
  readonly changed: (changes: Changeable) => Promise<void>;
  readonly log: (log: Config['log']) => void;
}

/**
 * Takes over from a configuration what can be changed while the gateway runs.
 * @param running - as it holds now
 * @returns keys that are others: those that hold now, and those that stay as they are until the next start
 * @throws RangeError: then nothing was changed
 */
export async function applyConfig(
  running: Config,
  fresh: Config,
  { changed, log }: Appliers,
): Promise<Reloaded> {
  const now = withoutRestart(running, fresh);
  const [applied, restart] = [pathsOf(running, now), pathsOf(now, fresh)];
  const { networks, access, texts, users, limits, rooms, sessions, history, files, timeouts } = now;
  await changed({ networks, access, texts, users, limits, rooms, sessions, history, files, timeouts });
  log(now.log);
  Object.assign(running, now);
  return { applied, restart };
}

/** As much of a fresh configuration as holds without a restart. */
function withoutRestart(running: Config, fresh: Config): Config {
  const { component, linkTls, store, crypto, http } = running;
  const log = { ...fresh.log, format: running.log.format };
  // Who was in which room when is only known while lines are kept.
  const isSwitched = (running.history.days === 0) !== (fresh.history.days === 0);
  const history = isSwitched ? running.history : fresh.history;
  const networks = sameDefaults(running.networks, fresh.networks);
  return { ...fresh, component, linkTls, store, crypto, http, log, history, networks };
}

/** A network that stays has the addresses that it had. */
function sameDefaults(running: Config['networks'], fresh: Config['networks']): Config['networks'] {
  const known = Object.entries(running).filter(([name]) => Object.hasOwn(fresh, name));
  const hasDefault = known.some(([, network]) => network.default);
  return Object.fromEntries(
    Object.entries(fresh).map(([name, network]) => {
      const before = known.find(([other]) => other === name)?.[1];
      return [name, { ...network, default: before?.default ?? (network.default && !hasDefault) }];
    }),
  );
}

/**
 * Has each call done in its turn. One that has not begun yet is for all who call meanwhile: it sees what there is when it begins.
 */
export function inTurn<T>(work: () => Promise<T>): () => Promise<T> {
  const queue = new SerialQueue();
  let next: Promise<T> | undefined;
  return () =>
    (next ??= queue.run(() => {
      next = undefined;
      return work();
    }));
}

function pathsOf(one: Config, other: Config): readonly string[] {
  return [...new Set(differences('', one, other).map((path) => ORIGINS.get(path) ?? path))].sort();
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
