import { afterAll, expect, test } from 'vitest';
import { readCorpus } from './support/corpus.js';
import { callTargets } from './targets/calls.js';
import { decoderTargets } from './targets/decoders.js';
import { gatewayTargets } from './targets/gateway.js';
import { machineTargets } from './targets/machines.js';
import { mappingTargets } from './targets/mapping.js';
import { serverTargets } from './targets/server.js';
import { sessionTargets } from './targets/sessions.js';
import { sftpTargets } from './targets/sftp.js';

const corpus = readCorpus();
const targets = [
  ...decoderTargets,
  ...machineTargets,
  ...mappingTargets,
  ...sftpTargets,
  ...sessionTargets,
  ...serverTargets,
  ...gatewayTargets,
  ...callTargets,
];
afterAll(async () => {
  for (const { close } of targets) await close?.();
}, 60_000);

test('the corpus is of targets that there are', () => {
  const names = new Set(targets.map(({ name }) => name));
  expect([...corpus.keys()].filter((name) => !names.has(name) && !name.startsWith('process: '))).toEqual([]);
  expect(corpus.size).toBeGreaterThan(100);
});

test.each(targets)(
  '$name stands what once was of interest',
  { timeout: 120_000 },
  async ({ name, seeds, run }) => {
    for (const input of [...seeds, ...(corpus.get(name) ?? [])]) {
      expect(await run(input.slice())).toEqual(expect.any(String));
    }
  },
);
