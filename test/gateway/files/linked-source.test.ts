import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { OpenedFile, OpenLink } from '../../../src/gateway/features/files/http-get.js';
import { LinkedSource } from '../../../src/gateway/features/files/linked-source.js';

const URL_OF_FILE = new URL('https://files.test/notes.pdf');
const OCTETS = randomBytes(10_000);

/** Gives octets in chunks that do not fit what is asked for. */
function opening(octets: Uint8Array, told = octets.length) {
  const seen = { opened: 0, closed: 0, chunks: 0, isAborted: false };
  const open: OpenLink = (_url, { signal }) => {
    seen.opened++;
    signal.addEventListener('abort', () => (seen.isAborted = true));
    const file: OpenedFile = {
      type: 'application/pdf',
      octets: told,
      content: (async function* () {
        for (let at = 0; at < octets.length; at += 700) {
          seen.chunks++;
          yield await Promise.resolve(octets.subarray(at, at + 700));
        }
      })(),
      close: () => seen.closed++,
    };
    return Promise.resolve(file);
  };
  return { seen, source: new LinkedSource({ name: 'notes.pdf', size: told }, URL_OF_FILE, open) };
}

it('gives what is read in order, fetched once, and no sooner than it is read', async () => {
  const { seen, source } = opening(OCTETS);
  expect(seen.opened).toBe(0);
  const parts: Uint8Array[] = [await source.read(0, 1_000)];
  expect(seen).toMatchObject({ opened: 1, chunks: 2 });
  for (let at = 1_000; at < OCTETS.length; at += 3_000) parts.push(await source.read(at, 3_000));
  expect(Buffer.concat(parts).equals(OCTETS)).toBe(true);
  expect(seen.opened).toBe(1);
});

it('is read from its beginning to its end only', async () => {
  const { source } = opening(OCTETS);
  await expect(source.read(1_000, 1_000)).rejects.toThrow('in order');
  await source.read(0, 1_000);
  await expect(source.read(0, 1_000)).rejects.toThrow('in order');
});

it('is no other file than the one that was offered', async () => {
  const longer = opening(OCTETS);
  const source = new LinkedSource({ name: 'x', size: 5_000 }, URL_OF_FILE, () =>
    Promise.resolve({
      ...{ type: '', octets: OCTETS.length, content: (async function* () {})() },
      close: () => longer.seen.closed++,
    }),
  );
  await expect(source.read(0, 100)).rejects.toThrow('another file');
  expect(longer.seen.closed).toBe(1);
  const shorter = opening(OCTETS.subarray(0, 2_000), 5_000);
  await shorter.source.read(0, 2_000);
  await expect(shorter.source.read(2_000, 2_000)).rejects.toThrow('shorter');
});

it('ends the connection when nobody reads any more', async () => {
  const { seen, source } = opening(OCTETS);
  await source.read(0, 100);
  source.close();
  expect(seen.isAborted).toBe(true);
});
