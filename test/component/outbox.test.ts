import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ComponentError } from '../../src/component/errors.js';
import { Flows } from '../../src/component/outbox-flows.js';
import { DEFAULT_OUTBOX_LIMITS, Outbox, type OutboxLimits } from '../../src/component/outbox.js';
import type { Envelope, Loss } from '../../src/component/outgoing.js';

const MANY = { stanzas: 10_000, size: 100_000_000 };
const LIMITS: OutboxLimits = {
  total: MANY,
  flow: MANY,
  answers: MANY,
  highWater: MANY,
  lowWater: MANY,
  unproven: MANY,
  proofWindow: 1_000_000,
  ageMs: 1000,
};

/** A socket whose confirmations the test gives. */
class FakeSocket {
  readonly written: string[] = [];
  readonly #confirmations: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly write = (text: string): Promise<void> => {
    this.written.push(text);
    return new Promise((resolve, reject) => this.#confirmations.push({ resolve, reject }));
  };
  /** Passes on the oldest text; what the outbox does then is done when it resolves. */
  async confirm(): Promise<void> {
    this.#confirmations.shift()?.resolve();
    await turn();
  }
  break(): void {
    for (const { reject } of this.#confirmations.splice(0)) reject(new ComponentError('closed', 'broken'));
  }
}

/** One turn of the event loop: what waits is written. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Made {
  readonly outbox: Outbox;
  readonly lost: string[];
  readonly pressure: string[];
  readonly push: (text: string, flow?: string, envelope?: Partial<Envelope>) => void;
}

function make(limits: Partial<OutboxLimits> = {}): Made {
  const lost: string[] = [];
  const pressure: string[] = [];
  const outbox = new Outbox(
    { ...LIMITS, ...limits },
    {
      onLost: ({ id, reason }: Loss) => lost.push(`${id ?? ''} ${reason}`),
      onPressure: (flow, congested) => pressure.push(`${flow} ${congested}`),
    },
  );
  const push = (text: string, flow = 'room', envelope: Partial<Envelope> = {}): void => {
    const whole = {
      name: 'message',
      from: flow,
      to: 'u',
      type: undefined,
      id: text.slice(0, 20),
      ...envelope,
    } as const;
    outbox.push(flow, whole, 'u', text);
  };
  return { outbox, lost, pressure, push };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('the outbox', () => {
  test('keeps what comes while offline and writes it in order, at once, when a stream is there', async () => {
    const { outbox, lost, push } = make();
    for (const text of ['1', '2', '3']) push(text);
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    expect(socket.written).toEqual(['123']);
    await socket.confirm();
    expect(outbox.stats).toEqual({
      stanzas: 0,
      size: 0,
      flows: 0,
      unproven: 3,
      overflowed: 0,
      expired: 0,
    });
    expect(lost).toEqual([]);
  });

  test('writes once a turn what was queued in it, and not before', async () => {
    const { outbox, push } = make();
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    for (const text of ['1', '2']) push(text);
    expect(socket.written).toEqual([]);
    await turn();
    push('3');
    await turn();
    expect(socket.written).toEqual(['12', '3']);
  });

  test('writes at once what comes after a pause, and collects for a turn what comes soon after a write', async () => {
    const { outbox, push } = make();
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    vi.advanceTimersByTime(10);
    for (const text of ['1', '2']) push(text);
    await Promise.resolve();
    expect(socket.written).toEqual(['12']);
    for (const text of ['3', '4']) {
      push(text);
      await Promise.resolve();
    }
    expect(socket.written).toEqual(['12']);
    await turn();
    expect(socket.written).toEqual(['12', '34']);
  });

  test('counts a stanza until the socket has passed it on', async () => {
    const { outbox, push } = make();
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    push('1');
    await turn();
    expect(outbox.stats.stanzas).toBe(1);
    let done = false;
    const drained = outbox.drained().then(() => (done = true));
    await turn();
    expect(done).toBe(false);
    await socket.confirm();
    await drained;
    expect(outbox.stats.stanzas).toBe(0);
  });

  test('refuses new stanzas beyond the count and beyond the size, and keeps the old', async () => {
    const byCount = make({ total: { stanzas: 5, size: 100_000 } });
    for (const text of ['1', '2', '3', '4', '5', '6']) byCount.push(text);
    expect(byCount.lost).toEqual(['6 overflow']);
    const socket = new FakeSocket();
    byCount.outbox.attach(socket.write);
    byCount.push('7');
    expect(byCount.lost).toEqual(['6 overflow', '7 overflow']);
    expect(byCount.outbox.stats).toMatchObject({ stanzas: 5, overflowed: 2 });
    await socket.confirm();
    expect(socket.written).toEqual(['12345']);

    const bySize = make({ total: { stanzas: 100, size: 1000 } });
    bySize.push('x'.repeat(400));
    bySize.push('y'.repeat(201));
    bySize.push('z'.repeat(200));
    expect(bySize.lost).toEqual([`${'y'.repeat(20)} overflow`]);
    expect(bySize.outbox.stats.size).toBe(1000);
  });

  test('gives up what waited too long, and nothing else', async () => {
    const { outbox, lost, push } = make();
    push('old');
    await vi.advanceTimersByTimeAsync(600);
    push('young', 'another room');
    push('younger');
    await vi.advanceTimersByTimeAsync(600);
    expect(lost).toEqual(['old expired']);
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    expect(socket.written.join('')).toMatch(/^(youngyounger|youngeryoung)$/);
    await socket.confirm();
    expect(outbox.stats).toMatchObject({ expired: 1, stanzas: 0, flows: 0 });
  });

  test('what is too old when a stream comes is told then, and not written', () => {
    let now = 0;
    const lost: string[] = [];
    const events = { onLost: ({ reason }: Loss) => lost.push(reason), onPressure: () => undefined };
    const outbox = new Outbox(LIMITS, events, () => now);
    outbox.push('c', { name: 'message', from: 'c', to: 'u', type: undefined, id: '1' }, 'u', 'old');
    now = 1_001;
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    expect(lost).toEqual(['expired']);
    expect(socket.written).toEqual([]);
  });

  const ANSWER = { name: 'iq', type: 'result' } as const;
  const FAREWELL = { name: 'presence', type: 'unavailable' } as const;

  test('what was written to a stream that broke is lost where nobody knows that it was read; what was not goes out', async () => {
    const { outbox, lost, push } = make();
    const first = new FakeSocket();
    outbox.attach(first.write);
    for (const text of ['1', '2']) push(text);
    await turn();
    await first.confirm();
    outbox.proven(1);
    push('3');
    await turn();
    push('4');
    first.break();
    outbox.detach();
    expect(lost).toEqual(['2 in-doubt', '3 in-doubt']);
    expect(outbox.stats).toMatchObject({ stanzas: 1, unproven: 0 });
    const second = new FakeSocket();
    outbox.attach(second.write);
    expect(second.written).toEqual(['4']);
  });

  test('answers and farewells that are in doubt go again, in their order, before what came later', async () => {
    const { outbox, lost, push } = make();
    const first = new FakeSocket();
    outbox.attach(first.write);
    push('1', 'room', ANSWER);
    push('2');
    push('3', 'room', FAREWELL);
    await turn();
    await first.confirm();
    push('4', 'room', { name: 'message', type: 'error' });
    await turn();
    outbox.detach();
    expect(lost).toEqual(['2 in-doubt']);
    push('5', 'another room');
    expect(outbox.stats.stanzas).toBe(4);
    for (let round = 0; round < 2; round++) {
      const next = new FakeSocket();
      push('6');
      outbox.attach(next.write);
      expect(next.written).toEqual([round === 0 ? '13456' : '1346']);
      if (round === 0) outbox.detach();
      else await next.confirm();
    }
    expect(lost).toEqual(['2 in-doubt', '5 in-doubt', '6 in-doubt']);
    expect(outbox.stats.stanzas).toBe(0);
  });

  test('a stream that is ending takes nothing: what it refused waits for the next one', async () => {
    const { outbox, lost, push } = make();
    outbox.attach(() => undefined);
    push('1');
    await turn();
    push('2');
    await turn();
    outbox.detach();
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    expect(socket.written).toEqual(['12']);
    expect(lost).toEqual([]);
  });

  test('remembers a bounded number of stanzas, and says when it has forgotten some that are in doubt', async () => {
    const { outbox, lost, push } = make({ unproven: { stanzas: 3, size: 10_000 } });
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    for (const text of ['1', '2', '3', '4', '5']) push(text);
    await turn();
    expect(outbox.stats.unproven).toBe(3);
    outbox.proven(1);
    expect(outbox.detach()).toBe(false);
    expect(lost).toEqual(['3 in-doubt', '4 in-doubt', '5 in-doubt']);
    outbox.attach(new FakeSocket().write);
    for (const text of ['6', '7', '8', '9']) push(text);
    await turn();
    // All that was forgotten.
    outbox.proven(outbox.mark - 3);
    expect(outbox.detach()).toBe(true);
  });

  test('a confirmation that comes after the stream was given up changes nothing', async () => {
    const { outbox, push } = make();
    const first = new FakeSocket();
    push('1', 'room', ANSWER);
    outbox.attach(first.write);
    outbox.detach();
    await first.confirm();
    expect(outbox.stats.stanzas).toBe(1);
    const second = new FakeSocket();
    outbox.attach(second.write);
    await second.confirm();
    expect(second.written).toEqual(['1']);
    expect(outbox.stats.stanzas).toBe(0);
  });

  test('does not pour everything into a socket that does not take it', async () => {
    const { outbox, push } = make();
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    for (let count = 0; count < 100; count++) push('x'.repeat(10_000));
    for (let count = 0; count < 10; count++) await turn();
    expect(socket.written.join('').length).toBeLessThan(100_000);
    outbox.clear();
  });

  test('sealed, it refuses new stanzas and drains the rest; cleared, it gives them up', async () => {
    const { outbox, lost, push } = make();
    push('1');
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    push('2');
    outbox.seal();
    push('3');
    expect(lost).toEqual(['3 stopped']);
    await socket.confirm();
    expect(socket.written).toEqual(['1', '2']);
    outbox.clear();
    expect(lost).toEqual(['3 stopped', '1 in-doubt', '2 in-doubt']);
    await outbox.drained();
  });

  test('every stanza ends in exactly one way, in the order of its flow, whatever happens', async () => {
    vi.useRealTimers();
    const step = fc.oneof(
      fc.record({ flow: fc.constantFrom('a', 'b', 'c'), size: fc.constantFrom(1, 3_000, 70_000) }),
      fc.constantFrom('confirm', 'prove', 'break', 'attach', 'turn'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const total = { stanzas: 8, size: 200_000 };
        const { outbox, lost, push } = make({ total, ageMs: 100_000 });
        let socket: FakeSocket | undefined;
        const pushed: string[] = [];
        /** What the peer has read, in this order, and what the outbox was told of that. */
        const read: string[] = [];
        const written: string[] = [];
        const readOf = (texts: readonly string[]): string[] => texts.join('').match(/[abc]\d+-/g) ?? [];
        for (const [index, action] of steps.entries()) {
          if (typeof action !== 'string') {
            const id = `${action.flow}${index}-`;
            pushed.push(id);
            push(id.padEnd(action.size, '.'), action.flow, { id });
          } else if (action === 'confirm') await socket?.confirm();
          else if (action === 'turn') await turn();
          else if (action === 'prove') {
            written.push(...readOf(socket?.written.splice(0) ?? []));
            read.push(...written.splice(0));
            outbox.proven(outbox.mark);
          } else if (action === 'break') {
            socket?.break();
            socket = undefined;
            outbox.detach();
            await turn();
          } else if (socket === undefined) {
            socket = new FakeSocket();
            outbox.attach(socket.write);
          }
          expect(outbox.stats.stanzas).toBeLessThanOrEqual(8);
          expect(outbox.stats.size).toBeLessThanOrEqual(200_000);
        }
        outbox.clear();
        const ends = [...read, ...lost.map((line) => line.replace(/ .*/, ''))];
        expect(ends.sort()).toEqual(pushed.sort());
        for (const flow of ['a', 'b', 'c']) {
          const own = read.filter((id) => id.startsWith(flow)).map((id) => Number(id.slice(1, -1)));
          expect(own).toEqual([...own].sort((a, b) => a - b));
        }
        expect(outbox.stats).toMatchObject({ stanzas: 0, size: 0, flows: 0 });
      }),
    );
  });
});

describe('shares of the outbox', () => {
  test('a crowd delays itself: others are written after a turn of it, however much waits', async () => {
    const { outbox, push } = make();
    for (let count = 0; count < 500; count++) push('c'.repeat(1_000), 'crowd');
    push('b1', 'bystander');
    push('d1', 'another');
    push('b2', 'bystander');
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    const [first = ''] = socket.written;
    expect(first.indexOf('b1b2')).toBeGreaterThan(0);
    expect(first.indexOf('b1b2')).toBeLessThan(10_000);
    expect(first.indexOf('d1')).toBeLessThan(10_000);
    while (outbox.stats.stanzas > 0) await socket.confirm();
    expect(socket.written.join('').replaceAll('c', '')).toBe('b1b2d1');
  });

  test('large and small stanzas get the same number of octets', () => {
    const { outbox, push } = make();
    for (let count = 0; count < 20; count++) push('L'.repeat(20_000), 'large');
    for (let count = 0; count < 4_000; count++) push('s'.repeat(100), 'small');
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    const [text = ''] = socket.written;
    const small = text.replaceAll('L', '').length;
    expect(small).toBeGreaterThan(24_000);
    expect(small).toBeLessThan(text.length - 24_000 + 20_000);
  });

  describe('flows', () => {
    /** Sixty flows of which each has twenty stanzas of 1,000 units waiting. */
    function crowded(): { readonly flows: Flows; readonly add: (flow: string) => void } {
      const flows = new Flows(() => undefined);
      const add = (flow: string): void => {
        const envelope: Envelope = { name: 'message', from: flow, to: 'u', type: undefined, id: undefined };
        const text = 'c'.repeat(1_000);
        flows.add(flow, { text, envelope, to: 'u', cost: 1, isAnswer: false, since: 0 });
      };
      for (let number = 0; number < 60; number++)
        for (let count = 0; count < 20; count++) add(`room${number}`);
      return { flows, add };
    }

    test('that had nothing waiting do not wait for a round of all those that have much', () => {
      const { flows, add } = crowded();
      // Each has had its first turn.
      for (let taken = 0; taken < 60 * 8; taken++) flows.next();
      add('bystander');
      const next = [flows.next(), flows.next()].map((entry) => entry?.envelope.from);
      expect(next).toContain('bystander');
    });

    test('are not before those more than once a round, however often they come', () => {
      const { flows, add } = crowded();
      let often = 0;
      for (let crowd = 0; crowd < 60 * 8;) {
        add('often');
        if (flows.next()?.envelope.from === 'often') often += 1;
        else crowd += 1;
      }
      // Eight of them are a turn: one when it was new, one in the round.
      expect(often).toBeLessThanOrEqual(2 * 8);
    });

    test('are kept no longer than something waits', () => {
      const { flows, add } = crowded();
      for (let taken = 0; taken < 1_000; taken++) {
        flows.next();
        if (taken % 7 === 0) add(`other${taken}`);
      }
      while (flows.next() !== undefined);
      expect(flows.size).toBe(0);
    });
  });

  test('a flow that is full refuses its own, and nobody else', () => {
    const { lost, push } = make({ flow: { stanzas: 3, size: 10_000 } });
    for (const id of ['1', '2', '3', '4']) push(id, 'crowd');
    push('5', 'bystander');
    expect(lost).toEqual(['4 overflow']);
  });

  test('the last fifth of all is kept for flows of which little waits', () => {
    const { outbox, lost, push } = make({ total: { stanzas: 1_000, size: 10_000_000 } });
    for (let flow = 0; flow < 10; flow++) {
      for (let count = 0; count < 100; count++) push('x', `crowd ${flow % 5}`);
    }
    expect(outbox.stats.stanzas).toBe(800);
    for (let count = 0; count < 200; count++) push('y', `bystander ${count}`);
    expect(outbox.stats.stanzas).toBe(1_000);
    push('z', 'too late');
    expect(lost.filter((line) => !line.startsWith('x'))).toEqual(['z overflow']);
  });

  test('answers have a share of their own, and keep their place in the order', () => {
    const { outbox, lost, push } = make({
      total: { stanzas: 2, size: 10_000 },
      answers: { stanzas: 3, size: 10_000 },
    });
    for (const id of ['1', '2', '3']) push(id);
    push('4', 'room', { name: 'iq', type: 'result' });
    push('5', 'room', { name: 'message', type: 'error' });
    push('6', 'room', { name: 'iq', type: 'get' });
    push('7', 'room', { name: 'iq', type: 'error' });
    push('8', 'room', { name: 'presence', type: 'error' });
    expect(lost).toEqual(['3 overflow', '6 overflow', '8 overflow']);
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    expect(socket.written).toEqual(['12457']);
  });

  test('a stanza that is shared counts once, and a little for each addressee', () => {
    const { outbox, lost } = make({ total: { stanzas: 1_000, size: 100_000 } });
    const envelope = { name: 'message', from: 'c', to: '', type: 'groupchat', id: '1' } as const;
    const text = 'x'.repeat(50_000);
    for (let count = 0; count < 60; count++)
      outbox.push('c', envelope, 'u', text, count === 0 ? text.length : 10);
    expect(lost).toEqual([]);
    expect(outbox.stats.size).toBe(50_000 + 59 * 10 + 60 * 200);
  });

  test('a loss names the addressee', () => {
    const losses: Loss[] = [];
    const events = { onLost: (loss: Loss) => losses.push(loss), onPressure: () => undefined };
    const outbox = new Outbox({ ...LIMITS, total: { stanzas: 0, size: 0 } }, events);
    const envelope = { name: 'presence', from: 'c/n', to: '', type: undefined, id: undefined } as const;
    outbox.push('c', envelope, 'u/1', 'text');
    expect(losses).toEqual([{ ...envelope, to: 'u/1', reason: 'overflow' }]);
  });

  test('pressure is told when a flow passes its high-water mark, and when it is below its low-water mark', async () => {
    const marks = { highWater: { stanzas: 10, size: 90_000 }, lowWater: { stanzas: 3, size: 30_000 } };
    const { outbox, pressure, push } = make(marks);
    for (let count = 0; count < 10; count++) push('x', 'short');
    push('y'.repeat(90_000), 'long');
    expect(pressure).toEqual([]);
    for (let count = 0; count < 3; count++) push('x', 'short');
    push('y', 'long');
    expect(pressure).toEqual(['short true', 'long true']);
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    while (outbox.stats.stanzas > 0) await socket.confirm();
    expect(pressure.slice(2).sort()).toEqual(['long false', 'short false']);
    for (let count = 0; count < 11; count++) push('x', 'short');
    outbox.clear();
    expect(pressure.slice(4)).toEqual(['short true', 'short false']);
  });

  test('whoever is told of pressure may send at once', async () => {
    const pressure: boolean[] = [];
    const send = (id: string): void => {
      outbox.push('room', { name: 'message', from: 'room', to: 'u', type: undefined, id }, 'u', id);
    };
    const marks = { highWater: { stanzas: 2, size: 1_000 }, lowWater: { stanzas: 0, size: 0 } };
    const outbox = new Outbox(
      { ...LIMITS, ...marks },
      {
        onLost: () => expect.unreachable(),
        onPressure: (_, congested) => {
          pressure.push(congested);
          if (pressure.length === 2) for (const id of ['4', '5', '6']) send(id);
        },
      },
    );
    for (const id of ['1', '2', '3']) send(id);
    const socket = new FakeSocket();
    outbox.attach(socket.write);
    while (outbox.stats.stanzas > 0) await socket.confirm();
    expect(socket.written.join('')).toBe('123456');
    expect(pressure).toEqual([true, false, true, false]);
  });

  test('what a server has not read waits where others can go before it', async () => {
    const { outbox, push } = make({ proofWindow: 20_000 });
    const socket = new FakeSocket();
    let proves = true;
    outbox.attach(socket.write, () => proves);
    for (let line = 0; line < 60; line++) push(`crowd ${'x'.repeat(994)}`, 'crowd');
    await turn();
    await socket.confirm();
    expect(socket.written.join('')).toHaveLength(20_000);
    push('quiet', 'quiet');
    await turn();
    expect(outbox.stats).toMatchObject({ stanzas: 41, unproven: 20 });
    outbox.proven(outbox.mark);
    await turn();
    // Who says little has waited for what was on its way, not for all that the crowd has said.
    expect(socket.written[1]).toMatch(/quiet/);
    expect(outbox.stats.unproven).toBe(21);
    // Of a server that does not tell what it has read nothing is waited for.
    proves = false;
    push('other', 'other');
    await turn();
    await socket.confirm();
    await socket.confirm();
    expect(socket.written.join('')).toHaveLength(60_010);
  });

  test('a proof is due when half of the window was written, again and again', async () => {
    let due = 0;
    const outbox = new Outbox(
      { ...LIMITS, proofWindow: 20 },
      { onLost: () => expect.unreachable(), onPressure: () => undefined, onProofDue: () => due++ },
    );
    const socket = new FakeSocket();
    outbox.attach(socket.write, () => true);
    const dues: number[] = [];
    for (let line = 0; line < 6; line++) {
      const envelope = { name: 'message', from: 'room', to: 'u', type: undefined, id: undefined } as const;
      outbox.push('room', envelope, 'u', 'x'.repeat(5));
      await turn();
      await socket.confirm();
      dues.push(due);
      if (line % 2 === 1) outbox.proven(outbox.mark);
    }
    expect(dues).toEqual([0, 1, 1, 2, 2, 3]);
  });

  test('the limits that hold where nothing else is said let a room of 500 see six long lines', () => {
    const { outbox, lost } = make(DEFAULT_OUTBOX_LIMITS);
    const envelope = { name: 'message', from: 'c', to: '', type: 'groupchat', id: '1' } as const;
    const text = 'x'.repeat(300_000);
    for (let line = 0; line < 6; line++) {
      for (let user = 0; user < 500; user++) {
        outbox.push('c', envelope, `user-${user}@example`, text, user === 0 ? text.length : 20);
      }
    }
    expect(lost).toEqual([]);
  });
});
