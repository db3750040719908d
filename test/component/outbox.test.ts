import fc from 'fast-check';
import { describe, expect, test, vi, beforeEach, afterEach } from 'vitest';
import { ComponentError } from '../../src/component/errors.js';
import { Outbox } from '../../src/component/outbox.js';

const LIMITS = { stanzas: 5, size: 100, ageMs: 1000 };
const withCode = (code: string): unknown => expect.objectContaining({ code });

/** A socket whose confirmations the test gives. */
class FakeSocket {
  readonly written: string[] = [];
  readonly #confirmations: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly write = (text: string): Promise<void> => {
    this.written.push(text);
    return new Promise((resolve, reject) => this.#confirmations.push({ resolve, reject }));
  };
  confirm(): void {
    this.#confirmations.shift()?.resolve();
  }
  break(): void {
    for (const { reject } of this.#confirmations.splice(0)) reject(new ComponentError('closed', 'broken'));
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the outbox', () => {
  test('keeps what comes while offline and writes it in order when a stream is there', async () => {
    const outbox = new Outbox(LIMITS);
    const sent = ['1', '2', '3'].map((text) => outbox.push(text));
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    expect(socket.written).toEqual(['1', '2', '3']);
    for (let count = 0; count < 3; count++) socket.confirm();
    await Promise.all(sent);
    expect(outbox.stats).toEqual({ stanzas: 0, size: 0, overflowed: 0, expired: 0 });
  });

  test('a push resolves only when the socket has passed it on', async () => {
    const outbox = new Outbox(LIMITS);
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    let done = false;
    const sent = outbox.push('1').then(() => (done = true));
    await Promise.resolve();
    expect(done).toBe(false);
    socket.confirm();
    await sent;
  });

  test('refuses new stanzas beyond the count and beyond the size, and keeps the old', async () => {
    const byCount = new Outbox(LIMITS);
    const kept = ['1', '2', '3', '4', '5'].map((text) => byCount.push(text));
    await expect(byCount.push('6')).rejects.toEqual(withCode('overflow'));
    const socket = new FakeSocket();
    byCount.attach(socket.write);
    await expect(byCount.push('6')).rejects.toEqual(withCode('overflow'));
    expect(byCount.stats).toMatchObject({ stanzas: 5, overflowed: 2 });
    for (let count = 0; count < 5; count++) socket.confirm();
    await Promise.all(kept);

    const bySize = new Outbox(LIMITS);
    void bySize.push('x'.repeat(60));
    await expect(bySize.push('x'.repeat(41))).rejects.toEqual(withCode('overflow'));
    void bySize.push('x'.repeat(40));
    expect(bySize.stats.size).toBe(100);
  });

  test('gives up what waited too long, and nothing else', async () => {
    const outbox = new Outbox(LIMITS);
    const old = outbox.push('old');
    const gone = expect(old).rejects.toEqual(withCode('expired'));
    await vi.advanceTimersByTimeAsync(600);
    const young = outbox.push('young');
    await vi.advanceTimersByTimeAsync(600);
    await gone;
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    expect(socket.written).toEqual(['young']);
    socket.confirm();
    await young;
    expect(outbox.stats.expired).toBe(1);
  });

  test('writes what a broken stream had not confirmed again, before what came later', async () => {
    const outbox = new Outbox(LIMITS);
    const first = new FakeSocket();
    outbox.attach(first.write);
    const sent = ['1', '2', '3'].map((text) => outbox.push(text));
    first.confirm();
    await sent[0];
    first.break();
    outbox.detach();
    sent.push(outbox.push('4'));
    const second = new FakeSocket();
    outbox.attach(second.write);
    expect(second.written).toEqual(['2', '3', '4']);
    for (let count = 0; count < 3; count++) second.confirm();
    await Promise.all(sent);
  });

  test('a confirmation that comes after the stream was given up changes nothing', async () => {
    const outbox = new Outbox(LIMITS);
    const first = new FakeSocket();
    outbox.attach(first.write);
    const sent = outbox.push('1');
    outbox.detach();
    first.confirm();
    await Promise.resolve();
    expect(outbox.stats.stanzas).toBe(1);
    const second = new FakeSocket();
    outbox.attach(second.write);
    second.confirm();
    await sent;
    expect(second.written).toEqual(['1']);
  });

  test('does not pour everything into a socket that does not take it', () => {
    const outbox = new Outbox({ stanzas: 1000, size: 10_000_000, ageMs: 1000 });
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    for (let count = 0; count < 100; count++) outbox.push('x'.repeat(10_000)).catch(() => undefined);
    expect(socket.written.length).toBeLessThan(10);
    outbox.clear();
  });

  test('sealed, it refuses new stanzas and drains the rest; cleared, it rejects them', async () => {
    const outbox = new Outbox(LIMITS);
    const sent = outbox.push('1');
    const left = expect(outbox.push('2')).rejects.toEqual(withCode('stopped'));
    outbox.seal();
    await expect(outbox.push('3')).rejects.toEqual(withCode('stopped'));
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    socket.confirm();
    await sent;
    outbox.clear();
    await left;
    await outbox.drained();
  });

  test('every stanza ends in exactly one way, in order, whatever happens', async () => {
    vi.useRealTimers();
    const step = fc.constantFrom('push', 'confirm', 'break', 'attach');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const outbox = new Outbox({ stanzas: 8, size: 1000, ageMs: 100_000 });
        let socket: FakeSocket | undefined;
        const confirmed: number[] = [];
        const ends: Promise<unknown>[] = [];
        let ended = 0;
        for (const [index, action] of steps.entries()) {
          if (action === 'push') {
            const sent = outbox.push(String(index)).then(
              () => confirmed.push(index),
              () => undefined,
            );
            ends.push(sent.then(() => (ended += 1)));
          } else if (action === 'confirm') socket?.confirm();
          else if (action === 'break') {
            socket?.break();
            socket = undefined;
            outbox.detach();
          } else if (socket === undefined) {
            socket = new FakeSocket();
            outbox.attach(socket.write);
          }
          await Promise.resolve();
          expect(outbox.stats.stanzas).toBeLessThanOrEqual(8);
        }
        outbox.clear();
        await Promise.all(ends);
        expect(ended).toBe(ends.length);
        expect(confirmed).toEqual([...confirmed].sort((a, b) => a - b));
        expect(outbox.stats).toMatchObject({ stanzas: 0, size: 0 });
      }),
    );
  });
});
