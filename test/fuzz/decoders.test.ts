import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SilcError } from '../../src/silc/errors.js';
import { decodePayload } from '../../src/silc/packets/codec.js';
import { decodeReply, decodeRequest, nothing } from '../../src/silc/commands/index.js';
import { fromBigInt } from '../../src/silc/crypto/modular.js';
import { openChannelMessage } from '../../src/silc/client/channels/channel-opening.js';
import { decodeKeyPayload as decodeServersKey } from '../../src/silc/server/channel-proofs.js';
import { anyWorst, decoders } from '../support/decoders/index.js';
import { mutated, mutations } from './support/mutations.js';

/** Exports with the name of a decoder that need no row of their own, and why. */
const elsewhere: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [decodePayload, 'runs a codec'],
  [decodeRequest, 'runs the codec of a command'],
  [decodeReply, 'runs the codec of a command'],
  [nothing, 'reads nothing'],
  [fromBigInt, 'makes octets'],
  [openChannelMessage, 'runs openWithAny with the keys of a channel'],
  [decodeServersKey, 'the same as of the client, undefined instead of an error'],
]);

const named = /^(decode|parse|read|open|tryOpen|prepare|from|split)[A-Z]/;

function has(value: unknown, ...path: readonly string[]): boolean {
  const found = path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    value,
  );
  return typeof found === 'function';
}

/** A function by its name, an object by what it can do. */
function isDecoder(name: string, value: unknown): boolean {
  if (typeof value === 'function') return named.test(name);
  return has(value, 'decode') || has(value, 'request', 'decode');
}

function valueOrSilcError(decode: () => unknown): { readonly value: unknown } | undefined {
  try {
    return { value: decode() };
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
    return undefined;
  }
}

test('every decoder that the engine exports is among those tried here', async () => {
  const root = fileURLToPath(new URL('../../src/silc/', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(150);
  const known = new Set<unknown>([...decoders.map(({ of }) => of), ...elsewhere.keys()]);
  const found = new Set<unknown>();
  const missing: string[] = [];
  for (const file of files) {
    const exported: unknown = await import(`${root}${file}`);
    for (const [name, value] of Object.entries(exported as Record<string, unknown>)) {
      if (!isDecoder(name, value)) continue;
      found.add(value);
      if (!known.has(value)) missing.push(`${file}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
  expect(found.size).toBeGreaterThan(100);
});

describe.each(decoders.map((row) => ({ ...row, toString: () => row.what })))(
  'the decoder of $what',
  (row) => {
    const { decode, sample, worst } = row;

    test('makes a value or a SilcError of any octets', () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 120 }),
          (octets) => void valueOrSilcError(() => decode(octets)),
        ),
        { numRuns: 100 },
      );
      fc.assert(
        fc.property(mutations, (changes) => void valueOrSilcError(() => decode(mutated(sample, changes)))),
        { numRuns: 150 },
      );
      const step = Math.ceil(sample.length / 100);
      for (let length = 0; length < sample.length; length += step) {
        valueOrSilcError(() => decode(sample.subarray(0, length)));
      }
    });

    test('makes a value or a SilcError of the longest octets that are hard to read', () => {
      for (const hard of Object.values({ ...anyWorst, ...worst })) {
        valueOrSilcError(() => decode(hard(65_000)));
      }
    });
  },
);
