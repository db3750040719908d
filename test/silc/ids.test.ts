import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, Reader, toHex, Writer } from '../../src/silc/bytes.js';
import {
  channelId,
  clientId,
  decodeIdPayload,
  encodeIdPayload,
  idBytes,
  idPayload,
  NO_ID,
  parseId,
  serverId,
  type ClientId,
} from '../../src/silc/ids.js';
import { makeChannelId, makeClientId, makeServerId } from '../../src/silc/packets/id-layout.js';
import { withCode } from '../support/silc-error.js';
import { anyIds, channelIds, clientIds, octets, serverIds } from '../support/silc-arbitraries.js';

const malformed = withCode('malformed');

describe('IDs', () => {
  test('are made of their raw octets and give them back', () => {
    fc.assert(
      fc.property(anyIds, (id) => {
        expect(parseId(id.type, idBytes(id))).toEqual(id);
        if (id.type !== 0) expect(toHex(idBytes(id.id))).toBe(id.id);
      }),
    );
  });

  test('are told apart however alike their ends are, and found in the middle of octets', () => {
    const end = Uint8Array.of(7, 7);
    const front = fc.oneof(octets(6, 6), octets(14, 14), octets(18, 18), octets(26, 26));
    fc.assert(
      fc.property(fc.array(front, { minLength: 2 }), octets(0, 9), (fronts, before) => {
        for (const one of fronts) {
          const types = one.length === 14 || one.length === 26 ? [2] : [1, 3];
          for (const type of types) {
            const whole = Uint8Array.of(...before, ...one, ...end, 7);
            const id = parseId(type, whole, before.length, whole.length - 1);
            expect(id).toEqual({ type, id: toHex(Uint8Array.of(...one, ...end)) });
          }
        }
      }),
    );
  });

  test('have the lengths of IPv4 and IPv6 and no other', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3), octets(0, 40), (type, raw) => {
        const fits = (type === 2 ? [16, 28] : [8, 20]).includes(raw.length);
        if (fits) expect(parseId(type, raw)).toMatchObject({ type });
        else expect(() => parseId(type, raw)).toThrow(malformed);
      }),
    );
  });

  test('of no type have no octets, and types above 3 do not exist', () => {
    expect(parseId(0, new Uint8Array(0))).toBe(NO_ID);
    expect(() => parseId(0, new Uint8Array(8))).toThrow(malformed);
    expect(() => parseId(4, new Uint8Array(8))).toThrow(malformed);
  });

  test('survive their payload', () => {
    fc.assert(
      fc.property(serverIds, clientIds, channelIds, (server, client, channel) => {
        expect(decodeIdPayload(encodeIdPayload(serverId(server)), 1)).toBe(server);
        expect(decodeIdPayload(encodeIdPayload(clientId(client)), 2)).toBe(client);
        expect(decodeIdPayload(encodeIdPayload(channelId(channel)), 3)).toBe(channel);
        expect(() => decodeIdPayload(encodeIdPayload(clientId(client)), 3)).toThrow(malformed);
      }),
    );
  });

  test('stand behind one another, each payload ending where its length says', () => {
    fc.assert(
      fc.property(fc.array(anyIds, { maxLength: 5 }), (ids) => {
        const writer = new Writer();
        for (const id of ids) idPayload.encode(id, writer);
        const reader = new Reader(writer.finish());
        expect(ids.map(() => idPayload.decode(reader))).toEqual(ids);
        reader.end('IDs');
      }),
    );
  });

  test('with a payload that is too short or too long are refused', () => {
    const whole = encodeIdPayload(clientId('7f00000185ba5b20727f3e2e4c632e9f' as ClientId));
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeIdPayload(whole.subarray(0, length), 2)).toThrow(malformed);
    }
    expect(() => decodeIdPayload(Uint8Array.from([...whole, 0]), 2)).toThrow(malformed);
  });

  test('are made by servers of address, port and random number', () => {
    const ip = fromHex('0a000001');
    expect(makeServerId(ip, 706, 0xff)).toBe('0a00000102c200ff');
    expect(makeChannelId(ip, 706, 1)).toBe('0a00000102c20001');
    expect(makeClientId(ip, 7, fromHex('f68418110b56950369e543'))).toBe('0a00000107f68418110b56950369e543');
    expect(() => makeServerId(fromHex('0a0000'), 706, 1)).toThrow(malformed);
    expect(() => makeClientId(ip, 7, fromHex('00'))).toThrow(malformed);
  });
});
