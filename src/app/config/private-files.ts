import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from '../../util/zod.js';
import type { Fault } from './combinations.js';

/** What a container runtime hands over there is for the container alone, whatever the mode says. */
const RUNTIME_SECRETS = '/run/secrets/';

/** Keys whose values are secrets, wherever they stand. */
const SECRETS: ReadonlySet<string> = new Set(['secret', 'passphrase', 'password']);

/** @returns why others must not be able to read the file, and can; undefined where they cannot */
export function openToOthers(path: string): string | undefined {
  if (path.startsWith(RUNTIME_SECRETS)) return undefined;
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o006) === 0
    ? undefined
    : `${path} is open to every user of this machine (mode ${(mode & 0o777).toString(8)}): chmod o= it`;
}

/**
 * What is wrong with the files around a configuration: its own when a secret stands in it, and those that it names.
 * @param base folder that relative paths begin in
 */
export function fileFaults(raw: unknown, file: string, base: string): readonly Fault[] {
  const faults: Fault[] = [];
  const inline: (readonly string[])[] = [];
  for (const { path, value } of textsOf(raw, [])) {
    const key = path.at(-1) ?? '';
    if (SECRETS.has(key) || (key === 'url' && /:\/\/[^/@]*:[^/@]+@/.test(value))) inline.push(path);
    if (key === 'ca_file') faults.push(...unreadable(path, resolve(base, value)));
    if (!key.endsWith('_file') || !SECRETS.has(key.slice(0, -5))) continue;
    const reason = unusable(resolve(base, value));
    if (reason !== undefined) faults.push({ path, reason });
  }
  const [first] = inline;
  const reason = first === undefined ? undefined : openToOthers(resolve(file));
  if (first !== undefined && reason !== undefined) {
    faults.push({ path: first, reason: `${reason}, or put the secret into a file of its own` });
  }
  return faults;
}

/** Why a file is none that holds a secret. */
function unusable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() === '' ? `${file} is empty` : openToOthers(file);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Certificates are no secret, but have to be there. */
function unreadable(path: readonly string[], file: string): readonly Fault[] {
  try {
    accessSync(file, constants.R_OK);
    if (readFileSync(file, 'latin1').includes('-----BEGIN CERTIFICATE-----')) return [];
    return [{ path, reason: `${file} has no certificate in it (PEM)` }];
  } catch (error) {
    return [{ path, reason: error instanceof Error ? error.message : String(error) }];
  }
}

const map = z.record(z.string(), z.unknown());

/** All texts in a file of any form. */
function* textsOf(
  raw: unknown,
  path: readonly string[],
): Generator<{ readonly path: readonly string[]; readonly value: string }> {
  if (typeof raw === 'string') yield { path, value: raw };
  const { data } = map.safeParse(raw);
  for (const [key, value] of Object.entries(data ?? {})) yield* textsOf(value, [...path, key]);
}
