import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../src/silc/bytes.js';
import { SilcError } from '../../src/silc/errors.js';
import { decodePayload, encodePayload, type Codec } from '../../src/silc/packets/codec.js';
import { comparable } from './comparable.js';

export interface CodecSuiteOptions {
  /**
   * The layout runs up to the end of the payload, or may end earlier: octets more or less can be another valid value.
   * Default false: every truncation and every octet too many is an error.
   */
  readonly openEnd?: boolean;
}

/** A value, or SilcError: nothing else comes out of octets from outside. */
function decodeOrRefuse<T>(codec: Codec<T>, octets: Uint8Array): { readonly value: T } | undefined {
  try {
    return { value: decodePayload(codec, octets) };
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
    return undefined;
  }
}

/** Whatever was decoded can be written, or is refused by a SilcError. */
function encodeOrRefuse<T>(codec: Codec<T>, value: T): void {
  try {
    encodePayload(codec, value);
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
  }
}

/** What every payload codec has to stand: to be called at the top of a test file. */
export function codecSuite<T>(
  codec: Codec<T>,
  values: fc.Arbitrary<T>,
  options: CodecSuiteOptions = {},
): void {
  const openEnd = options.openEnd === true;
  describe(`the codec of "${codec.kind}"`, () => {
    test('gives back what it encoded', () => {
      fc.assert(
        fc.property(values, (value) => {
          expect(comparable(decodePayload(codec, encodePayload(codec, value)))).toEqual(comparable(value));
        }),
      );
    });

    test('refuses a payload cut at any place', () => {
      fc.assert(
        fc.property(values, (value) => {
          const whole = encodePayload(codec, value);
          for (let length = 0; length < whole.length; length++) {
            const decoded = decodeOrRefuse(codec, whole.subarray(0, length));
            if (!openEnd) expect(decoded, `cut to ${length} of ${whole.length}`).toBeUndefined();
          }
        }),
        { numRuns: 25 },
      );
    });

    test('refuses an octet too many', () => {
      fc.assert(
        fc.property(values, fc.nat(0xff), (value, octet) => {
          const decoded = decodeOrRefuse(codec, concat(encodePayload(codec, value), Uint8Array.of(octet)));
          if (!openEnd) expect(decoded).toBeUndefined();
        }),
      );
    });

    test('makes a value or a SilcError of random octets', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
          const decoded = decodeOrRefuse(codec, octets);
          if (decoded !== undefined) encodeOrRefuse(codec, decoded.value);
        }),
        { numRuns: 500 },
      );
    });

    test('makes a value or a SilcError of a payload with changed octets', () => {
      const changes = fc.array(fc.tuple(fc.nat(), fc.nat(0xff)), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(values, changes, (value, edits) => {
          const octets = Uint8Array.from(encodePayload(codec, value));
          for (const [place, octet] of edits) if (octets.length > 0) octets[place % octets.length] = octet;
          const decoded = decodeOrRefuse(codec, octets);
          if (decoded !== undefined) encodeOrRefuse(codec, decoded.value);
        }),
        { numRuns: 500 },
      );
    });
  });
}
