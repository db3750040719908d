import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import type { SilcConnection } from '../../../src/silc/connection.js';
import { SilcError } from '../../../src/silc/errors.js';
import { initiate, respond } from '../../../src/silc/ke/driver.js';
import { streamPair } from '../../../src/silc/memory-stream.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { initiatorOptions, responderOptions } from '../../support/connections.js';
import { FaultyStream, type Faults } from '../../support/faulty-stream.js';

type Side = 'initiator' | 'responder';

interface Outcome {
  readonly results: readonly PromiseSettledResult<SilcConnection>[];
  readonly streams: readonly [FaultyStream, FaultyStream];
}

/** A key exchange in which one side reads through faults. */
async function run(side: Side, faults: Faults, timeoutMs: number): Promise<Outcome> {
  const [one, other] = streamPair();
  const streams = [
    new FaultyStream(one, side === 'initiator' ? faults : {}),
    new FaultyStream(other, side === 'responder' ? faults : {}),
  ] as const;
  const results = await Promise.allSettled([
    initiate(streams[0], { ...initiatorOptions, timeoutMs }),
    respond(streams[1], { ...responderOptions, timeoutMs }),
  ]);
  return { results, streams };
}

/** Every side either has a connection or a typed error, and no stream stays open. */
async function expectClean({ results, streams }: Outcome): Promise<number> {
  let failed = 0;
  for (const result of results) {
    if (result.status === 'rejected') {
      expect(result.reason).toBeInstanceOf(SilcError);
      failed++;
    } else {
      result.value.destroy();
    }
  }
  await Promise.all(streams.map((stream) => stream.whenDestroyed()));
  return failed;
}

/** Octets that a side reads in a whole key exchange. */
async function lengthOf(side: Side): Promise<number> {
  const outcome = await run(side, {}, 10_000);
  const { offset } = outcome.streams[side === 'initiator' ? 0 : 1];
  expect(await expectClean(outcome)).toBe(0);
  return offset;
}

/** Runs many at a time: most of each is waiting for a deadline. */
async function each(count: number, step: number, work: (offset: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += step * 32) {
    const batch: Promise<void>[] = [];
    for (let i = 0; i < 32 && from + i * step < count; i++) batch.push(work(from + i * step));
    await Promise.all(batch);
  }
}

describe.each<Side>(['initiator', 'responder'])('what the %s reads', (side) => {
  test('may come octet by octet', async () => {
    const { results, streams } = await run(side, { chunkSize: 1 }, 10_000);
    const [client, server] = results.map((result) =>
      result.status === 'fulfilled' ? result.value : undefined,
    );
    const payload = utf8('through the needle');
    await client?.send({ type: PacketType.command, payload });
    expect((await server?.receive())?.payload).toEqual(payload);
    expect(await expectClean({ results, streams })).toBe(0);
  });

  test('may end anywhere: both sides fail with a typed error', async () => {
    const length = await lengthOf(side);
    await each(length, 23, async (offset) => {
      const outcome = await run(side, { endAfter: offset }, 10_000);
      expect(outcome.results[side === 'initiator' ? 0 : 1]).toMatchObject({ reason: { code: 'closed' } });
      await expectClean(outcome);
    });
  });

  test('may break anywhere', async () => {
    const length = await lengthOf(side);
    await each(length, 23, async (offset) => {
      const outcome = await run(side, { resetAfter: offset }, 10_000);
      expect(outcome.results[side === 'initiator' ? 0 : 1]).toMatchObject({ reason: { code: 'closed' } });
      await expectClean(outcome);
    });
  });

  test('may stop anywhere: the deadline ends it', async () => {
    const length = await lengthOf(side);
    await each(length, 23, async (offset) => {
      const outcome = await run(side, { stallAfter: offset }, 30);
      expect(outcome.results[side === 'initiator' ? 0 : 1]).toMatchObject({ reason: { code: 'timeout' } });
      await expectClean(outcome);
    });
  });

  test('may have any octet changed: a typed error, or padding that nobody looks at', async () => {
    const length = await lengthOf(side);
    let noticed = 0;
    await each(length, 1, async (offset) => {
      const flip = { offset, xor: 1 << (offset % 8) };
      // A length that lies makes the decoder wait for octets that never come: hence the short deadline.
      if ((await expectClean(await run(side, { flip }, 300))) > 0) noticed++;
    });
    expect(noticed).toBeGreaterThan(length / 2);
  }, 120_000);
});
