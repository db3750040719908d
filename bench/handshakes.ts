import { nobleBackend } from '../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../src/silc/crypto/key-pair.js';
import type { Engine } from './engine.js';
import { median, type Row } from './table.js';
import { exchangeKeys } from './work.js';

/** Whole key exchanges per second, both sides in this process, mutual authentication, 2048-bit keys. */
export async function handshakeRows(engine: Engine, rounds: number): Promise<Row[]> {
  const rows: Row[] = [];
  const keyPair = await generateKeyPair(nodeBackend, {
    bits: 2048,
    identifier: { UN: 'bench', HN: 'localhost' },
  });
  for (const backend of [nodeBackend, nobleBackend]) {
    for (const group of ['diffie-hellman-group2', 'diffie-hellman-group1']) {
      const times: number[] = [];
      for (let i = 0; i < (backend.name === 'node' ? rounds : Math.ceil(rounds / 10)); i++) {
        times.push(await exchangeKeys(engine.exchanges, backend, keyPair, group));
      }
      rows.push({
        what: `${group}, ${backend.name}`,
        values: { 'exchanges/s': 1000 / median(times), 'median ms': median(times) },
      });
    }
  }
  return rows;
}
