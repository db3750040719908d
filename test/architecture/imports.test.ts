import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterEach, describe, expect, it } from 'vitest';
import { circlesOf, importsOf, noImportCircle, type Imports } from '../../lint/import-circles.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What the rule says of these files, by file. */
async function judged(files: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  const cwd = mkdtempSync(path.join(tmpdir(), 'circles-'));
  folders.push(cwd);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(cwd, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(cwd, name), text);
  }
  const eslint = new ESLint({
    cwd,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { local: { rules: { circle: noImportCircle } } },
      rules: { 'local/circle': ['error', { root: 'src', longest: 2, none: ['pure'] }] },
    },
  });
  const results = await eslint.lintFiles(['src']);
  return new Map(
    results.flatMap(({ filePath, messages }) =>
      messages.map(({ message }) => [path.relative(path.join(cwd, 'src'), filePath), message] as const),
    ),
  );
}

describe('circles of imports, types included', () => {
  it('are looked for by the linter, in all files of the source', async () => {
    const config: unknown = await new ESLint({ cwd: root }).calculateConfigForFile(
      path.join(root, 'src/gateway/gateway.ts'),
    );
    expect(config).toMatchObject({
      rules: { 'local/no-import-circle': [2, { root: 'src', longest: 6, none: ['gateway'] }] },
    });
    const imports = importsOf(path.join(root, 'src'));
    expect(imports.size).toBeGreaterThan(300);
    expect(imports.get(path.join('silc', 'index.ts'))).toContain(path.join('silc', 'client', 'types.ts'));
  });

  it('are found where there are some', () => {
    const imports: Imports = new Map([
      ['a', ['b', 'd']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['e']],
      ['e', ['d', 'f']],
      ['f', []],
    ]);
    expect(circlesOf(imports)).toEqual([
      ['d', 'e'],
      ['a', 'b', 'c'],
    ]);
    expect(
      circlesOf(
        new Map([
          ['a', ['b']],
          ['b', []],
        ]),
      ),
    ).toEqual([]);
  });

  it('are refused where they are too long, span folders, or are where there may be none', async () => {
    const said = await judged({
      // Two files of one folder may.
      'src/one/a.ts': "import type { B } from './b.js'; export interface A { b: B }",
      'src/one/b.ts': "import type { A } from './a.js'; export interface B { a: A }",
      'src/long/a.ts': "export type { B } from './b.js'; export interface A { n: 1 }",
      'src/long/b.ts': "import type { C } from './c.js'; export interface B { c: C }",
      'src/long/c.ts': "import type { A } from './a.js'; export interface C { a: A }",
      'src/left/a.ts': "import { b } from '../right/b.js'; export const a = () => b;",
      'src/right/b.ts': "import { a } from '../left/a.js'; export const b = () => a;",
      'src/pure/a.ts': "export * from './b.js'; export const a = 1;",
      'src/pure/b.ts': "import { a } from './a.js'; export const b = a;",
    });
    expect([...said.keys()].sort()).toEqual([
      ...['left/a.ts', 'long/a.ts', 'long/b.ts', 'long/c.ts', 'pure/a.ts', 'pure/b.ts', 'right/b.ts'],
    ]);
    expect(said.get('left/a.ts')).toMatch(/left\/a\.ts, right\/b\.ts; it spans folders/);
    expect(said.get('long/b.ts')).toMatch(/it has 3 files, 2 are allowed/);
    expect(said.get('pure/b.ts')).toMatch(/there are none in pure/);
  });
});
