import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const UNIT = 'silc-xmpp-gateway.service';

const hasSystemd = existsSync('/usr/bin/systemd-analyze');
if (!hasSystemd)
  console.warn('SKIPPED: the systemd unit is not verified, because systemd-analyze is not here');

describe.skipIf(!hasSystemd)('the systemd unit', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'silc-unit-'));
    // A root of its own, with what the unit names.
    for (const folder of ['etc/systemd/system', 'usr/bin', 'usr/lib/systemd/system']) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    cpSync(join('packaging/systemd', UNIT), join(root, 'etc/systemd/system', UNIT));
    writeFileSync(join(root, 'usr/bin/env'), '#!/bin/sh\n');
    chmodSync(join(root, 'usr/bin/env'), 0o755);
    for (const unit of ['network-online', 'multi-user', 'sysinit', 'basic', 'shutdown', 'system']) {
      const kind = unit === 'system' ? 'slice' : 'target';
      writeFileSync(join(root, 'usr/lib/systemd/system', `${unit}.${kind}`), '[Unit]\n');
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('is one that systemd finds no fault with', async () => {
    const { stderr } = await run('systemd-analyze', ['verify', `--root=${root}`, '--man=no', UNIT]);
    expect(stderr.split('\n').filter((line) => line.includes(UNIT))).toEqual([]);
  });

  it('is as safe as the operator guide says', async () => {
    const args = ['security', '--offline=true', `--root=${root}`, UNIT];
    const { stdout } = await run('systemd-analyze', args);
    const score = /exposure level[^:]*: ([\d.]+) (\w+)/.exec(stdout);
    const guide = readFileSync('docs/operator.md', 'utf8').replaceAll('\n', ' ');
    const told = /`systemd-analyze security` gives it ([\d.]+), "(\w+)"/.exec(guide);
    expect([score?.[1], score?.[2]]).toEqual([told?.[1], told?.[2]]);
  });
});
