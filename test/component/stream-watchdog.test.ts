import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_WATCHDOG, StreamWatchdog } from '../../src/component/stream-watchdog.js';

const { proofMs, idleMs, pingMs, mutePingMs } = DEFAULT_WATCHDOG;

/** A peer of whom the test says what was written to it and heard of it. */
class FakePeer {
  readonly pings: { readonly id: string; readonly mark: number }[] = [];
  readonly proofs: number[] = [];
  isDead = false;
  readonly watchdog: StreamWatchdog;
  #mark = 0;
  #heardAt = performance.now();
  #roomAt = -Infinity;

  constructor(hasAnswered = true) {
    this.watchdog = new StreamWatchdog(
      DEFAULT_WATCHDOG,
      {
        silentMs: () => performance.now() - this.#heardAt,
        stalledMs: () => performance.now() - this.#roomAt,
        mark: () => this.#mark,
        ping: (id) => this.pings.push({ id, mark: this.#mark }),
        proven: (mark) => this.proofs.push(mark),
        dead: () => (this.isDead = true),
      },
      'x-',
      hasAnswered,
    );
  }

  write(): void {
    this.#mark++;
    this.watchdog.wrote();
  }

  hear(): void {
    this.#heardAt = performance.now();
  }

  makeRoom(): void {
    this.#roomAt = performance.now();
  }

  answer(index: number): void {
    this.hear();
    expect(this.watchdog.answered(this.pings[index]?.id ?? '')).toBe(true);
  }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] }),
);
afterEach(() => void vi.useRealTimers());

describe('proof', () => {
  test('is asked for soon after a write, once, and for all that was written before', async () => {
    const peer = new FakePeer();
    peer.write();
    await pass(proofMs - 1);
    peer.write();
    expect(peer.pings).toEqual([]);
    await pass(1);
    peer.write();
    await pass(proofMs * 3);
    expect(peer.pings).toEqual([{ id: 'x-1', mark: 2 }]);
    peer.answer(0);
    expect(peer.proofs).toEqual([2]);
    // And for the rest.
    await pass(proofMs);
    expect(peer.pings[1]).toEqual({ id: 'x-2', mark: 3 });
    peer.answer(1);
    expect(peer.proofs).toEqual([2, 3]);
    peer.hear();
    await pass(idleMs - 1);
    expect(peer.pings).toHaveLength(2);
  });

  test('is no other stanza, and no answer that nobody can know', async () => {
    const peer = new FakePeer();
    peer.write();
    await pass(proofMs);
    peer.hear();
    expect(peer.watchdog.answered('y-1')).toBe(false);
    expect(peer.watchdog.answered('x-7')).toBe(true);
    expect(peer.proofs).toEqual([]);
  });

  test('comes late from a peer that is behind, which is alive as long as it says anything', async () => {
    const peer = new FakePeer();
    peer.write();
    await pass(proofMs);
    for (let round = 0; round < 4; round++) {
      await pass(pingMs / 2);
      peer.hear();
      await pass(pingMs / 2 + 5);
      peer.write();
    }
    expect(peer.isDead).toBe(false);
    expect(peer.pings.map(({ mark }) => mark)).toEqual([1, 1, 2, 3, 4]);
    expect(peer.proofs).toEqual([]);
    peer.answer(1);
    peer.answer(3);
    expect(peer.proofs).toEqual([1, 3]);
  });

  test('is asked for at once where much was written, however many are under way', () => {
    const peer = new FakePeer();
    peer.write();
    peer.watchdog.ask();
    peer.write();
    peer.watchdog.ask();
    expect(peer.pings.map(({ mark }) => mark)).toEqual([1, 2]);
    peer.answer(1);
    expect(peer.proofs).toEqual([2]);
    peer.watchdog.stop();
    peer.watchdog.ask();
    expect(peer.pings).toHaveLength(2);
  });

  test('comes in time as long as pings are not answered as late as if they were not', async () => {
    const peer = new FakePeer();
    expect(peer.watchdog.provesInTime).toBe(true);
    peer.write();
    await pass(proofMs);
    for (let heard = 0; heard < mutePingMs; heard += pingMs / 2) {
      expect(peer.watchdog.provesInTime).toBe(true);
      await pass(pingMs / 2);
      peer.hear();
    }
    expect(peer.watchdog.provesInTime).toBe(false);
    peer.answer(peer.pings.length - 1);
    expect(peer.watchdog.provesInTime).toBe(true);
    expect(new FakePeer(false).watchdog.provesInTime).toBe(false);
  });

  test('of a peer that answers no pings is that it is heard long after', async () => {
    const peer = new FakePeer(false);
    // Asked at once.
    expect(peer.pings).toHaveLength(1);
    peer.write();
    for (let round = 0; round < 2; round++) {
      await pass(pingMs / 2);
      peer.hear();
      await pass(pingMs / 2);
    }
    expect(peer.proofs).toEqual([]);
    await pass(pingMs / 2);
    peer.write();
    peer.hear();
    await pass(pingMs / 2 + 10);
    expect(peer.proofs).toEqual([1]);
    expect(peer.isDead).toBe(false);
  });
});

describe('death', () => {
  test('is silence after a ping, with data out as without', async () => {
    const busy = new FakePeer();
    busy.write();
    const idle = new FakePeer();
    await pass(proofMs + pingMs - 1);
    expect(busy.isDead).toBe(false);
    await pass(5);
    expect(busy.isDead).toBe(true);
    await pass(idleMs - proofMs - 10);
    expect(idle.isDead).toBe(false);
    await pass(10);
    expect(idle.isDead).toBe(true);
  });

  test('is declared later of a peer that perhaps answers no pings', async () => {
    const peer = new FakePeer(false);
    peer.write();
    await pass(mutePingMs - 1);
    expect(peer.isDead).toBe(false);
    await pass(2);
    expect(peer.isDead).toBe(true);
  });

  test('is not declared while a full socket empties, and proves nothing', async () => {
    for (const [hasAnswered, patienceMs] of [
      [true, pingMs],
      [false, mutePingMs],
    ] as const) {
      const peer = new FakePeer(hasAnswered);
      peer.write();
      await pass(proofMs);
      for (let round = 0; round < 4; round++) {
        await pass(patienceMs - proofMs);
        peer.makeRoom();
        await pass(proofMs);
      }
      expect(peer.isDead).toBe(false);
      expect(peer.proofs).toEqual([]);
      await pass(2 * patienceMs);
      expect(peer.isDead).toBe(true);
    }
  });

  test('is not declared when what was heard waits behind a blocked event loop', async () => {
    const peer = new FakePeer();
    peer.write();
    await pass(proofMs);
    // Read in the turn of the loop in which the timer is late.
    setTimeout(() => setImmediate(() => peer.hear()), pingMs - 1);
    await pass(pingMs + 10);
    expect(peer.isDead).toBe(false);
  });

  test('is not declared of a stream that was closed', async () => {
    const peer = new FakePeer();
    peer.write();
    await pass(proofMs);
    peer.watchdog.stop();
    await pass(mutePingMs);
    expect(peer.isDead).toBe(false);
    expect(peer.pings).toHaveLength(1);
  });
});
