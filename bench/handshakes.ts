import { nobleBackend } from '../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../src/silc/crypto/key-pair.js';
import { initiate, respond } from '../src/silc/ke/driver.js';
import { streamPair } from '../src/silc/memory-stream.js';
import { median, type Row } from './table.js';

/** Whole key exchanges per second, both sides in this process, mutual authentication, 2048-bit keys. */
export async function handshakeRows(rounds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const backend of [nodeBackend, nobleBackend]) {
    const keyPair = await generateKeyPair(nodeBackend, { identifier: { UN: 'bench', HN: 'localhost' } });
    for (const group of ['diffie-hellman-group2', 'diffie-hellman-group1']) {
      const times: number[] = [];
      for (let i = 0; i < (backend.name === 'node' ? rounds : Math.ceil(rounds / 10)); i++) {
        const [left, right] = streamPair();
        const start = performance.now();
        const [client, server] = await Promise.all([
          initiate(left, { backend, keyPair, proposal: { groups: [group] }, verifyPeerKey: () => true }),
          respond(right, { backend, keyPair }),
        ]);
        times.push(performance.now() - start);
        client.destroy();
        server.destroy();
      }
      rows.push({
        what: `${group}, ${backend.name}`,
        values: { 'exchanges/s': 1000 / median(times), 'median ms': median(times) },
      });
    }
  }
  return rows;
}
