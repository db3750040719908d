import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Config, parseConfig } from '../../src/app/config/load.js';
import { applyConfig, applyLevels, inTurn, logLevelOf } from '../../src/app/reload.js';
import type { Changeable } from '../../src/gateway/reconfigure.js';
import { createLog, type LogLevel } from '../../src/observe/log.js';
import { Deferred } from '../../src/util/deferred.js';

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

it('takes over what everything reads anew, and names what needs a restart', async () => {
  const levels: LogLevel[] = [];
  let changes: Partial<Changeable> = {};
  const fresh = read({
    access: { admins: ['root@example.org'], deny: ['evil.example'] },
    limits: { sessions: 7 },
    log: { level: 'debug', format: 'pretty' },
    timeouts: { grace_ms: 1_000 },
    networks: { net: { servers: [{ host: 'silc.example.com' }] } },
    http: { listen: '127.0.0.1:9706' },
  });
  const { applied, restart } = await applyConfig(read(), fresh, {
    changed: (all) => Promise.resolve(void (changes = all)),
    log: ({ level }) => void levels.push(level),
  });
  expect(changes.access).toEqual({ allow: [], deny: ['evil.example'], admins: ['root@example.org'] });
  expect(changes.limits?.sessions).toBe(7);
  expect(levels).toEqual(['debug']);
  expect(applied).toEqual([
    'access.admins',
    'access.deny',
    'limits.sessions',
    'log.level',
    'networks.net.servers',
    'timeouts.grace_ms',
  ]);
  expect(restart).toEqual(['http.listen', 'log.format']);
});

it('has nothing to say of a file that is as it was', async () => {
  const appliers = { changed: () => Promise.resolve(), log: () => undefined };
  expect(await applyConfig(read(), read(), appliers)).toEqual({ applied: [], restart: [] });
});

it('does one reload after the other, and one for all who ask while it waits', async () => {
  const gates = [new Deferred<number>(), new Deferred<number>()];
  let begun = 0;
  const reload = inTurn(() => gates[begun++]?.promise ?? Promise.resolve(2));
  const first = reload();
  await Promise.resolve();
  expect(begun).toBe(1);
  const [second, third] = [reload(), reload()];
  await Promise.resolve();
  expect(begun).toBe(1);
  gates[0]?.reject(new Error('no such file'));
  gates[1]?.resolve(1);
  await expect(first).rejects.toThrow('no such file');
  expect([await second, await third]).toEqual([1, 1]);
  expect(await reload()).toBe(2);
  expect(begun).toBe(3);
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
