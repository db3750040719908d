import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../src');

/** Files below src/ and packages that are loaded with these files, as the imports say that are not made at run time. */
function loadedWith(...files: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    const name = relative(root, file);
    if (seen.has(name)) return;
    seen.add(name);
    const source = readFileSync(file, 'utf8');
    for (const [, from = ''] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';$/gm)) {
      if (from.startsWith('.')) visit(join(dirname(file), from.replace(/\.js$/, '.ts')));
      else seen.add(from);
    }
  };
  for (const file of files) visit(join(root, file));
  return seen;
}

it('a gateway that runs loads nothing that only other commands or other configurations need', () => {
  const loaded = loadedWith('main.ts', 'cli/run.ts', 'store/dialects/sqlite/dialect.ts');
  expect([...loaded]).toEqual(
    expect.arrayContaining([
      'app/service.ts',
      'gateway/gateway.ts',
      'silc/client/session.ts',
      'store/kysely.ts',
      'pino',
    ]),
  );
  const foreign =
    /^(?:cli\/(?:silc|keygen|demo|init|check|probe)\b|demo\/|silc\/server\/|silc\/crypto\/backend-noble|pino-pretty|picocolors|prom-client|yargs|pg$|store\/dialects\/postgres\/(?:client|driver|dialect)|store\/(?:copy|rotate-key))/;
  expect([...loaded].filter((name) => foreign.test(name))).toEqual([]);
});

it('sets no flag that this V8 does not have', () => {
  const program = `import { runAtFullSpeed } from ${JSON.stringify(join(root, 'cli/start-small.ts'))}; runAtFullSpeed();`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
