import { describe, expect, it } from 'vitest';
import { fromHex, utf8 } from '../../../src/silc/bytes.js';
import { commandByNumber, decodeReply } from '../../../src/silc/commands/index.js';

/**
 * Every argument of every reply, one octet string each, written by hand: so the numbers and the
 * layouts do not come from the encoders that stand beside the decoders.
 */

const client = '7f000001' + '07' + '22'.repeat(11);
const channel = '7f000001c2a90042';
const server = '7f000001c2a90001';
const idPayload = (type: number, id: string): string =>
  `000${type}${(id.length / 2).toString(16).padStart(4, '0')}${id}`;
const [ofClient, ofChannel, ofServer] = [idPayload(2, client), idPayload(3, channel), idPayload(1, server)];
const text = (value: string): string => Buffer.from(utf8(value)).toString('hex');
const octets = (hex: string): Uint8Array => fromHex(hex);

interface Row {
  readonly number: number;
  readonly name: string;
  /** Argument number: octets in hex, the field that they become, and its value. */
  readonly args: readonly (readonly [number, string, string, unknown])[];
}

const mask = (hex: string): string => `0001000601${hex}`;
const evil = [{ type: 1, data: utf8('evil!*') }];
const key = '00080001deadbeef01020304';

const person = [
  [2, ofClient, 'clientId', client],
  [3, text('bob@silc.test'), 'nickname', 'bob@silc.test'],
  [4, text('robert@host'), 'user', 'robert@host'],
  [5, text('Bob Builder'), 'realName', 'Bob Builder'],
] as const;
const list = [
  [2, ofChannel, 'channelId', channel],
  [3, mask(text('evil!*')), 'entries', evil],
] as const;
const members = `${ofClient}${ofClient}`;

const rows: readonly Row[] = [
  {
    number: 1,
    name: 'WHOIS',
    args: [
      ...person,
      [
        6,
        `0004${text('open')}0008${channel}00000011`,
        'channels',
        [{ name: 'open', channelId: channel, mode: 0x11 }],
      ],
      [7, '00000805', 'mode', 0x805],
      [8, '00000e10', 'idleSeconds', 3600],
      [9, 'ab'.repeat(20), 'fingerprint', octets('ab'.repeat(20))],
      [10, '0000000300000020', 'channelUserModes', [3, 0x20]],
      [11, '030200040000000a', 'attributes', octets('030200040000000a')],
    ],
  },
  { number: 2, name: 'WHOWAS', args: person },
  {
    number: 3,
    name: 'IDENTIFY',
    args: [
      [2, ofServer, 'id', { type: 1, id: server }],
      [3, text('silc.test'), 'name', 'silc.test'],
      [4, text('robert@host'), 'info', 'robert@host'],
    ],
  },
  {
    number: 4,
    name: 'NICK',
    args: [
      [2, ofClient, 'clientId', client],
      [3, text('Köbi'), 'nickname', 'Köbi'],
    ],
  },
  {
    number: 5,
    name: 'LIST',
    args: [
      [2, ofChannel, 'channelId', channel],
      [3, text('open'), 'name', 'open'],
      [4, text('the topic'), 'topic', 'the topic'],
      [5, '00000102', 'users', 258],
    ],
  },
  {
    number: 6,
    name: 'TOPIC',
    args: [
      [2, ofChannel, 'channelId', channel],
      [3, text('the topic'), 'topic', 'the topic'],
    ],
  },
  { number: 7, name: 'INVITE', args: list },
  { number: 8, name: 'QUIT', args: [] },
  { number: 9, name: 'KILL', args: [[2, ofClient, 'clientId', client]] },
  {
    number: 10,
    name: 'INFO',
    args: [
      [2, ofServer, 'serverId', server],
      [3, text('silc.test'), 'name', 'silc.test'],
      [4, text('location: here'), 'text', 'location: here'],
    ],
  },
  {
    number: 11,
    name: 'STATS',
    args: [
      [2, ofServer, 'serverId', server],
      [
        3,
        Array.from({ length: 15 }, (_, i) => (i + 1).toString(16).padStart(8, '0')).join(''),
        'statistics',
        {
          startTime: 1,
          uptime: 2,
          myClients: 3,
          myChannels: 4,
          myServerOperators: 5,
          myRouterOperators: 6,
          cellClients: 7,
          cellChannels: 8,
          cellServers: 9,
          clients: 10,
          channels: 11,
          servers: 12,
          routers: 13,
          serverOperators: 14,
          routerOperators: 15,
        },
      ],
    ],
  },
  { number: 12, name: 'PING', args: [] },
  { number: 13, name: 'OPER', args: [] },
  {
    number: 14,
    name: 'JOIN',
    args: [
      [2, text('Käse'), 'name', 'Käse'],
      [3, ofChannel, 'channelId', channel],
      [4, ofClient, 'clientId', client],
      [5, '00000010', 'mode', 0x10],
      [6, '00000001', 'created', 1],
      [7, '0008' + channel + '000b' + text('aes-256-cbc') + '0002abcd', 'channelKey', undefined],
      [8, mask(text('evil!*')), 'bans', evil],
      [9, mask(text('evil!*')), 'invites', evil],
      [10, text('the topic'), 'topic', 'the topic'],
      [11, text('hmac-sha1-96'), 'hmac', 'hmac-sha1-96'],
      [12, '00000002', 'memberCount', 2],
      [13, members, 'members', [client, client]],
      [14, '0000000300000000', 'memberModes', [3, 0]],
      [15, key, 'founderKey', octets(key)],
      [16, `0001000c00${key}`, 'channelKeys', [{ type: 0, data: octets(key) }]],
      [17, '0000000c', 'userLimit', 12],
    ],
  },
  {
    number: 15,
    name: 'MOTD',
    args: [
      [2, ofServer, 'serverId', server],
      [3, text('Welcome'), 'motd', 'Welcome'],
    ],
  },
  { number: 16, name: 'UMODE', args: [[2, '00000014', 'mode', 0x14]] },
  {
    number: 17,
    name: 'CMODE',
    args: [
      [2, ofChannel, 'channelId', channel],
      [3, '00001220', 'mode', 0x1220],
      [4, key, 'founderKey', octets(key)],
      [5, `0001000c00${key}`, 'channelKeys', [{ type: 0, data: octets(key) }]],
      [6, '0000000c', 'userLimit', 12],
    ],
  },
  {
    number: 18,
    name: 'CUMODE',
    args: [
      [2, '00000022', 'mode', 0x22],
      [3, ofChannel, 'channelId', channel],
      [4, ofClient, 'clientId', client],
    ],
  },
  {
    number: 19,
    name: 'KICK',
    args: [
      [2, ofChannel, 'channelId', channel],
      [3, ofClient, 'clientId', client],
    ],
  },
  { number: 20, name: 'BAN', args: list },
  { number: 21, name: 'DETACH', args: [] },
  { number: 22, name: 'WATCH', args: [] },
  { number: 23, name: 'SILCOPER', args: [] },
  { number: 24, name: 'LEAVE', args: [[2, ofChannel, 'channelId', channel]] },
  {
    number: 25,
    name: 'USERS',
    args: [
      [2, ofChannel, 'channelId', channel],
      [3, '00000002', 'memberCount', 2],
      [4, members, 'members', [client, client]],
      [5, '0000000300000000', 'memberModes', [3, 0]],
    ],
  },
  {
    number: 26,
    name: 'GETKEY',
    args: [
      [2, ofClient, 'id', { type: 2, id: client }],
      [3, key, 'publicKey', octets(key)],
    ],
  },
  {
    number: 27,
    name: 'SERVICE',
    args: [
      [2, text('mail,bots'), 'services', 'mail,bots'],
      [3, text('mail'), 'service', 'mail'],
      [4, 'abcd', 'parameters', [octets('abcd')]],
    ],
  },
  { number: 200, name: 'CONNECT', args: [] },
  { number: 201, name: 'CLOSE', args: [] },
  { number: 202, name: 'SHUTDOWN', args: [] },
];

const ok = { type: 1, data: Uint8Array.of(0, 0) };

describe('the table of replies', () => {
  it('has every command', () => {
    const known = Array.from({ length: 256 }, (_, number) => commandByNumber(number));
    expect(rows.map(({ number, name }) => [number, name])).toEqual(
      known.flatMap((command) => (command === undefined ? [] : [[command.number, command.name]])),
    );
  });

  it.each(rows)('$name: every argument is a field', ({ number, args }) => {
    const command = commandByNumber(number) ?? expect.unreachable();
    const sent = args.map(([type, hex]) => ({ type, data: octets(hex) }));
    const reply = decodeReply(command, { command: number, ident: 1, args: [ok, ...sent] });
    if (!('value' in reply)) return expect.unreachable();
    const expected = args.map(([, hex, field, value]) => [field, value ?? octets(hex)]);
    expect(reply.value).toEqual(Object.fromEntries(expected));
  });

  it.each(rows)('$name: the order of the arguments says nothing', ({ number, args }) => {
    const command = commandByNumber(number) ?? expect.unreachable();
    const sent = [ok, ...args.map(([type, hex]) => ({ type, data: octets(hex) }))];
    const decoded = [sent, sent.toReversed()].map((order) =>
      decodeReply(command, { command: number, ident: 1, args: order }),
    );
    expect(decoded[0]).toEqual(decoded[1]);
  });
});
