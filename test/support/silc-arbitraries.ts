import fc from 'fast-check';
import { parseId, type ChannelId, type ClientId, type ServerId, type TypedId } from '../../src/silc/ids.js';
import type { Argument } from '../../src/silc/packets/argument-list.js';

/** Arbitraries of what SILC payloads are made of. */

export const octets = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });

/** Text whose UTF-8 is valid. */
export const text = (minLength = 0, maxLength = 40): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme', minLength, maxLength });

export const u8 = fc.nat(0xff);
export const u16 = fc.nat(0xffff);
export const u32 = fc.nat(0xffffffff);

const raw = (v4: number, v6: number): fc.Arbitrary<Uint8Array> => fc.oneof(octets(v4, v4), octets(v6, v6));

function typed(type: 1 | 2 | 3, octetsOfId: Uint8Array): Exclude<TypedId, { readonly type: 0 }> {
  const id = parseId(type, octetsOfId);
  if (id.type === 0) throw new Error('no type');
  return id;
}

export const serverIds: fc.Arbitrary<ServerId> = raw(8, 20).map((id) => typed(1, id).id as ServerId);
export const clientIds: fc.Arbitrary<ClientId> = raw(16, 28).map((id) => typed(2, id).id as ClientId);
export const channelIds: fc.Arbitrary<ChannelId> = raw(8, 20).map((id) => typed(3, id).id as ChannelId);

export const someIds: fc.Arbitrary<Exclude<TypedId, { readonly type: 0 }>> = fc.oneof(
  raw(8, 20).map((id) => typed(1, id)),
  raw(16, 28).map((id) => typed(2, id)),
  raw(8, 20).map((id) => typed(3, id)),
);
export const anyIds: fc.Arbitrary<TypedId> = fc.oneof(someIds, fc.constant<TypedId>({ type: 0 }));

export const someArguments = (minOctets: number): fc.Arbitrary<readonly Argument[]> =>
  fc.array(fc.record({ type: u8, data: octets(minOctets, 60) }), { maxLength: 8 });
