import { noMetrics } from '../../src/gateway/metrics-types.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ArchiveWriter } from '../../src/gateway/features/archive/archive-writer.js';
import type { ArchiveEntry, ArchiveRepository } from '../../src/store/archive-types.js';
import { watchedLog } from '../support/secrets/log.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const line = (id: string, octets = 10): ArchiveEntry => ({
  kind: 'line',
  room: { network: 'net', channel: 'lounge' },
  line: { stanzaId: id, at: new Date(0), nick: 'ann', content: new Uint8Array(octets) },
});
const idOf = (entry: ArchiveEntry): string => (entry.kind === 'line' ? entry.line.stanzaId : entry.kind);

function start() {
  const batches: string[][] = [];
  const state = { isBroken: false, lost: 0, errors: 0 };
  const repository: Pick<ArchiveRepository, 'add'> = {
    add: (entries) => {
      if (state.isBroken) return Promise.reject(new Error('locked'));
      batches.push(entries.map(idOf));
      return Promise.resolve();
    },
  };
  const log = watchedLog({ error: () => (state.errors += 1) });
  const metrics = {
    ...noMetrics,
    increment: (_: string, by = 1) => void (state.lost += by),
  };
  const writer = new ArchiveWriter(repository as ArchiveRepository, log, metrics);
  return { writer, batches, state };
}

describe('writing to the archive', () => {
  it('collects what is said for a moment, and keeps its order', async () => {
    const { writer, batches } = start();
    for (const id of ['a', 'b', 'c']) writer.add(line(id));
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(batches).toEqual([['a', 'b', 'c']]);
    for (let index = 0; index < 2_200; index++) writer.add(line(String(index)));
    await writer.flush();
    expect(batches.slice(1).map((batch) => batch.length)).toEqual([1_000, 1_000, 200]);
    expect(batches.slice(1).flat()).toEqual(Array.from({ length: 2_200 }, (_, index) => String(index)));
  });

  it('tries again after a failure, and says once that it fails', async () => {
    const { writer, batches, state } = start();
    state.isBroken = true;
    writer.add(line('a'));
    await vi.advanceTimersByTimeAsync(5_000);
    writer.add(line('b'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect([batches, state.errors]).toEqual([[], 1]);
    state.isBroken = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(batches).toEqual([['a', 'b']]);
    expect(state.lost).toBe(0);
  });

  it('gives up the oldest beyond its bound, and counts them', async () => {
    const { writer, batches, state } = start();
    state.isBroken = true;
    for (let index = 0; index < 40; index++) writer.add(line(String(index), 1 << 20));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state.lost).toBe(8);
    state.isBroken = false;
    await writer.flush();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(batches.flat()).toEqual(Array.from({ length: 32 }, (_, index) => String(index + 8)));
  });

  it('writes what is left at the end, or says what is lost, and nothing afterwards', async () => {
    const good = start();
    good.writer.add(line('a'));
    await good.writer.stop();
    good.writer.add(line('too late'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(good.batches).toEqual([['a']]);
    expect(vi.getTimerCount()).toBe(0);

    const bad = start();
    bad.state.isBroken = true;
    bad.writer.add(line('a'));
    await bad.writer.stop();
    expect([bad.state.lost, bad.state.errors]).toEqual([1, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
