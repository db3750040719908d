import type { Log } from '../../../src/gateway/log-types.js';
import { secrets } from './watch.js';

type Told = (fields: Readonly<Record<string, unknown>>, text: string) => unknown;

/** A log that is searched for secrets at the end of the file of tests. @param told - what a test wants to see of it */
export function watchedLog(told: Partial<Readonly<Record<keyof Log, Told>>> = {}): Log {
  const level = (name: keyof Log) => (fields: Readonly<Record<string, unknown>>, text: string) => {
    secrets.call(fields, text);
    told[name]?.(fields, text);
  };
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}
