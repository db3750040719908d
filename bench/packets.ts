import { nobleBackend } from '../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../src/silc/crypto/backend-node.js';
import type { CryptoBackend } from '../src/silc/crypto/backend.js';
import type { Engine } from './engine.js';
import { rawWork } from './raw.js';
import { median, type Row } from './table.js';
import { BATCH, PACKET_CIPHERS, PACKET_SIZES, packetWork } from './work.js';

type Work = Record<'encode' | 'decode', () => void>;
type Rates = Record<'encode' | 'decode', number>;

/** Turns of each kind of work: the noise of the machine then hits all of them. */
const TURNS = 20;

/**
 * Median packets per second of one direction, encode and decode apart, for sizes and backends. Beside the node backend
 * stands what node:crypto takes by itself (`raw.ts`), and the share of it that is reached: `raw` with an Hmac object
 * a packet, `best` with the fastest HMAC there is.
 */
export function packetRows(engine: Engine, milliseconds: number): Row[] {
  const rows: Row[] = [];
  const packet = (backend: CryptoBackend, kind: Parameters<typeof rawWork>[0]): Work =>
    packetWork(engine.frames, backend, kind);
  for (const cipher of PACKET_CIPHERS) {
    for (const size of PACKET_SIZES) {
      const kind = { cipher, size };
      const works = [packet(nodeBackend, kind), rawWork(kind, 'hmac'), rawWork(kind, 'digests')];
      const [ours, raw, best] = rates(works, milliseconds);
      rows.push({
        what: `${cipher} + hmac-sha1-96, ${size} B, node`,
        values: { ...columns(ours, ''), ...shares(ours, raw, 'raw'), ...shares(ours, best, 'best') },
      });
    }
  }
  for (const cipher of PACKET_CIPHERS) {
    for (const size of PACKET_SIZES) {
      const [ours] = rates([packet(nobleBackend, { cipher, size })], milliseconds);
      rows.push({ what: `${cipher} + hmac-sha1-96, ${size} B, noble`, values: columns(ours, '') });
    }
  }
  return rows;
}

/** Packets per second by the median batch of works that take turns. */
function rates(works: readonly Work[], milliseconds: number): Rates[] {
  const times = works.map(() => ({ encode: [] as number[], decode: [] as number[] }));
  for (let turn = -TURNS / 4; turn < TURNS; turn++) {
    for (const direction of ['encode', 'decode'] as const) {
      for (const [i, work] of works.entries()) {
        const batches = batchTimes(work[direction], milliseconds / TURNS);
        if (turn >= 0) times[i]?.[direction].push(...batches);
      }
    }
  }
  const rate = (batches: readonly number[]): number => (1000 * BATCH) / median(batches);
  return times.map(({ encode, decode }) => ({ encode: rate(encode), decode: rate(decode) }));
}

/** Milliseconds of single batches, for so long in all. */
function batchTimes(work: () => void, milliseconds: number): number[] {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  for (let start = performance.now(); start < end;) {
    work();
    const now = performance.now();
    times.push(now - start);
    start = now;
  }
  return times;
}

function columns(rates: Rates | undefined, name: string): Record<string, number> {
  return {
    [`${name}encode/s`]: rates?.encode ?? Number.NaN,
    [`${name}decode/s`]: rates?.decode ?? Number.NaN,
  };
}

function shares(ours: Rates | undefined, raw: Rates | undefined, name: string): Record<string, number> {
  const share = (direction: 'encode' | 'decode'): number =>
    (ours?.[direction] ?? Number.NaN) / (raw?.[direction] ?? Number.NaN);
  return {
    ...columns(raw, `${name} `),
    [`of ${name}, enc`]: share('encode'),
    [`of ${name}, dec`]: share('decode'),
  };
}
