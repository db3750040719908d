import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/index.js';
import { xml } from '../../src/component/stanza.js';
import { startSilcWorld, type SilcWorld } from '../support/silc-world.js';
import { JABBER_SERVERS } from './support/jabber-server.js';
import { JabberUser } from './support/jabber-user.js';
import { gatewayDomain, sharedJabberServer } from './support/shared-server.js';

describe.each(JABBER_SERVERS)('the command run on %s', (kind) => {
  const server = sharedJabberServer(kind);
  const domain = gatewayDomain();
  let folder: string;
  let silc: SilcWorld;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gateway-run-'));
    silc = await startSilcWorld();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await JabberUser.logoutAll();
    await silc.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function configuration(secret: string): string {
    const file = join(folder, 'gateway.yaml');
    const config = {
      component: { domain, host: server.host, port: server.componentPort, secret },
      networks: { test: { default: true, servers: [{ host: silc.host, port: silc.port }] } },
      store: { url: 'sqlite:gateway.db' },
      http: { listen: '127.0.0.1:0' },
      log: { level: 'silent' },
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  test.each([
    { signal: 'SIGINT', what: 'shows the shutdown in every room' },
    { signal: 'SIGTERM', what: 'lets everybody stay in the rooms' },
  ] as const)('it serves, and $signal $what and ends with exit code 0', async ({ signal }) => {
    const code = main(['run', '-c', configuration(server.secret)]);
    const alice = await JabberUser.login(server);
    // Attached as soon as it answers; until then the Jabber server does, with an error.
    await vi.waitUntil(
      () =>
        alice.request(domain, 'get', xml('ping', { xmlns: 'urn:xmpp:ping' })).then(
          () => true,
          () => false,
        ),
      { timeout: 20_000, interval: 50 },
    );
    const room = `lounge@${domain}`;
    await alice.join(room, 'alice');
    process.emit(signal, signal);
    if (signal === 'SIGINT') {
      await alice.expect({
        name: 'presence',
        from: `${room}/alice`,
        type: 'unavailable',
        status: [110, 332],
      });
    }
    expect(await code).toBe(0);
    await alice.say(room, 'hello?');
    await alice.expect({ name: 'message', type: 'error' });
    const left = alice.received.filter(({ attrs }) => attrs.type === 'unavailable');
    expect(left).toHaveLength(signal === 'SIGINT' ? 1 : 0);
  });

  test('it exits 78 when the Jabber server refuses the secret, which no restart mends', async () => {
    const told: string[] = [];
    vi.spyOn(console, 'error').mockImplementation((...values) => told.push(values.join(' ')));
    expect(await main(['run', '-c', configuration('not the secret')])).toBe(78);
    expect(told.join('\n')).toMatch(/secret/i);
    expect(told.join('\n')).not.toContain('not the secret');
  });
});
