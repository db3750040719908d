import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/silc/bytes.js';
import { decodeAttribute, encodeAttribute } from '../../../src/silc/packets/attribute-value.js';
import {
  AttributeFlag,
  AttributeType,
  serverSigned,
  userSigned,
} from '../../../src/silc/packets/attributes.js';
import { authenticationPayload } from '../../../src/silc/packets/authentication-payload.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { keyExchangeStartPayload } from '../../../src/silc/packets/key-exchange-start.js';
import { keyExchangePayload } from '../../../src/silc/packets/key-exchange.js';
import { newClientPayload } from '../../../src/silc/packets/new-client.js';
import { packetCodecs, PacketType } from '../../../src/silc/packets/index.js';
import { Status, statusText } from '../../../src/silc/status.js';
import { withCode } from '../../support/silc-error.js';

const malformed = withCode('malformed');
const usage = withCode('usage');

describe('commands', () => {
  test('leave out arguments without data', () => {
    const args = [
      { type: 1, data: new Uint8Array(0) },
      { type: 2, data: fromHex('07') },
    ];
    expect(toHex(encodePayload(commandPayload, { command: 4, ident: 0x1234, args }))).toBe(
      '000a040112340001' + '0207',
    );
  });

  test('with number 0 are refused', () => {
    expect(() => decodePayload(commandPayload, fromHex('000600000001'))).toThrow(malformed);
  });
});

describe('key exchange payloads', () => {
  const start = {
    flags: 4,
    cookie: new Uint8Array(16),
    version: 'SILC-1.2-1.1 test',
    groups: ['diffie-hellman-group2'],
    pkcs: ['rsa', 'rsa'],
    ciphers: ['aes-256-cbc'],
    hashes: ['sha1'],
    hmacs: ['hmac-sha1-96'],
    compressions: [],
  };

  test('are refused with the reserved octet set', () => {
    const octets = Uint8Array.from(encodePayload(keyExchangeStartPayload, start));
    octets[0] = 1;
    expect(() => decodePayload(keyExchangeStartPayload, octets)).toThrow(malformed);
  });

  test('are refused without an item in a list that has to have one', () => {
    const octets = encodePayload(keyExchangeStartPayload, { ...start, hmacs: [] });
    expect(() => decodePayload(keyExchangeStartPayload, octets)).toThrow(malformed);
  });

  test('want a cookie of 16 octets', () => {
    expect(() => encodePayload(keyExchangeStartPayload, { ...start, cookie: new Uint8Array(15) })).toThrow(
      usage,
    );
  });

  test('lose the leading zeros of the public value, and are refused where it is short', () => {
    const key = { publicKeyType: 1, publicKey: new Uint8Array(0), signature: new Uint8Array(0) };
    const padded = concat(Uint8Array.of(0, 0), new Uint8Array(15).fill(7));
    const octets = encodePayload(keyExchangePayload, { ...key, publicValue: padded });
    expect(decodePayload(keyExchangePayload, octets).publicValue).toHaveLength(15);
    const short = encodePayload(keyExchangePayload, { ...key, publicValue: new Uint8Array(15).fill(7) });
    expect(() => decodePayload(keyExchangePayload, short)).toThrow(malformed);
  });

  test('are refused with a public key type that does not exist', () => {
    const value = {
      publicKey: new Uint8Array(3),
      publicValue: new Uint8Array(16).fill(1),
      signature: new Uint8Array(0),
    };
    for (const publicKeyType of [0, 6]) {
      const octets = encodePayload(keyExchangePayload, { ...value, publicKeyType });
      expect(() => decodePayload(keyExchangePayload, octets)).toThrow(malformed);
    }
  });
});

describe('authentication payloads', () => {
  test.each([
    ['a passphrase beside random data', '000b0001' + '0001' + 'aa' + '000262' + '62'],
    ['a signature over too little random data', '000b0002' + '0001' + 'aa' + '000262' + '62'],
    ['no data', '0008000100000000'],
    ['a length that lies', '000c000100000002' + '6262'],
  ])('are refused with %s', (_, hex) => {
    expect(() => decodePayload(authenticationPayload, fromHex(hex))).toThrow(malformed);
  });

  test('cannot carry an empty passphrase', () => {
    const value = { method: 1, random: new Uint8Array(0), data: new Uint8Array(0) };
    expect(() => encodePayload(authenticationPayload, value)).toThrow(usage);
  });
});

test('a new client without user name is refused', () => {
  expect(() => decodePayload(newClientPayload, fromHex('00000000'))).toThrow(malformed);
});

describe('attributes', () => {
  test('without data have no value, and data beyond the layout is refused', () => {
    const mood = { type: AttributeType.statusMood, flags: AttributeFlag.valid, data: new Uint8Array(0) };
    expect(decodeAttribute(mood)).toBeUndefined();
    expect(decodeAttribute({ ...mood, data: fromHex('00000400') })).toEqual({ kind: 'mask', mask: 0x400 });
    expect(() => decodeAttribute({ ...mood, data: fromHex('0000040000') })).toThrow(malformed);
    expect(() => decodeAttribute({ ...mood, data: fromHex('000004') })).toThrow(malformed);
  });

  test('that are invalid or unknown have no value', () => {
    const data = fromHex('00000001');
    expect(
      decodeAttribute({ type: AttributeType.statusMood, flags: AttributeFlag.invalid, data }),
    ).toBeUndefined();
    expect(decodeAttribute({ type: 99, flags: AttributeFlag.valid, data })).toBeUndefined();
  });

  test('are all signed by the user but for signatures, and by the server but for its own', () => {
    const list = [12, 3, 14, 15].map((type) =>
      encodeAttribute(type, { kind: 'signature', signature: Uint8Array.of(type) }),
    );
    expect(userSigned(list).map(({ type }) => type)).toEqual([12, 3]);
    expect(serverSigned(list).map(({ type }) => type)).toEqual([12, 3, 14]);
  });
});

describe('the tables', () => {
  test('have a codec for every packet with a payload of its own', () => {
    const without = Object.values(PacketType).filter((type) => !Object.hasOwn(packetCodecs, type));
    expect(without).toEqual([
      PacketType.reject,
      PacketType.error,
      PacketType.channelMessage,
      PacketType.privateMessage,
      PacketType.newServer,
      PacketType.newChannel,
      PacketType.rekey,
      PacketType.rekeyDone,
      PacketType.heartbeat,
      PacketType.resumeRouter,
      PacketType.ack,
    ]);
  });

  test('have a text for every status', () => {
    for (const status of Object.values(Status)) expect(statusText(status)).not.toMatch(/^status /);
    expect(statusText(200)).toBe('status 200');
  });
});
