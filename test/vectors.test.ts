import { afterAll, describe, expect, test } from 'vitest';
import { nobleBackend } from '../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../src/silc/crypto/backend-node.js';
import { loadVectors, type LoadedCase, type VectorFile } from './vectors/loader.js';
import { Tally } from './vectors/tally.js';
import { vectorsDirectory } from './vectors/test-keys.js';
import { runners } from './vectors/runners/index.js';
import type { VectorRunner } from './vectors/runners/types.js';

/**
 * Reference data (test/vectors/README.md): every file of the folder, every case in it, on both crypto backends where
 * cryptography takes part. `SILC_VECTORS_DIR` names another folder of the same form. Files without runner, kinds that
 * no runner knows, ids that occur twice, files that cannot be read and an empty folder fail.
 */
const backends = [nodeBackend, nobleBackend];
const { files, faults } = loadVectors(vectorsDirectory);
const tally = new Tally(files);

describe('the folder of vectors', () => {
  test('has files, all of them readable, and no id twice', () => {
    expect(faults).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
  });

  test.each(files.map(({ name }) => name))('has a runner for %s', (name) => {
    expect(Object.keys(runners)).toContain(name);
  });
});

for (const file of files) {
  const runner = Object.hasOwn(runners, file.name) ? runners[file.name] : undefined;
  if (runner === undefined) {
    for (const { id } of file.cases) tally.failed(file.name, id);
    continue;
  }
  describe(file.name, () => {
    for (const testCase of file.cases) declare(file, testCase, runner);
  });
}

function declare(file: VectorFile, testCase: LoadedCase, runner: VectorRunner): void {
  const kind = testCase.kind ?? 'default';
  const check = Object.hasOwn(runner.kinds, kind) ? runner.kinds[kind] : undefined;
  const on = runner.usesCrypto === false ? backends.slice(0, 1) : backends;
  test.each(on)(`${testCase.id} on $name`, async (backend) => {
    tally.failed(file.name, testCase.id);
    if (check === undefined) throw new Error(`no check for cases of kind ${kind}`);
    await check(testCase, backend);
    expect.hasAssertions();
    tally.passed(file.name, testCase.id, backend.name, on.length);
  });
}

afterAll(() => {
  console.log(`Vectors of ${vectorsDirectory}\n${tally.table()}`);
});
