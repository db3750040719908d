import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PROCESSOR_FAULT } from '../../src/cli/processor-fault.js';
import { hasV2, requireProcessor } from '../../src/cli/processor.js';
import { ExitCode } from '../../src/cli/exit-codes.js';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The command in a process that takes itself for another version of Node. */
function asNode(version: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"${version}"})`;
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', '--import', pretend, MAIN, '--version'];
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

test('a Node that is too old is told in one line, before anything else is read', async () => {
  const { code, stdout, stderr } = await asNode('18.20.8');
  expect(code).toBe(ExitCode.config);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^silc-xmpp-gateway needs Node 20\.19 or a later one; this is 18\.20\.8 \(.*\)\n$/);
  expect(await asNode('20.18.3')).toMatchObject({ code: ExitCode.config });
  expect(await asNode('20.19.0')).toMatchObject({ code: 0, stderr: '' });
  expect(await asNode('22.0.0')).toMatchObject({ code: 0 });
});

test('the version is the one that the package names', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    engines: { node: string };
  };
  expect(engines.node).toBe('>=20.19');
});

test('nothing but the check is imported before it', () => {
  const imports = [...readFileSync(MAIN, 'utf8').matchAll(/^import .* from '(.*)';$/gm)].map(
    ([, from]) => from,
  );
  expect(imports).toEqual(['./cli/required-node.js']);
  const check = readFileSync(new URL('../../src/cli/required-node.ts', import.meta.url), 'utf8');
  expect([...check.matchAll(/from '(.*)'/g)].map(([, from]) => from)).toEqual(['./exit-codes.js']);
  expect(readFileSync(new URL('../../src/cli/exit-codes.ts', import.meta.url), 'utf8')).not.toContain(
    'import',
  );
});

const cpuinfo = (flags: string): string =>
  `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: ${flags}\nbugs\t\t:\n`;
const kvm64 =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 syscall nx lm pni cx16 hypervisor lahf_lm';

test('a processor without the instructions of the SQLite library is told at the start', async () => {
  expect(hasV2(cpuinfo(kvm64))).toBe(false);
  expect(hasV2(cpuinfo(`${kvm64} ssse3 sse4_1 sse4_2 popcnt`))).toBe(true);
  expect(hasV2('processor: 0\n')).toBeUndefined();
  const never = (): Promise<string | undefined> => Promise.reject(new Error('needs no trial'));
  await expect(requireProcessor('x64', () => cpuinfo(kvm64), never)).rejects.toMatchObject({
    exitCode: ExitCode.config,
    message: PROCESSOR_FAULT,
  });
  await requireProcessor('x64', () => cpuinfo(`${kvm64} ssse3 sse4_1 sse4_2 popcnt`), never);
  await requireProcessor('arm64', () => 'processor: 0\n', never);
});

test('where /proc/cpuinfo is hidden a child tries the library', async () => {
  const hidden = (): string => {
    throw new Error('ENOENT');
  };
  await expect(requireProcessor('x64', hidden, () => Promise.resolve(PROCESSOR_FAULT))).rejects.toThrow(
    'x86-64-v2',
  );
  await requireProcessor('x64', hidden, () => Promise.resolve(undefined));
  await requireProcessor('x64', hidden, () => Promise.resolve('the SQLite library does not work: too slow'));
});
