import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Gateway } from '../../src/gateway/gateway.js';
import type { ConnectOptions } from '../../src/silc/client/types.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../src/silc/errors.js';
import { FakeLink } from './support/fake-link.js';
import { memoryStore, testConfig } from './support/world.js';
import { watchedLog } from '../support/secrets/log.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('offers each network the algorithms of its configuration, and the defaults where it has none', async () => {
  const key = await nodeBackend.generateRsaKey(1024);
  const servers = [{ host: 'silc.test', port: 706 }];
  const auth = { method: 'none' } as const;
  const algorithms = { ciphers: ['twofish-192-cbc'], hmacs: ['hmac-md5'] };
  const offered = new Map<string, ConnectOptions['proposal']>();
  const link = new FakeLink();
  const gateway = new Gateway({
    config: testConfig({
      networks: {
        old: { default: false, servers: [{ host: 'old.test', port: 706 }], auth, algorithms },
        net: { default: true, servers, auth },
      },
    }),
    link,
    store: memoryStore(),
    backend: { ...nodeBackend, generateRsaKey: () => Promise.resolve(key) },
    log: watchedLog(),
    host: {
      connect: ({ host, proposal }) => {
        offered.set(host, proposal);
        return Promise.reject(new SilcError('closed', 'nobody there'));
      },
    },
  });
  await gateway.start();
  for (const room of ['silc', 'silc%old']) {
    link.receive(
      `<presence from='alice@jabber.test/desk' to='${room}@gw.test/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
    );
  }
  await vi.advanceTimersByTimeAsync(5);
  expect(offered).toEqual(
    new Map([
      ['silc.test', undefined],
      ['old.test', algorithms],
    ]),
  );
  void gateway.stop();
  await vi.advanceTimersByTimeAsync(60_000);
});
