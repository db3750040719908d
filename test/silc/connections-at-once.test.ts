import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilcError } from '../../src/silc/errors.js';
import { streamPair } from '../../src/silc/memory-stream.js';
import type { ByteStream } from '../../src/silc/stream.js';
import { connectedPair } from '../support/connections.js';
import { WorkPerTurn } from '../support/work-per-turn.js';

const CONNECTIONS = 30;
/** What one of them costs, milliseconds; a turn of the event loop has ten. */
const COST_MS = 4;
/** Three fit into a turn, and another one has begun when the time is up. */
const MOST = 4;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Counts what happens, and lets it take its time. */
function costly(work: WorkPerTurn): void {
  work.done();
  vi.advanceTimersByTime(COST_MS);
}

/** A stream that can be broken. */
function breakable(stream: ByteStream): readonly [ByteStream, () => void] {
  let broken: (error: Error) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => (broken = reject));
  failure.catch(() => undefined);
  const own: ByteStream = {
    ...{ remoteAddress: undefined, localAddress: undefined },
    read: () => Promise.race([failure, stream.read()]),
    write: (octets) => stream.write(octets),
    end: () => stream.end(),
    destroy: () => stream.destroy(),
  };
  return [own, () => broken(new SilcError('closed', 'reset'))];
}

describe('what happens to all connections at one moment is spread over turns of the event loop', () => {
  it.each(['is gone', 'resets them'] as const)('when the server %s', async (way) => {
    const work = new WorkPerTurn();
    const [ends, over]: [(() => void)[], Promise<void>[]] = [[], []];
    for (let i = 0; i < CONNECTIONS; i++) {
      const [near, far] = streamPair();
      const [stream, reset] = breakable(near);
      const [client] = await connectedPair({}, {}, [stream, far]);
      ends.push(way === 'is gone' ? () => far.end() : reset);
      const ended = (): void => costly(work);
      over.push(client.consume(() => undefined).then(ended, ended));
    }
    // One after the other, as sockets tell it, and all in one turn.
    for (const end of ends) setTimeout(end, 0);
    await Promise.all(over);
    work.stop();
    expect(work.total).toBe(CONNECTIONS);
    expect(work.most).toBeLessThanOrEqual(MOST);
  });

  it('when the server answers all key exchanges', async () => {
    const work = new WorkPerTurn();
    const verifyPeerKey = (): boolean => {
      costly(work);
      return true;
    };
    const pairs = Array.from({ length: CONNECTIONS }, () => connectedPair({ verifyPeerKey }));
    for (const pair of await Promise.all(pairs)) for (const connection of pair) connection.destroy();
    work.stop();
    expect(work.total).toBe(CONNECTIONS);
    expect(work.most).toBeLessThanOrEqual(MOST);
  });
});
