import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';
import { Scrubber } from '../../src/cli/support-bundle/scrubber.js';
import { ObservationServer } from '../../src/observe/http.js';
import { createMetrics } from '../../src/observe/metrics.js';
import { metricsCatalogue } from '../../src/app/metrics-catalogue.js';
import { openStore } from '../../src/store/open.js';
import { fillStore } from '../support/full-store.js';
import { LogWatch } from '../support/log-watch.js';

let folder: string;
let server: ObservationServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'silc-bundle-'));
  const { registry, figures } = createMetrics(metricsCatalogue(() => undefined));
  // A server that repeats what it should not.
  const health = () => ({ ok: false, store_reason: 'password pg-s3cret-word of alice@example.org/phone' });
  server = await ObservationServer.listen({ host: '127.0.0.1', port: 0, registry, figures, health });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
  rmSync(folder, { recursive: true });
});

const SECRETS = ['component-s3cret', 'silc-p4ssphrase', 'pg-s3cret-word'] as const;

/** What a gateway has logged, with things in it that should not be there either. */
const logged = [
  `<4>{"level":"warn","time":"2026-11-29T10:00:00Z","part":"gateway","user":"alice@example.org","network":"net","msg":"SILC link lost"}`,
  `{"level":"info","part":"gateway","from":"Bob@Example.org/phone","room":"secret-club@silc.example.org","nickname":"Alice in Chains","msg":"joined"}`,
  `{"level":"error","part":"store","err":{"type":"StoreError","message":"component-s3cret and carol@example.net","code":"io"},"msg":"failed"}`,
  `{"level":"debug","body":"I love you","key":"${'ab'.repeat(64)}","deep":[{"text":"meet me at noon"}],"msg":"said"}`,
  'panic: something with silc-p4ssphrase that is no line of ours',
];

async function bundle(): Promise<string> {
  const file = join(folder, 'gateway.yaml');
  const [secret, passphrase, password] = SECRETS;
  writeFileSync(
    file,
    JSON.stringify({
      component: { domain: 'silc.example.org', secret },
      networks: {
        net: {
          servers: [{ host: 'silc.example.net' }],
          auth: { method: 'passphrase', passphrase },
          access: { deny: ['foe.example'] },
        },
      },
      store: { url: 'sqlite:gateway.db', password },
      access: { admins: ['dora@example.org'], deny: ['eve@evil.example'] },
      http: { listen: `127.0.0.1:${server.port}` },
    }),
    { mode: 0o600 },
  );
  writeFileSync(join(folder, 'log'), logged.join('\n'));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const output = join(folder, 'bundle.txt');
  expect(await main(['support-bundle', '-c', file, '--log', join(folder, 'log'), '-o', output])).toBe(0);
  expect(statSync(output).mode & 0o777).toBe(0o600);
  return readFileSync(output, 'utf8');
}

it('has what somebody who helps needs, and no secret, key, text or address of a user', async () => {
  const store = await openStore({ url: `sqlite:${join(folder, 'gateway.db')}` });
  await fillStore(store);
  // The gateway runs: the bundle is made beside it.
  const text = await bundle();
  await store.close();

  for (const title of [
    'gateway',
    'configuration, without secrets',
    'health',
    'metrics',
    'store',
    'machine',
    'log',
  ]) {
    expect(text).toContain(`== ${title}\n`);
  }
  expect(text).toContain(`node: ${process.versions.node}`);
  expect(text).toContain('domain: silc.example.org');
  expect(text).toContain('secret: given');
  expect(text).toContain('admins: 1 entries');
  expect(text).toContain('silc_xmpp_handler_errors_total 0');
  expect(text).toMatch(/^identity: 2 rows$/m);
  expect(text).toContain('SILC link lost');
  expect(text).toContain('[a line that is not of the gateway]');

  for (const secret of SECRETS) expect(text).not.toContain(secret);
  const watch = new LogWatch();
  await watch.store(`sqlite:${join(folder, 'gateway.db')}`, join(folder, 'gateway.db.key'));
  watch.write(text);
  expect(() => watch.check()).not.toThrow();
  for (const other of [
    ...[
      'alice',
      'bob',
      'carol',
      'dora',
      'evil.example',
      'foe.example',
      'Alice in Chains',
      'secret-club',
      'example.net',
    ],
    ...['I love you', 'noon', 'ab'.repeat(20), 'KEY OF', 'FOUNDER KEY', 'LINE 0'],
  ]) {
    const found = text.split('\n').filter((line) => line.toLowerCase().includes(other.toLowerCase()));
    // Servers of the configuration are nobody's address.
    expect([other, found.filter((line) => !/host: silc\.example\.net/.test(line))]).toEqual([other, []]);
  }
});

it('the same address has the same name in a bundle, whatever its form, and another one in the next', () => {
  const scrubber = new Scrubber([], 'gw.example');
  const [first, second, other] = ['alice@example.org/phone', 'ALICE@example.org', 'bob@example.org'].map(
    (jid) => scrubber.text(jid),
  );
  expect(first).toBe(second);
  expect(first).not.toBe(other);
  expect(scrubber.text('room%net@gw.example')).toMatch(/^x[0-9a-f]{8}@gw\.example$/);
  expect(new Scrubber([], 'gw.example').text('alice@example.org')).not.toBe(first);
});

it('a file that is there is not overwritten, and a log that is not there is told', async () => {
  await bundle();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const file = join(folder, 'gateway.yaml');
  expect(await main(['support-bundle', '-c', file, '-o', join(folder, 'bundle.txt')])).toBe(1);
  expect(await main(['support-bundle', '-c', file, '--log', join(folder, 'none')])).toBe(1);
});
