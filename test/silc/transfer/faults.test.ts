import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ClientId } from '../../../src/silc/ids.js';
import { streamPair } from '../../../src/silc/memory-stream.js';
import { SilcTransferError } from '../../../src/silc/transfer/errors.js';
import { TransferJob } from '../../../src/silc/transfer/job.js';
import { defaultLimits } from '../../../src/silc/transfer/limits.js';
import { PeerLink } from '../../../src/silc/transfer/peer-link.js';
import { receiveFile } from '../../../src/silc/transfer/receiving.js';
import { sendFile } from '../../../src/silc/transfer/sending.js';
import { connectedPair } from '../../support/connections.js';
import { FaultyStream, type Faults } from '../../support/faulty-stream.js';
import { MemoryFile, sourceOf } from '../../support/file-transfers.js';

const content = Uint8Array.from({ length: 150_000 }, (_, i) => (i * 31) >> 3);
const peer = '00'.repeat(16) as ClientId;

/** One file over streams in memory whose reading sides have faults. Both ends, each fulfilled or with its error. */
async function transfer(faults: { sender?: Faults; receiver?: Faults }, stallTimeoutMs: number) {
  const limits = { ...defaultLimits, stallTimeoutMs };
  const [one, other] = streamPair();
  const streams = [
    new FaultyStream(one, faults.receiver ?? {}),
    new FaultyStream(other, faults.sender ?? {}),
  ] as const;
  const [receiving, sending] = await connectedPair({}, {}, streams);
  const file = new MemoryFile();
  const jobs = {
    sender: new TransferJob({ id: 1, direction: 'send', peer, limits }),
    receiver: new TransferJob({ id: 2, direction: 'receive', peer, limits }),
  };
  const run = (job: TransferJob, work: () => Promise<void>, link: PeerLink): Promise<unknown> => {
    job.run(work, () => link.close());
    return job.done.then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  const links = {
    sender: new PeerLink(sending, limits.stallTimeoutMs, jobs.sender.signal),
    receiver: new PeerLink(receiving, limits.stallTimeoutMs, jobs.receiver.signal),
  };
  const [sent, received] = await Promise.all([
    run(jobs.sender, () => sendFile(links.sender, sourceOf(content, 'data'), jobs.sender), links.sender),
    run(jobs.receiver, () => receiveFile(links.receiver, file.sink, jobs.receiver), links.receiver),
  ]);
  return { sent, received, file };
}

const digest = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

test('a file arrives octet by octet', async () => {
  const { sent, received, file } = await transfer(
    { sender: { chunkSize: 1 }, receiver: { chunkSize: 7 } },
    20_000,
  );
  expect([sent, received]).toEqual([undefined, undefined]);
  expect(digest(file.content)).toBe(digest(content));
});

/** Behind the key exchange, of which 736 octets come to the receiver, and 832 to the sender. */
const offset = fc.integer({ min: 1_300, max: 150_000 });
const faults: fc.Arbitrary<Faults> = fc.oneof(
  offset.map((endAfter) => ({ endAfter })),
  offset.map((resetAfter) => ({ resetAfter })),
  offset.map((stallAfter) => ({ stallAfter })),
  fc.tuple(offset, fc.integer({ min: 1, max: 255 })).map(([at, xor]) => ({ flip: { offset: at, xor } })),
);

test('whatever breaks on the way to the receiver, it has the file or an error, and never another file', async () => {
  await fc.assert(
    fc.asyncProperty(faults, async (fault) => {
      const { received, file } = await transfer({ receiver: fault }, 250);
      expect(received).toBeInstanceOf(SilcTransferError);
      expect(file.state).not.toBe('finished');
      // What did arrive is the beginning of the file.
      expect(digest(file.content)).toBe(digest(content.subarray(0, file.content.length)));
    }),
    { numRuns: 25 },
  );
});

test('whatever breaks on the way to the sender, it knows that the file has arrived, or has an error', async () => {
  const early = fc.integer({ min: 1_200, max: 2_000 });
  const fault = fc.oneof(
    early.map((endAfter) => ({ endAfter })),
    early.map((stallAfter) => ({ stallAfter })),
    early.map((at) => ({ flip: { offset: at } })),
  );
  await fc.assert(
    fc.asyncProperty(fault, async (broken) => {
      const { sent, received, file } = await transfer({ sender: broken }, 250);
      if (sent === undefined) expect(digest(file.content)).toBe(digest(content));
      else expect(sent).toBeInstanceOf(SilcTransferError);
      if (received === undefined) expect(file.state).toBe('finished');
      else expect(file.state).not.toBe('finished');
    }),
    { numRuns: 25 },
  );
});
