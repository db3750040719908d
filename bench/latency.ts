import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JabberClient } from '../src/demo/jabber-client.js';
import { startProsody } from '../src/demo/prosody.js';
import { parseConfig } from '../src/app/config/load.js';
import { createLog } from '../src/observe/log.js';
import { startService } from '../src/app/service.js';
import { connectSession } from '../src/silc/client/connect.js';
import type { SessionEvent } from '../src/silc/client/types.js';
import { nodeBackend } from '../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../src/silc/crypto/key-pair.js';
import { SilcServer } from '../src/silc/server/index.js';
import { median, percentile, type Row } from './table.js';

const ROOM = 'bench@silc.localhost';

/** One-way times of single messages through Prosody, gateway and embedded SILC server, all on this machine. */
export async function latencyRows(messages: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'silc-xmpp-bench-'));
  const keyPair = await generateKeyPair(nodeBackend, { identifier: { UN: 'bench', HN: 'localhost' } });
  const silcServer = await SilcServer.listen({ name: 'bench.silc', port: 0, keyPair });
  const prosody = await startProsody({ components: { 'silc.localhost': 'bench' } });
  const configuration = {
    component: { domain: 'silc.localhost', port: prosody.componentPort, secret: 'bench' },
    networks: { bench: { default: true, servers: [{ host: '127.0.0.1', port: silcServer.port }] } },
    store: { url: 'sqlite:gateway.db' },
  };
  const config = parseConfig(JSON.stringify(configuration), join(folder, 'gateway.yaml'));
  const service = await startService(config, await createLog({ level: 'silent' }));
  await prosody.register('alice', 'bench');
  const jabber = await JabberClient.login({ port: prosody.c2sPort, username: 'alice', password: 'bench' });
  const silc = await connectSession({
    host: '127.0.0.1',
    port: silcServer.port,
    keyPair,
    nickname: 'bob',
    username: 'bob',
    verifyServerKey: () => true,
  });
  try {
    const { channel } = await silc.join('bench');
    await jabber.join(ROOM);
    const toSilc: number[] = [];
    const toJabber: number[] = [];
    for (let i = 0; i < messages; i++) {
      const [there, back] = [`there ${i}`, `back ${i}`];
      const arrived = new Promise<void>((resolve) => {
        const stop = silc.subscribe((event: SessionEvent) => {
          if (event.type !== 'channel-message' || event.message.text !== there) return;
          stop();
          resolve();
        });
      });
      let start = performance.now();
      jabber.say(ROOM, there);
      await arrived;
      toSilc.push(performance.now() - start);
      start = performance.now();
      await silc.say(channel.id, back);
      await jabber.received.take(back, (stanza) => stanza.getChildText('body') === back);
      toJabber.push(performance.now() - start);
    }
    return [row('Jabber to SILC', toSilc), row('SILC to Jabber', toJabber)];
  } finally {
    await jabber.stop();
    await silc.quit();
    await service.stop();
    await prosody.stop();
    await silcServer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(what: string, times: readonly number[]): Row {
  return {
    what: `${what}, ${times.length} messages`,
    values: {
      'median ms': median(times),
      'p95 ms': percentile(times, 0.95),
      'p99 ms': percentile(times, 0.99),
    },
  };
}
