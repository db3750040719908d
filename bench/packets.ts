import { Bench } from 'tinybench';
import { nobleBackend } from '../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../src/silc/crypto/backend-node.js';
import type { Engine } from './engine.js';
import type { Row } from './table.js';
import { BATCH, PACKET_CIPHERS, PACKET_SIZES, packetWork } from './work.js';

/** Median packets per second of one direction, encode and decode apart, for sizes and backends. */
export async function packetRows(engine: Engine, milliseconds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const backend of [nodeBackend, nobleBackend]) {
    for (const cipher of PACKET_CIPHERS) {
      for (const size of PACKET_SIZES) {
        const { encode, decode } = packetWork(engine.frames, backend, { cipher, size });
        const bench = new Bench({ time: milliseconds, warmupTime: milliseconds / 4 });
        bench.add('encode', encode).add('decode', decode);
        await bench.run();
        const [encodes, decodes] = bench.tasks.map((task) => medianRate(task.result) * BATCH);
        rows.push({
          what: `${cipher} + hmac-sha1-96, ${size} B, ${backend.name}`,
          values: { 'encode/s': encodes ?? Number.NaN, 'decode/s': decodes ?? Number.NaN },
        });
      }
    }
  }
  return rows;
}

/** Runs per second by the median run, which a noisy machine disturbs least. */
function medianRate(result: unknown): number {
  const latency = (result as { latency?: { p50?: number } } | undefined)?.latency?.p50;
  return latency === undefined ? Number.NaN : 1000 / latency;
}
