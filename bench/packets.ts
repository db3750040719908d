import { Bench } from 'tinybench';
import { nobleBackend } from '../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../src/silc/crypto/backend-node.js';
import { PacketDecoder, PacketEncoder, type DirectionKeys } from '../src/silc/frame.js';
import { clientId, serverId, type ClientId, type ServerId } from '../src/silc/ids.js';
import { PacketType } from '../src/silc/packets/packet-type.js';
import type { Row } from './table.js';

/** Packets in one measured batch: enough that the clock does not count. */
const BATCH = 64;

/** Median packets per second of one direction, encode and decode apart, for sizes and backends. */
export async function packetRows(milliseconds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const backend of [nodeBackend, nobleBackend]) {
    for (const cipher of ['aes-256-cbc', 'aes-256-ctr'] as const) {
      for (const size of [64, 1024, 16 * 1024]) {
        const keys = (): DirectionKeys => ({
          cipher,
          hmac: 'hmac-sha1-96',
          encryptionKey: new Uint8Array(32).fill(1),
          iv: new Uint8Array(16),
          hmacKey: new Uint8Array(20).fill(2),
        });
        const packet = {
          type: PacketType.command,
          flags: 0,
          source: clientId('00'.repeat(16) as ClientId),
          destination: serverId('00'.repeat(8) as ServerId),
          payload: new Uint8Array(size).fill(3),
        };
        const encoder = new PacketEncoder(backend);
        encoder.setKeys(keys());
        const sender = new PacketEncoder(backend);
        sender.setKeys(keys());
        const batch = Array.from({ length: BATCH }, () => sender.encode(packet).slice());
        const bench = new Bench({ time: milliseconds, warmupTime: milliseconds / 4 });
        bench.add('encode', () => {
          for (let i = 0; i < BATCH; i++) encoder.encode(packet);
        });
        bench.add('decode', () => {
          const decoder = new PacketDecoder(backend);
          decoder.setKeys(keys());
          for (const wire of batch) {
            decoder.push(wire);
            decoder.next();
          }
        });
        await bench.run();
        const [encode, decode] = bench.tasks.map((task) => medianRate(task.result) * BATCH);
        rows.push({
          what: `${cipher} + hmac-sha1-96, ${size} B, ${backend.name}`,
          values: { 'encode/s': encode ?? Number.NaN, 'decode/s': decode ?? Number.NaN },
        });
      }
    }
  }
  return rows;
}

/** Runs per second by the median run, which a noisy machine disturbs least. */
export function medianRate(result: unknown): number {
  const latency = (result as { latency?: { p50?: number } } | undefined)?.latency?.p50;
  return latency === undefined ? Number.NaN : 1000 / latency;
}
