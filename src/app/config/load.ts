import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { LinkTls } from '../../component/socket.js';
import { linkTlsOf } from './link-tls.js';
import { storeSettings, type StoreSettings, storeFaults } from './store-settings.js';
import { schema } from './schema.js';

/** One fault of a configuration file, with the line where it stands (1 is the first). */
export interface ConfigProblem {
  readonly line: number | undefined;
  readonly path: string;
  readonly reason: string;
}

/** All faults of a configuration at once. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    super(
      problems
        .map(
          ({ line, path, reason }) =>
            `${file}${line === undefined ? '' : `:${line}`}: ${path === '' ? '' : `${path}: `}${reason}`,
        )
        .join('\n'),
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** What is looked at for faults that concern several keys at once, however broken the rest is. */
const secretsOf = z.looseObject({
  component: z.looseObject({}).optional().catch(undefined),
  networks: z
    .record(z.string(), z.looseObject({ auth: z.looseObject({}).optional().catch(undefined) }).catch({}))
    .catch({}),
  store: z.looseObject({}).catch({}).default({}),
});

/** Faults of combinations. Run on the raw file, so that they are told together with all others. */
function combinationFaults(raw: unknown): { path: string[]; reason: string }[] {
  const { data } = secretsOf.safeParse(raw);
  if (data === undefined) return [];
  const faults =
    data.component === undefined
      ? []
      : oneSecret(['component'], 'secret', data.component, secretOfEnvironment());
  faults.push(...storeFaults(data.store));
  for (const [name, { auth }] of Object.entries(data.networks)) {
    if (auth?.['method'] === 'passphrase')
      faults.push(...oneSecret(['networks', name, 'auth'], 'passphrase', auth));
  }
  return faults;
}

/** The component secret in the environment; a variable that is empty is none. */
function secretOfEnvironment(): string | undefined {
  const secret = process.env['SILC_XMPP_SECRET'];
  return secret === '' ? undefined : secret;
}

function oneSecret(
  path: string[],
  name: string,
  holder: Readonly<Record<string, unknown>>,
  environment?: string,
): { path: string[]; reason: string }[] {
  const [value, file] = [holder[name], holder[`${name}_file`]];
  if (value !== undefined && file !== undefined) {
    return [{ path: [...path, `${name}_file`], reason: `give ${name} or ${name}_file, not both` }];
  }
  if (value === undefined && file === undefined && environment === undefined) {
    return [{ path, reason: `needs ${name} or ${name}_file` }];
  }
  return [];
}

/** A configuration with all defaults filled in and all secrets read. */
export type Config = z.output<typeof schema> & {
  readonly store: StoreSettings;
  /** Of `component.tls`, with its certificates; undefined where the link is not encrypted. */
  readonly linkTls: LinkTls | undefined;
};

/** Reads and checks a configuration file. @throws ConfigError with every fault that was found. */
export function loadConfig(file: string): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [{ line: undefined, path: '', reason: reasonOf(error) }]);
  }
  return parseConfig(text, file);
}

/** The same from a text; relative paths in it are relative to `file`. */
export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new ConfigError(
      file,
      document.errors.map((error) => ({
        line: error.linePos?.[0].line,
        path: '',
        reason: firstLine(error.message),
      })),
    );
  }
  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    // The deepest part of the path that is in the file; an unknown key is found by its value.
    for (let depth = path.length; depth > 0; depth--) {
      const node: unknown = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
  let raw: unknown;
  try {
    // An empty file is an empty map: it lacks everything that has no default.
    raw = document.toJS() ?? {};
  } catch (error) {
    // Aliases of nothing, or too many of them.
    throw new ConfigError(file, [{ line: undefined, path: '', reason: reasonOf(error) }]);
  }
  const parsed = schema.safeParse(raw);
  const problems = combinationFaults(raw).map(({ path, reason }) => problem(path, reason, lineOf));
  for (const issue of parsed.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      problems.push(...issue.keys.map((key) => problem([...issue.path, key], 'unknown key', lineOf)));
    } else {
      problems.push(problem(issue.path, issue.message, lineOf));
    }
  }
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(
      file,
      problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    );
  }
  return withSecrets(parsed.data, file, lineOf);
}

function problem(
  path: readonly PropertyKey[],
  reason: string,
  lineOf: (path: readonly PropertyKey[]) => number | undefined,
): ConfigProblem {
  return { line: lineOf(path), path: path.map(String).join('.'), reason };
}

function withSecrets(
  config: z.output<typeof schema>,
  file: string,
  lineOf: (path: readonly PropertyKey[]) => number | undefined,
): Config {
  const base = dirname(resolve(file));
  const problems: ConfigProblem[] = [];
  const read = (path: string[], name: string): string => {
    try {
      const secret = readFileSync(resolve(base, name), 'utf8').replace(/\r?\n$/, '');
      if (secret === '') problems.push(problem(path, `${name} is empty`, lineOf));
      return secret;
    } catch (error) {
      problems.push(problem(path, reasonOf(error), lineOf));
      return '';
    }
  };
  const attempt = <T>(path: string[], work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      problems.push(problem(path, reasonOf(error), lineOf));
      return undefined;
    }
  };
  const component = { ...config.component };
  component.secret ??=
    component.secret_file === undefined
      ? secretOfEnvironment()
      : read(['component', 'secret_file'], component.secret_file);
  const tls = attempt(['component', 'tls', 'ca_file'], () =>
    linkTlsOf(component.tls, (name) => resolve(base, name)),
  );
  const networks = Object.fromEntries(
    Object.entries(config.networks).map(([name, one]) => {
      if (one.auth.method !== 'passphrase' || one.auth.passphrase_file === undefined) return [name, one];
      const passphrase = read(['networks', name, 'auth', 'passphrase_file'], one.auth.passphrase_file);
      return [name, { ...one, auth: { ...one.auth, passphrase } }];
    }),
  );
  const store = storeSettings(config.store, base, {
    secret: (key, name) => read(['store', key], name),
    fault: (key, reason) => problems.push(problem(['store', key], reason, lineOf)),
  });
  if (problems.length > 0) throw new ConfigError(file, problems);
  const { ca_file: caFile } = config.files;
  const files = { ...config.files, ...(caFile === undefined ? {} : { ca_file: resolve(base, caFile) }) };
  return { ...config, component, networks, files, store, linkTls: tls };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
