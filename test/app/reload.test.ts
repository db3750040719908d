import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Config, parseConfig } from '../../src/app/config/load.js';
import { applyConfig, applyLevels, logLevelOf } from '../../src/app/reload.js';
import type { Changeable } from '../../src/gateway/reconfigure.js';
import { createLog, type LogLevel } from '../../src/observe/log.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reload-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const read = (changes: Readonly<Record<string, unknown>> = {}): Config =>
  parseConfig(
    JSON.stringify({
      component: { domain: 'silc.example.org', secret: 's' },
      networks: { net: { servers: [{ host: 'silc.example.net' }] } },
      store: { url: 'sqlite:gateway.db' },
      ...changes,
    }),
    join(folder, 'gateway.yaml'),
  );

function apply(fresh: Config): {
  changes: Partial<Changeable>;
  level: LogLevel | undefined;
  left: readonly string[];
} {
  const result: { changes: Partial<Changeable>; level: LogLevel | undefined } = {
    changes: {},
    level: undefined,
  };
  const left = applyConfig(read(), fresh, {
    changed: (changes) => void (result.changes = changes),
    log: ({ level }) => void (result.level = level),
  });
  return { ...result, left };
}

it('takes over what everything reads anew, and names what needs a restart', () => {
  const { changes, level, left } = apply(
    read({
      access: { admins: ['root@example.org'], deny: ['evil.example'] },
      limits: { sessions: 7 },
      log: { level: 'debug' },
      timeouts: { grace_ms: 1_000 },
      networks: { net: { servers: [{ host: 'silc.example.com' }] } },
    }),
  );
  expect(changes.access).toEqual({ allow: [], deny: ['evil.example'], admins: ['root@example.org'] });
  expect(changes.limits?.sessions).toBe(7);
  expect(level).toBe('debug');
  expect(left).toEqual(['networks.net.servers', 'timeouts.grace_ms']);
});

it('has nothing to say of a file that is as it was', () => {
  expect(apply(read()).left).toEqual([]);
});

it('sets the level of a log and of its areas', async () => {
  const log = await createLog({ level: 'silent' });
  const [gateway, store] = [log.child({ part: 'gateway' }), log.child({ part: 'store' })];
  const levels = logLevelOf(log, { gateway, store });
  levels.setLogLevel('error');
  expect([log.level, gateway.level, store.level, levels.logLevel()]).toEqual(Array(4).fill('error'));
  levels.setLogLevel('loud');
  expect(levels.logLevel()).toBe('error');
  levels.setLogLevel('debug', 'gateway');
  expect([log.level, gateway.level, store.level]).toEqual(['error', 'debug', 'error']);
  expect([levels.logLevel('gateway'), levels.logLevel('store'), levels.logLevel()]).toEqual([
    'debug',
    'error',
    'error',
  ]);
  levels.setLogLevel('trace', 'nowhere');
  // What the file says of areas holds after each reading, whatever was said before.
  applyLevels({ level: 'warn', areas: { store: 'trace' }, format: 'json' }, levels);
  expect([log.level, gateway.level, store.level]).toEqual(['warn', 'warn', 'trace']);
});
