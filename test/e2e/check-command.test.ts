import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/index.js';
import { startSilcWorld, type SilcWorld } from '../support/silc-world.js';
import { GatewayProcess } from './support/gateway-process.js';
import { JABBER_SERVERS } from './support/jabber-server.js';
import { gatewayDomain, sharedJabberServer } from './support/shared-server.js';
import { freePorts } from '../../src/demo/server-process.js';

describe.each(JABBER_SERVERS)('the command check --connect on %s', (kind) => {
  const server = sharedJabberServer(kind);
  const domain = gatewayDomain();
  let folder: string;
  let silc: SilcWorld;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gateway-check-'));
    silc = await startSilcWorld();
  });
  afterEach(async () => {
    await silc.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function configuration(changes: { secret?: string; store?: string; listen?: string } = {}): string {
    const file = join(folder, `${changes.store ?? 'gateway'}.yaml`);
    const config = {
      component: {
        domain,
        host: server.host,
        port: server.componentPort,
        secret: changes.secret ?? server.secret,
      },
      networks: { test: { default: true, servers: [{ host: silc.host, port: silc.port }] } },
      store: { url: `sqlite:${changes.store ?? 'gateway'}.db` },
      http: { listen: changes.listen ?? '127.0.0.1:0' },
      log: { level: 'info' },
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  async function check(file: string): Promise<{ code: number; said: string }> {
    const told: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values) => void told.push(values.join(' ')));
    vi.spyOn(console, 'error').mockImplementation((...values) => void told.push(values.join(' ')));
    try {
      return { code: await main(['check', '-c', file, '--connect']), said: told.join('\n') };
    } finally {
      vi.restoreAllMocks();
    }
  }

  test('it tells what works, whom the domain belongs to, and which key is pinned', async () => {
    const [http] = await freePorts(1);
    const file = configuration({ listen: `127.0.0.1:${http}` });
    const before = await check(file);
    expect(before.said).toContain('nothing is there yet, and a database can be made');
    expect(before.said).toContain(`takes ${domain} with this secret`);
    expect(before.said).toContain('(not pinned)');
    expect(before.code).toBe(0);

    // The attempt is over: the domain is free.
    const gateway = await GatewayProcess.start(file);
    const while_ = await check(file);
    expect(while_.said).toMatch(/opened, a row written and removed; in use by .*process \d+/);
    expect(while_.said).toContain(`not tried, ${domain} belongs to the gateway that runs`);
    expect(while_.said).toContain('it says that it is attached');
    expect(while_.code).toBe(0);
    if (kind === 'prosody') {
      // With another store it cannot know who that is.
      const other = await check(configuration({ store: 'other' }));
      expect(other.said).toContain('another connection holds this domain');
      expect(other.code).toBe(1);
    }
    await gateway.terminate();
  });

  test('it tells that the secret is wrong, and never the secret', async () => {
    const { code, said } = await check(configuration({ secret: 'quite-another-one' }));
    expect(code).toBe(1);
    expect(said).toContain('Does not work: the link to the Jabber server.');
    expect(said).toMatch(/the secret is wrong/);
    expect(said).not.toContain('quite-another-one');
  });
});
