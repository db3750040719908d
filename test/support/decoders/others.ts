import { concat, fromHex, fromLatin1, fromUtf8, Reader, utf8 } from '../../../src/silc/bytes.js';
import { readAnswer } from '../../../src/silc/client/people/answered-attributes.js';
import { decodeDetachedSession, encodeDetachedSession } from '../../../src/silc/client/detached-session.js';
import { decodeTunnelled, encodeTunnelled } from '../../../src/silc/client/private-keys/tunnel.js';
import { decodeKeyPayload } from '../../../src/silc/client/messages/signatures.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { PacketDecoder, PacketEncoder } from '../../../src/silc/frame.js';
import { readHeader } from '../../../src/silc/frame-layout.js';
import {
  decodeIdPayload,
  encodeIdPayload,
  NO_ID,
  parseId,
  parseIdOf,
  type ServerId,
} from '../../../src/silc/ids.js';
import { decodeKeyExchange, decodeStart } from '../../../src/silc/ke/payloads.js';
import { channelMessageKey, openWithAny } from '../../../src/silc/messages/message-keys.js';
import { decodeMessage, encodeMessage } from '../../../src/silc/messages/message-payload.js';
import { fragmentInfo } from '../../../src/silc/messages/mime-fragments.js';
import { readMimeContents } from '../../../src/silc/messages/mime-content.js';
import { encodeMime, multipartMime, parseMime } from '../../../src/silc/messages/mime.js';
import { openMessage, protectMessage, tryOpenMessage } from '../../../src/silc/messages/protection.js';
import { readSignature } from '../../../src/silc/messages/signed-part.js';
import { readArguments } from '../../../src/silc/packets/argument-list.js';
import { decodeAttribute } from '../../../src/silc/packets/attribute-value.js';
import { encodePayload, packetCodecs } from '../../../src/silc/packets/index.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { publicKeyPayload } from '../../../src/silc/packets/public-key-payload.js';
import { readChannelId, readClientId } from '../../../src/silc/packets/raw-id.js';
import { decodeText } from '../../../src/silc/packets/text.js';
import { prepareChannelName, prepareHost, prepareNickname } from '../../../src/silc/stringprep/index.js';
import { testKeyPair } from '../keys.js';
import { channelId, clientId, payloadRows } from './payloads.js';
import { anyWorst, block16, repeated, u16, u32, type DecoderRow } from './row.js';

const { publicKey, privateKey } = testKeyPair('k1024v1');
const parties = { sender: clientId, receiver: channelId };
const key = channelMessageKey(nodeBackend, new Uint8Array(32).fill(7), { cipher: 'aes-256-cbc' });
const signer = { key: privateKey, publicKey: publicKey.encoded };
const plain = encodeMessage(nodeBackend, { flags: 0x100, data: utf8('a message'), signer });
const sealed = protectMessage(nodeBackend, key, parties, { flags: 0, data: utf8('a message') });
const sealedOf = (size: number): Uint8Array =>
  protectMessage(nodeBackend, key, parties, {
    flags: 0,
    data: new Uint8Array(Math.max(1, Math.min(size, 65_000))),
  });
const keyPayload = encodePayload(publicKeyPayload, { type: 1, data: publicKey.encoded });
const sampleOf = (what: string): Uint8Array =>
  payloadRows.find((row) => row.what === what)?.sample ?? new Uint8Array(0);

const text = (name: string, of: (text: string) => unknown, sample: string): DecoderRow => ({
  what: name,
  of,
  decode: (octets) => of(decodeText(octets)),
  sample: utf8(sample),
  worst: {
    'combining marks': (size) => concat(utf8('a'), repeated('\u0301\u0316', size)),
    ligatures: (size) => repeated('\ufdfa', size),
    'invisible characters': (size) => repeated('\u200b', size),
  },
});

const nested = (size: number): Uint8Array => {
  let entity = repeated('-', size - 400);
  for (const boundary of ['----d', '----c', '----b', '----a']) {
    const type = `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n`;
    entity = concat(utf8(type), entity, utf8(`\r\n--${boundary}--\r\n`));
  }
  return entity;
};
const multipart = (boundary: string, body: (size: number) => Uint8Array) => (size: number) =>
  concat(utf8(`Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n`), body(size - 60));

const mimeWorst: DecoderRow['worst'] = {
  'nested multiparts': nested,
  'almost the boundary': multipart('-'.repeat(69), (size) => repeated(`${'-'.repeat(70)}x`, size)),
  'empty parts': multipart('b', (size) => repeated('--b\r\n\r\n', size)),
  'quotes behind the boundary': (size) =>
    utf8(`Content-Type: multipart/mixed; boundary=${'"'.repeat(Math.max(0, size - 50))}\r \r\n\r\n`),
  'long boundary': (size) => {
    const boundary = '-'.repeat(Math.max(0, size / 2 - 30));
    return utf8(`Content-Type: multipart/mixed; boundary=${boundary}x\r\n\r\n${boundary}`);
  },
  fields: (size) => repeated('a: b\r\n', size),
  'long field': (size) => concat(repeated('a', size - 5), utf8(': b\r\n')),
  'blanks before a value': (size) => concat(utf8('a:'), repeated(' ', size - 5), utf8('b\r\n')),
  'carriage returns': (size) => repeated('\r', size),
  'line ends': (size) => repeated('\r\n', size),
};

const session = {
  clientId,
  nickname: 'nick',
  userMode: 0,
  server: { id: '7f000001452e00ff' as ServerId, fingerprint: '00'.repeat(20) },
  channels: [
    {
      ...{
        name: 'channel',
        id: channelId,
        mode: 0,
        topic: undefined,
        userLimit: undefined,
        hmac: 'hmac-sha1-96',
      },
      members: [{ clientId, nickname: 'nick', mode: 1 }],
    },
  ],
  watches: { nicknames: ['friend'], publicKeys: ['00'] },
  negotiatedWith: [clientId],
};

function unframed(octets: Uint8Array, step: number): number {
  const decoder = new PacketDecoder(nodeBackend);
  let packets = 0;
  for (let at = 0; at < octets.length; at += step) {
    decoder.push(octets.subarray(at, at + step));
    while (decoder.next() !== undefined) packets++;
  }
  return packets;
}
const packetOf = (length: number): Uint8Array =>
  new PacketEncoder(nodeBackend).encode({
    ...{ type: PacketType.heartbeat, flags: 0, source: NO_ID, destination: NO_ID },
    payload: new Uint8Array(length),
  });
const packetWorst: DecoderRow['worst'] = {
  'short packets': (size) => repeated(packetOf(1), size),
  'one long packet': (size) => packetOf(Math.min(size, 65_000)),
};

const table = packetCodecs;
const empty = Uint8Array.of(0, 0, 1);

/** Decoders that are no codec of a payload. */
export const otherRows: readonly DecoderRow[] = [
  { what: 'UTF-8', of: fromUtf8, decode: fromUtf8, sample: utf8('ä€😀') },
  { what: 'ISO 8859-1', of: fromLatin1, decode: fromLatin1, sample: Uint8Array.of(0xe4) },
  { what: 'hex', of: fromHex, decode: (octets) => fromHex(decodeText(octets)), sample: utf8('00ff') },
  { what: 'text of some charset', of: decodeText, decode: decodeText, sample: utf8('ä€😀') },
  text('nickname', prepareNickname, 'Straße'),
  text('host name', prepareHost, 'host.example'),
  text('channel name', prepareChannelName, 'Käse'),
  { what: 'packet header', of: readHeader, decode: readHeader, sample: packetOf(5) },
  {
    what: 'packets, octet by octet',
    of: PacketDecoder,
    decode: (octets) => unframed(octets, 1),
    sample: packetOf(5),
    worst: packetWorst,
  },
  {
    what: 'packets at once',
    of: PacketDecoder,
    decode: (octets) => unframed(octets, octets.length),
    sample: packetOf(5),
    worst: packetWorst,
  },
  { what: 'ID', of: parseId, decode: (octets) => parseId(2, octets), sample: fromHex(clientId) },
  {
    what: 'ID of a type',
    of: parseIdOf,
    decode: (octets) => parseIdOf(3, octets),
    sample: fromHex(channelId),
  },
  {
    what: 'ID payload of a type',
    of: decodeIdPayload,
    decode: (octets) => decodeIdPayload(octets, 2),
    sample: encodeIdPayload({ type: 2, id: clientId }),
  },
  {
    what: 'raw Client ID',
    of: readClientId,
    decode: (octets) => readClientId(new Reader(octets)),
    sample: block16(fromHex(clientId)),
  },
  {
    what: 'raw Channel ID',
    of: readChannelId,
    decode: (octets) => readChannelId(new Reader(octets)),
    sample: block16(fromHex(channelId)),
  },
  {
    what: 'arguments by count',
    of: readArguments,
    decode: (octets) => readArguments(new Reader(octets), Math.floor(octets.length / 3)),
    sample: empty,
    worst: { 'empty arguments': (size) => repeated(empty, size) },
  },
  {
    what: 'key exchange start',
    of: decodeStart,
    decode: decodeStart,
    sample: encodePayload(table[13], startOf()),
  },
  {
    what: 'key exchange payload',
    of: decodeKeyExchange,
    decode: decodeKeyExchange,
    sample: sampleOf('key exchange'),
  },
  {
    what: 'public key payload, with its key',
    of: decodeKeyPayload,
    decode: decodeKeyPayload,
    sample: keyPayload,
  },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17].map((type) => ({
    what: `attribute ${type}`,
    of: decodeAttribute,
    decode: (data: Uint8Array) => decodeAttribute({ type, flags: 2, data }),
    sample: type === 2 ? concat(u32(1), u16(0), new Uint8Array(7)) : new Uint8Array(20),
  })),
  {
    what: 'answered attributes',
    of: readAnswer,
    decode: (octets) =>
      readAnswer(octets, { backend: nodeBackend, serverKey: publicKey, fingerprint: undefined }),
    sample: Uint8Array.of(4, 2, 0, 3, 0, 1, 97),
    worst: { 'empty attributes': (size) => repeated(Uint8Array.of(4, 2, 0, 0), size) },
  },
  { what: 'message in the clear', of: decodeMessage, decode: decodeMessage, sample: plain },
  {
    what: 'signature part',
    of: readSignature,
    decode: (octets) => readSignature(octets, new Reader(octets)),
    sample: concat(keyPayload, block16(new Uint8Array(128))),
  },
  ...[
    { what: 'message', of: openMessage, open: openMessage },
    { what: 'message, tried', of: tryOpenMessage, open: tryOpenMessage },
  ].map(({ what, of, open }) => ({
    ...{ what, of, sample: sealed, worst: { 'right MAC': sealedOf } },
    decode: (octets: Uint8Array) => open(nodeBackend, key, parties, octets),
  })),
  {
    what: 'message under one of many keys',
    of: openWithAny,
    decode: (octets) => openWithAny(nodeBackend, [key, key, key], parties, octets),
    sample: sealed,
    worst: { 'right MAC': sealedOf },
  },
  {
    what: 'MIME entity',
    of: parseMime,
    decode: parseMime,
    sample: encodeMime(
      multipartMime('mixed', 'b', [
        { fields: [{ name: 'Content-Type', value: 'text/plain' }], body: utf8('one') },
        { fields: [{ name: 'Content-Type', value: 'message/partial; id="x"; number=1' }], body: utf8('two') },
      ]),
    ),
    worst: mimeWorst,
  },
  {
    what: 'MIME contents',
    of: readMimeContents,
    decode: (octets) => readMimeContents(parseMime(octets)),
    sample: utf8(
      'Content-Type: text/plain; charset=utf-8; name="x"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=20b',
    ),
    worst: {
      ...mimeWorst,
      'soft breaks': (size) =>
        concat(utf8('Content-Transfer-Encoding: quoted-printable\r\n\r\n'), repeated('=', size - 50)),
      base64: (size) =>
        concat(utf8('Content-Transfer-Encoding: base64\r\n\r\n'), repeated('AAAA', size - 40)),
      parameters: (size) =>
        concat(utf8('Content-Type: a/b'), repeated(';x*0=1', size - 40), utf8('\r\n\r\n')),
    },
  },
  {
    what: 'MIME fragment',
    of: fragmentInfo,
    decode: (octets) => fragmentInfo(parseMime(octets)),
    sample: utf8('Content-Type: message/partial; id="x"; number=1; total=2\r\n\r\nbody'),
    worst: {
      semicolons: (size) =>
        concat(utf8('Content-Type: message/partial'), repeated('; ', size - 40), utf8('\r\n\r\n')),
      blanks: (size) =>
        concat(utf8('Content-Type: message/partial;'), repeated(' ', size - 40), utf8('x\r\n\r\n')),
      IDs: (size) =>
        concat(utf8('Content-Type: message/partial'), repeated(';id=', size - 40), utf8('\r\n\r\n')),
    },
  },
  {
    what: 'packet in a private message',
    of: decodeTunnelled,
    decode: (octets) => decodeTunnelled(nodeBackend, octets, clientId),
    sample: decodeMessage(
      encodeTunnelled(nodeBackend, { type: 13, payload: Uint8Array.of(1) }, clientId, clientId),
    ).data,
  },
  {
    what: 'detached session',
    of: decodeDetachedSession,
    decode: decodeDetachedSession,
    sample: encodeDetachedSession(session),
    worst: {
      members: (size) => {
        const member = { clientId, nickname: undefined, mode: 1 };
        const [channel] = session.channels;
        const members = Array.from({ length: Math.floor(size / 24) }, () => member);
        const channels = channel === undefined ? [] : [{ ...channel, members }];
        return encodeDetachedSession({ ...session, channels });
      },
      'length that lies': (size) =>
        concat(encodeDetachedSession(session).subarray(0, -30), anyWorst['ones']?.(size) ?? empty),
    },
  },
];

function startOf() {
  const names = ['aes-256-cbc'];
  return {
    ...{ flags: 0, cookie: new Uint8Array(16), version: 'SILC-1.2-1.1.13 x', groups: names, pkcs: ['rsa'] },
    ...{ ciphers: names, hashes: names, hmacs: names, compressions: ['none'] },
  };
}
