import { describe, expect, it } from 'vitest';
import { Deferred } from '../../../src/util/deferred.js';
import { SilcError, SilcInDoubtError, SilcStreamOverError } from '../../../src/silc/errors.js';
import { SendQueue } from '../../../src/silc/ke/send-queue.js';
import type { ByteStream } from '../../../src/silc/stream.js';

/** A queue before a stream that writes as a test says. */
function queueBeforeWrite(write: ByteStream['write']) {
  const failures: unknown[] = [];
  const stream: ByteStream = {
    read: () => Promise.resolve(undefined),
    write,
    end: () => undefined,
    destroy: () => undefined,
    remoteAddress: undefined,
    localAddress: undefined,
  };
  const onFailure = (error: unknown): void => void failures.push(error);
  const queue = new SendQueue(stream, { maxPendingOctets: 1_000, writeTimeoutMs: 60_000, onFailure });
  return { queue, failures };
}

/** A queue before a stream whose writes end when a test says so. */
function queueBefore() {
  const writes: Deferred[] = [];
  const { queue } = queueBeforeWrite(() => {
    const written = new Deferred();
    writes.push(written);
    return written.promise;
  });
  return { queue, writes };
}

const failure = (promise: Promise<void>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('what was pushed when the stream breaks', () => {
  it('is in doubt where writing has begun, and was certainly not sent where it has not', async () => {
    const { queue, writes } = queueBefore();
    const begun = failure(queue.push(Uint8Array.of(1)));
    await Promise.resolve();
    const waiting = failure(queue.push(Uint8Array.of(2)));
    writes[0]?.reject(new SilcError('closed', 'connection reset'));
    expect(await begun).toBeInstanceOf(SilcInDoubtError);
    expect(await begun).toMatchObject({ code: 'closed', message: 'connection reset' });
    const unsent = await waiting;
    expect(unsent).toMatchObject({ code: 'closed', message: 'connection reset' });
    expect(unsent).not.toBeInstanceOf(SilcInDoubtError);
    expect(writes).toHaveLength(1);
  });

  it('was certainly not sent where the stream was over before', async () => {
    const { queue, writes } = queueBefore();
    const refused = failure(queue.push(Uint8Array.of(1)));
    await Promise.resolve();
    writes[0]?.reject(new SilcStreamOverError('connection is closed'));
    const unsent = await refused;
    expect(unsent).toMatchObject({ code: 'closed', message: 'connection is closed' });
    expect(unsent).not.toBeInstanceOf(SilcInDoubtError);
  });
});

describe('a stream that takes everything at once', () => {
  it('is given what was pushed together in one write, in order, and nothing waits then', async () => {
    const written: Uint8Array[] = [];
    const { queue, failures } = queueBeforeWrite((octets) => {
      written.push(octets);
      return undefined;
    });
    const pushed = [1, 2, 3].map((octet) => queue.push(Uint8Array.of(octet)));
    expect(queue.pendingOctets).toBe(3);
    await Promise.all([...pushed, queue.idle()]);
    await queue.push(Uint8Array.of(4));
    expect(written).toEqual([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    expect([queue.pendingOctets, failures]).toEqual([0, []]);
  });

  it('is given any number of pieces in one write', async () => {
    const written: number[] = [];
    const { queue, failures } = queueBeforeWrite((octets) => {
      written.push(octets.length);
      return undefined;
    });
    const pieces = Array.from({ length: 300_000 }, (_, i) => Uint8Array.of(i & 0xff));
    await Promise.all(pieces.map((piece) => queue.push(piece)));
    expect([written, failures]).toEqual([[pieces.length], []]);
  });

  it('leaves in doubt what it broke over, but not what came after', async () => {
    const { queue, failures } = queueBeforeWrite(() => {
      throw new SilcError('closed', 'connection reset');
    });
    const first = await failure(queue.push(Uint8Array.of(1)));
    const second = await failure(queue.push(Uint8Array.of(2)));
    await queue.idle();
    expect(first).toBeInstanceOf(SilcInDoubtError);
    expect(second).not.toBeInstanceOf(SilcInDoubtError);
    expect(second).toMatchObject({ code: 'closed', message: 'connection reset' });
    expect([queue.pendingOctets, failures.length]).toEqual([0, 1]);
  });

  it('has certainly not taken what it refused because it was over', async () => {
    const { queue } = queueBeforeWrite(() => {
      throw new SilcStreamOverError('connection is closed');
    });
    const refused = await failure(queue.push(Uint8Array.of(1)));
    expect(refused).toMatchObject({ code: 'closed', message: 'connection is closed' });
    expect(refused).not.toBeInstanceOf(SilcInDoubtError);
  });

  it('writes one after the other also where a write leads to the next push', async () => {
    const written: number[] = [];
    const taken = new Deferred();
    const again: Promise<void>[] = [];
    const { queue } = queueBeforeWrite(([octet = 0]) => {
      written.push(octet);
      if (octet < 3) again.push(queue.push(Uint8Array.of(octet + 1)));
      return octet === 2 ? taken.promise : undefined;
    });
    await queue.push(Uint8Array.of(1));
    let isIdle = false;
    const idle = queue.idle().then(() => (isIdle = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([written, isIdle]).toEqual([[1, 2], false]);
    taken.resolve();
    await Promise.all([...again, idle]);
    expect(written).toEqual([1, 2, 3]);
  });
});
