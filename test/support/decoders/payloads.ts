import { concat, fromHex, utf8 } from '../../../src/silc/bytes.js';
import { idPayload, type ChannelId, type ClientId } from '../../../src/silc/ids.js';
import { argumentList, countedArgumentList } from '../../../src/silc/packets/argument-list.js';
import { attributeList } from '../../../src/silc/packets/attributes.js';
import { authenticationPayload } from '../../../src/silc/packets/authentication-payload.js';
import { channelPayload, channelPayloadList } from '../../../src/silc/packets/channel-payload.js';
import { decodePayload, encodePayload, type Codec } from '../../../src/silc/packets/codec.js';
import { idPayloadList } from '../../../src/silc/packets/id-payload.js';
import { packetCodecs } from '../../../src/silc/packets/index.js';
import { decodeNotify, encodeNotify, notifyPayload } from '../../../src/silc/packets/notify.js';
import { publicKeyPayload } from '../../../src/silc/packets/public-key-payload.js';
import { sftpAttributes } from '../../../src/silc/sftp/attributes.js';
import { sftpPacket } from '../../../src/silc/sftp/packet.js';
import { testKeyPair } from '../keys.js';
import { block16, NOTHING, repeated, u16, u32, type DecoderRow } from './row.js';

export const clientId = '7f0000010102030405060708090a0b0c' as ClientId;
export const channelId = '7f00000102c00001' as ChannelId;
const publicKey = testKeyPair('k1024v1').publicKey.encoded;
const emptyArgument = Uint8Array.of(0, 0, 1);
const aClientId = concat(u16(2), block16(fromHex(clientId)));

function row<T>(codec: Codec<T>, sample: T, worst?: DecoderRow['worst']): DecoderRow {
  return {
    what: codec.kind,
    of: codec,
    decode: (octets) => {
      const value = decodePayload(codec, octets);
      // Whatever was decoded can be written, or is refused with a typed error as well.
      encodePayload(codec, value);
      return value;
    },
    sample: encodePayload(codec, sample),
    worst,
  };
}

/** Notify payload of a type with so many arguments; the counter counts modulo 256. */
const notifyOf = (type: number, count: number, args: Uint8Array): Uint8Array =>
  concat(u16(type), u16(5 + args.length), Uint8Array.of(count % 256), args);
const serverSignoff = (unit: Uint8Array, size: number): Uint8Array => {
  const args = repeated(unit, size - 5);
  return notifyOf(11, args.length / unit.length, args);
};
const clientArgument = concat(u16(aClientId.length), Uint8Array.of(2), aClientId);

const command = {
  command: 14,
  ident: 7,
  args: [
    { type: 1, data: utf8('channel') },
    { type: 2, data: aClientId },
  ],
};
const manyArguments = (size: number): Uint8Array => {
  const empty = repeated(emptyArgument, 254 * 3);
  const last = new Uint8Array(Math.max(0, size - 6 - empty.length - 3));
  const args = concat(empty, u16(last.length), Uint8Array.of(2), last);
  return concat(u16(6 + args.length), Uint8Array.of(14, 255), u16(1), args);
};
const keyExchangeStart = (list: (size: number) => Uint8Array) => (size: number) => {
  const fields = Array.from({ length: 7 }, () => block16(list(Math.min(4096, (size - 34) / 7))));
  const body = concat(new Uint8Array(16), ...fields);
  return concat(Uint8Array.of(0, 0), u16(4 + body.length), body);
};
const authentication = { method: 2, random: new Uint8Array(128).fill(1), data: new Uint8Array(128).fill(2) };

const table = packetCodecs;

/** Codecs of payloads: packets, what is inside of them, and SFTP. */
export const payloadRows: readonly DecoderRow[] = [
  row(table[1], { status: 48, text: 'Too many connections' }),
  row(table[2], 0),
  row(notifyPayload, encodeNotify({ type: 'leave', clientId }), {
    'empty arguments': (size) => serverSignoff(emptyArgument, size),
  }),
  row(table[8], { channelId, cipher: 'aes-256-cbc', key: new Uint8Array(32) }),
  row(table[10], { cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96' }),
  row(table[11], command, { 'many arguments': manyArguments }),
  row(
    table[13],
    {
      flags: 6,
      cookie: new Uint8Array(16).fill(5),
      version: 'SILC-1.2-1.1.13 x',
      groups: ['diffie-hellman-group2', 'diffie-hellman-group1'],
      pkcs: ['rsa', 'rsa'],
      ciphers: ['aes-256-ctr', 'aes-256-cbc'],
      hashes: ['sha256', 'sha1'],
      hmacs: ['hmac-sha256-96', 'hmac-sha1-96'],
      compressions: ['none'],
    },
    {
      'empty names': keyExchangeStart((size) => repeated(',', size)),
      'one name': keyExchangeStart((size) => repeated('a', size)),
    },
  ),
  row(table[14], {
    publicKeyType: 1,
    publicKey,
    publicValue: new Uint8Array(128).fill(9),
    signature: new Uint8Array(128).fill(8),
  }),
  row(table[16], { connectionType: 1, method: 2 }),
  row(table[17], { connectionType: 1, data: utf8('passphrase') }),
  row(table[18], { type: 2, id: clientId }),
  row(table[19], { username: 'user', realName: 'Real Name', nickname: 'nick' }),
  row(table[25], { host: '192.0.2.1', protocol: 0, port: 5222 }),
  row(table[27], { type: 1, data: new Uint8Array(20) }),
  row(table[28], { clientId, authentication }),
  row(argumentList, [{ type: 1, data: utf8('x') }], {
    'empty arguments': (size) => repeated(emptyArgument, size),
  }),
  row(countedArgumentList, [{ type: 1, data: utf8('x') }], {
    'empty arguments': (size) => concat(u16(Math.floor(size / 3)), repeated(emptyArgument, size)),
  }),
  row(attributeList, [{ type: 4, flags: 2, data: block16(utf8('x')) }], {
    'empty attributes': (size) => repeated(Uint8Array.of(4, 2, 0, 0), size),
  }),
  row(authenticationPayload, authentication),
  row(channelPayload, { name: 'channel', channelId, mode: 0 }),
  row(channelPayloadList, [{ name: 'channel', channelId, mode: 0 }], {
    'short names': (size) => repeated(concat(block16(utf8('x')), block16(fromHex(channelId)), u32(0)), size),
  }),
  row(idPayloadList, [{ type: 2, id: clientId }], { IDs: (size) => repeated(aClientId, size) }),
  row(publicKeyPayload, { type: 1, data: publicKey }),
  row(
    sftpPacket,
    { type: 'data', id: 1, data: utf8('octets') },
    {
      'short names': (size) => {
        const names = repeated(new Uint8Array(12), Math.min(size, 256 * 12));
        const body = concat(u32(1), u32(names.length / 12), names);
        return concat(u32(body.length), Uint8Array.of(104), body);
      },
    },
  ),
  {
    ...row({ kind: 'SFTP attributes', ...sftpAttributes }, { size: 5n, permissions: 0o644 }),
    of: sftpAttributes,
  },
  { ...row({ kind: 'ID payload', ...idPayload }, { type: 2, id: clientId }), of: idPayload },
  {
    what: 'notify, with its arguments',
    of: decodeNotify,
    decode: (octets) => decodeNotify(decodePayload(notifyPayload, octets)),
    sample: encodePayload(notifyPayload, encodeNotify({ type: 'leave', clientId })),
    worst: {
      'server signoff of many': (size) => serverSignoff(clientArgument, size),
      'list of empty entries': (size) => {
        const list = concat(u16(Math.floor((size - 40) / 3)), repeated(emptyArgument, size - 40));
        const channel = concat(u16(3), block16(fromHex(channelId)));
        const args = [concat(u16(channel.length), Uint8Array.of(1), channel)];
        args.push(concat(u16(list.length), Uint8Array.of(3), list));
        return notifyOf(15, 2, concat(...args, NOTHING));
      },
    },
  },
];
