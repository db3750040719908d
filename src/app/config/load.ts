import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { LinkTls } from '../../component/socket.js';
import { combinationFaults, type Fault, secretOfEnvironment } from './combinations.js';
import { linkTlsOf } from './link-tls.js';
import { fileFaults } from './private-files.js';
import type { ConfigProblem } from './problem.js';
import { schema } from './schema.js';
import { storeSettings, type StoreSettings } from './store-settings.js';
import { yamlFaults } from './yaml-faults.js';

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
  return parseConfig(text, file, (raw) => fileFaults(raw, file, dirname(resolve(file))));
}

/**
 * The same from a text; relative paths in it are relative to `file`.
 * @param around what is wrong with the files around it
 */
export function parseConfig(
  text: string,
  file: string,
  around: (raw: unknown) => readonly Fault[] = () => [],
): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const broken = yamlFaults(document, lines);
  if (broken.length > 0) throw new ConfigError(file, broken);
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
    const reason = error instanceof ReferenceError ? 'too many aliases (*…)' : 'not understood as YAML';
    throw new ConfigError(file, [{ line: undefined, path: '', reason }]);
  }
  const parsed = schema.safeParse(raw);
  const problems = [...combinationFaults(raw), ...around(raw)].map(({ path, reason }) =>
    problem(path, reason, lineOf),
  );
  for (const issue of parsed.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      problems.push(...issue.keys.map((key) => unknownKey(issue.path, key, document, lineOf)));
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

/** A key is named unless it may be a value that lacks its key: a secret is never repeated. */
function unknownKey(
  above: readonly PropertyKey[],
  key: string,
  document: Document,
  lineOf: (path: readonly PropertyKey[]) => number | undefined,
): ConfigProblem {
  const path = [...above, key];
  const value: unknown = document.getIn(path);
  if (/^[a-z][\w.-]*$/i.test(key) && value !== null && value !== undefined)
    return problem(path, 'unknown key', lineOf);
  return {
    ...problem(above, 'something that is no key, or a key without a value', lineOf),
    line: lineOf(path),
  };
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
