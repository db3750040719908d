import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat } from '../../src/silc/bytes.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../src/silc/errors.js';
import {
  MAX_PACKET_LENGTH,
  PacketDecoder,
  PacketEncoder,
  type DirectionKeys,
  type Packet,
} from '../../src/silc/frame.js';
import { anyIds, octets, u8 } from '../support/silc-arbitraries.js';
import { cut, mutated, mutations } from './support/mutations.js';

const keys = (cipher: DirectionKeys['cipher'], hmac: DirectionKeys['hmac']): DirectionKeys => ({
  cipher,
  hmac,
  encryptionKey: new Uint8Array(32).fill(1),
  iv: new Uint8Array(16).fill(2),
  hmacKey: new Uint8Array(20).fill(3),
});

const protections = [
  undefined,
  keys('aes-256-cbc', 'hmac-sha1-96'),
  keys('aes-256-ctr', 'hmac-sha256-96'),
  keys('aes-256-cbc', 'hmac-md5'),
] as const;

const packets = fc.array(
  fc.record({ type: u8, flags: u8, source: anyIds, destination: anyIds, payload: octets(1, 300) }),
  { minLength: 1, maxLength: 5 },
);

/** Takes packets until there is none, or the decoder has given up. */
function take(decoder: PacketDecoder, found: Packet[]): SilcError | undefined {
  try {
    for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) found.push(packet);
    return undefined;
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
    return error;
  }
}

test.each(protections.map((protection, i) => [protection?.cipher ?? 'none', i] as const))(
  'a changed stream of packets under %s becomes packets or one lasting SilcError (%i)',
  (_name, index) => {
    const protection = protections[index];
    fc.assert(
      fc.property(
        packets,
        mutations,
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
        (sent, changes, sizes) => {
          const encoder = new PacketEncoder(nodeBackend);
          const decoder = new PacketDecoder(nodeBackend);
          encoder.setKeys(protection);
          decoder.setKeys(protection);
          const wire = concat(...sent.map((packet) => encoder.encode(packet)));
          const arrived = mutated(wire, changes);
          const found: Packet[] = [];
          let failure: SilcError | undefined;
          for (const piece of cut(arrived, sizes)) {
            decoder.push(piece);
            const error = take(decoder, found);
            // Once broken, for ever broken, and by the same error.
            if (failure !== undefined) expect(error).toBe(failure);
            failure = error;
          }
          for (const { payload } of found) expect(payload.length).toBeLessThanOrEqual(MAX_PACKET_LENGTH);
          if (changes.length === 0) expect(found).toEqual(sent);
          // Under a MAC nothing that was changed gets through.
          if (protection !== undefined) expect(sent.slice(0, found.length)).toEqual(found);
        },
      ),
      { numRuns: 400 },
    );
  },
);
