import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, Reader, toHex, utf8, Writer } from '../../../src/silc/bytes.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { sftpAttributes } from '../../../src/silc/sftp/attributes.js';
import { sftpPacket, type SftpPacket } from '../../../src/silc/sftp/packet.js';
import { codecSuite } from '../../support/codec-suite.js';
import { withCode } from '../../support/silc-error.js';

const u32 = fc.nat(0xffff_ffff);
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const octets = fc.uint8Array({ maxLength: 40 });
const handle = fc.uint8Array({ maxLength: 256 });
const attributes = fc.record(
  {
    size: u64,
    owner: fc.record({ uid: u32, gid: u32 }),
    permissions: u32,
    times: fc.record({ accessed: u32, modified: u32 }),
  },
  { requiredKeys: [] },
);
const names = fc.array(fc.record({ name: octets, longName: fc.string(), attributes }), { maxLength: 4 });

const packets: fc.Arbitrary<SftpPacket> = fc.oneof(
  fc.record({ type: fc.constantFrom('init', 'version'), version: u32 }),
  fc.record({ type: fc.constant('open'), id: u32, path: octets, flags: u32 }),
  fc.record({ type: fc.constantFrom('close', 'readdir', 'handle'), id: u32, handle }),
  fc.record({ type: fc.constant('read'), id: u32, handle, offset: u64, length: u32 }),
  fc.record({ type: fc.constant('opendir'), id: u32, path: octets }),
  fc.record({ type: fc.constant('status'), id: u32, status: u32, message: fc.string() }),
  fc.record({ type: fc.constant('data'), id: u32, data: octets }),
  fc.record({ type: fc.constant('name'), id: u32, names }),
  fc.record({ type: fc.constant('other'), code: fc.constantFrom(6, 17, 105, 200), id: u32 }),
);

codecSuite(sftpPacket, packets);

describe('the layout of an SFTP packet', () => {
  const layouts: readonly (readonly [SftpPacket, string])[] = [
    [{ type: 'init', version: 3 }, '00000004 01 00000003'],
    [{ type: 'version', version: 3 }, '00000004 02 00000003'],
    [{ type: 'opendir', id: 0, path: utf8('') }, '00000008 0b 00000000 00000000'],
    [{ type: 'handle', id: 0, handle: fromHex('00000001') }, '0000000c 66 00000000 00000004 00000001'],
    [
      { type: 'open', id: 2, path: utf8('a.txt'), flags: 1 },
      '00000015 03 00000002 00000005 612e747874 00000001 00000000',
    ],
    [
      { type: 'read', id: 4, handle: fromHex('00000001'), offset: 0x1_0000_0000n, length: 64_511 },
      '00000018 05 00000004 00000004 00000001 0000000100000000 0000fbff',
    ],
    [{ type: 'data', id: 4, data: utf8('xyz') }, '0000000b 67 00000004 00000003 78797a'],
    [{ type: 'status', id: 5, status: 1, message: '' }, '00000010 65 00000005 00000001 00000000 00000000'],
    [
      { type: 'name', id: 1, names: [{ name: utf8('a'), longName: 'b', attributes: { size: 7n } }] },
      '0000001e 68 00000001 00000001 00000001 61 00000001 62 00000001 0000000000000007',
    ],
  ];

  test.each(layouts)('of %o has a length that does not count the type', (packet, spaced) => {
    const hex = spaced.replaceAll(' ', '');
    expect(toHex(encodePayload(sftpPacket, packet))).toBe(hex);
    expect(decodePayload(sftpPacket, fromHex(hex))).toMatchObject(packet);
  });

  test('may end a status behind its code, as older versions do', () => {
    const packet = decodePayload(sftpPacket, fromHex('00000008650000000500000001'));
    expect(packet).toEqual({ type: 'status', id: 5, status: 1, message: '' });
  });

  test('lets extensions of INIT and attributes of OPEN pass unread', () => {
    expect(decodePayload(sftpPacket, fromHex('0000000601000000030102'))).toEqual({
      type: 'init',
      version: 3,
    });
    const open = decodePayload(
      sftpPacket,
      fromHex('0000000e03 00000002 00000000 00000001 ffff'.replaceAll(' ', '')),
    );
    expect(open).toMatchObject({ type: 'open', flags: 1 });
  });

  test.each([
    ['a length beyond every packet', 'ffffffff65', 'limit'],
    ['a type that does not exist', '00000004 ff 00000000', 'unsupported'],
    ['a handle that is too long', '00000108 66 00000000 00000101', 'malformed'],
    ['more names than there is room for', '00000008 68 00000000 ffffffff', 'limit'],
  ] as const)('refuses %s', (_what, spaced, code) => {
    expect(() => decodePayload(sftpPacket, fromHex(spaced.replaceAll(' ', '')))).toThrow(withCode(code));
  });

  test('carries no more than fits a SILC packet', () => {
    const data = new Uint8Array(65_000);
    expect(() => encodePayload(sftpPacket, { type: 'data', id: 1, data })).toThrow(withCode('limit'));
  });
});

describe('extended attributes', () => {
  const extended = (count: number, pairs: number): Reader => {
    const writer = new Writer().u32(0x8000_0001).u64(9n).u32(count);
    for (let i = 0; i < pairs; i++) writer.block32(utf8('type')).block32(utf8('value'));
    return new Reader(writer.finish());
  };

  test('are read over', () => {
    const reader = extended(2, 2);
    expect(sftpAttributes.decode(reader)).toMatchObject({ size: 9n });
    expect(reader.remaining).toBe(0);
  });

  test('are refused where there are more than anybody has', () => {
    expect(() => sftpAttributes.decode(extended(65, 65))).toThrow(withCode('limit'));
    expect(() => sftpAttributes.decode(extended(3, 2))).toThrow(withCode('malformed'));
  });
});
