import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { format } from 'node:util';
import { runInThisContext } from 'node:vm';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as engine from '../../src/silc/index.js';
import { startSilcWorld, type SilcWorld } from '../support/silc-world.js';

/** A fenced block of `docs/engine.md`, with the name by which others import it, if any. */
interface Example {
  readonly title: string;
  readonly file: string | undefined;
  readonly code: string;
}

type Exports = Record<string, unknown>;
type Run = (
  require: (name: string) => unknown,
  exports: Exports,
  console: { log(...values: unknown[]): void },
) => Promise<void>;

const HOST = 'silc.example.net';
const builtin = createRequire(import.meta.url);
const examples = examplesOf(documentation('engine.md'));

/** The engine, but for the time that making RSA keys takes: later keys have the numbers of the first one. */
let firstKey: Promise<engine.KeyPair> | undefined;
const engineOfExamples: Exports = {
  ...engine,
  generateKeyPair: async (backend: engine.CryptoBackend, options: engine.KeyPairOptions) => {
    const { privateKey } = await (firstKey ??= engine.generateKeyPair(backend, options));
    return { privateKey, publicKey: engine.encodePublicKey(options.identifier, privateKey) };
  },
};

let world: SilcWorld;
const modules = new Map<string, Exports>();
beforeAll(async () => {
  world = await startSilcWorld({ name: HOST });
});
afterAll(() => world.close());

describe('the examples of docs/engine.md', () => {
  it('are found', () => {
    expect(examples.length).toBeGreaterThanOrEqual(10);
    expect(examples.filter(({ code }) => expectedOf(code).length === 0).map(({ file }) => file)).toEqual([
      'people.ts',
    ]);
  });

  // In the order of the document: the first one makes the module that the others import.
  it.each(examples)('$title prints what it says', async ({ file, code }) => {
    const { printed, exports } = await run(code);
    expect(printed).toEqual(expectedOf(code));
    if (file !== undefined) modules.set(`./${file.replace(/\.ts$/, '.js')}`, exports);
  });

  it('fail when they print something else, nothing, or throw', async () => {
    const code = "console.log('one'); // prints: two\n";
    expect((await run(code)).printed).not.toEqual(expectedOf(code));
    expect((await run('// prints: two')).printed).not.toEqual(expectedOf('// prints: two'));
    await expect(run("throw new Error('thrown in an example');")).rejects.toThrow('thrown in an example');
    await expect(run("import { x } from './unknown.js'; x();")).rejects.toThrow('unknown.js');
  });
});

describe('the table of docs/silc.md', () => {
  const rows = documentation('silc.md')
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| -|\| State +\|/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

  it('says of every feature whether it works, and why where it does not quite', () => {
    expect(rows.length).toBeGreaterThan(100);
    for (const [, feature, state, , why] of rows) {
      expect(['works', 'partly', 'not'], feature).toContain(state);
      if (state !== 'works') expect(why, feature).not.toBe('');
    }
  });

  it('names files that are there', () => {
    const files = rows.flatMap(([, , , where = '']) =>
      [...where.matchAll(/`([^`]+)`/g)].map(([, file]) => file),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => !existsSync(new URL(`../../src/silc/${file}`, import.meta.url)))).toEqual(
      [],
    );
  });
});

function documentation(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
}

/** Blocks are numbered below their heading. A comment `<!-- file: NAME -->` before a block names it. */
function examplesOf(markdown: string): readonly Example[] {
  const pattern = /^## (.+)$|(?:^<!-- file: (\S+) -->\s+)?^```ts\n([\s\S]*?)^```$/gm;
  const found: Example[] = [];
  let heading = '';
  let number = 0;
  for (const [, title, file, code] of markdown.matchAll(pattern)) {
    if (title !== undefined) [heading, number] = [title, 0];
    if (code !== undefined) found.push({ title: `${heading} ${++number}`, file, code });
  }
  return found;
}

/** What a reader expects to see, in order. */
function expectedOf(code: string): readonly string[] {
  return [...code.matchAll(/\/\/ prints: (.*)$/gm)].map(([, text]) => text ?? '');
}

/**
 * Runs a block as a module whose server is the embedded one. Modules are turned into functions of `require`, so that no
 * file is written and the engine is the one under test; waiting at top level makes such a function asynchronous.
 */
async function run(code: string): Promise<{ printed: readonly string[]; exports: Exports }> {
  const local = code.replaceAll(`host: '${HOST}'`, `host: '${world.host}', port: ${world.port}`);
  const { outputText } = ts.transpileModule(local, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 },
  });
  const compiled: unknown = runInThisContext(`(async (require, exports, console) => {${outputText}\n})`);
  const printed: string[] = [];
  const exports: Exports = {};
  await (compiled as Run)(resolve, exports, { log: (...values) => printed.push(format(...values)) });
  return { printed, exports };
}

function resolve(name: string): unknown {
  if (name === 'silc-xmpp-gateway/silc') return engineOfExamples;
  const example = modules.get(name);
  if (example !== undefined) return example;
  if (name.startsWith('node:')) return builtin(name);
  throw new Error(`an example imports ${name}`);
}
