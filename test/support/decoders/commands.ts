import { concat, fromHex, utf8 } from '../../../src/silc/bytes.js';
import * as commandModule from '../../../src/silc/commands/index.js';
import type { Command, CommandMessage, ValueCodec } from '../../../src/silc/commands/index.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { decodeText } from '../../../src/silc/packets/text.js';
import { channelId, clientId } from './payloads.js';
import { block16, repeated, u16, u32, type DecoderRow } from './row.js';

const { commands, decodeReply, decodeRequest, decodeStatus, errorObjects } = commandModule;

const aClientId = concat(u16(2), block16(fromHex(clientId)));
const aChannelId = concat(u16(3), block16(fromHex(channelId)));
const emptyEntry = Uint8Array.of(0, 0, 1);
const aChannel = concat(block16(utf8('x')), block16(fromHex(channelId)), u32(0));

function value<T>(what: string, codec: ValueCodec<T>, sample: Uint8Array, unit?: Uint8Array): DecoderRow {
  return {
    what: `argument: ${what}`,
    of: codec,
    decode: (octets) => codec.encode(codec.decode(octets, what)),
    sample,
    ...(unit === undefined ? {} : { worst: { 'short items': (size) => repeated(unit, size) } }),
  };
}

const { octets, text, prose, u8, u32: number } = commandModule;
const { anyIdValue, clientIdValue, channelIdValue, serverIdValue } = commandModule;
const { channelList, clientIdList, listEntries, modeList } = commandModule;

const valueRows: readonly DecoderRow[] = [
  value('octets', octets, utf8('x')),
  value('text', text, utf8('x')),
  value('prose', prose, utf8('x')),
  value('u8', u8, Uint8Array.of(1)),
  value('u32', number, u32(1)),
  value('client ID', clientIdValue, aClientId),
  value('channel ID', channelIdValue, aChannelId),
  value('server ID', serverIdValue, concat(u16(1), block16(fromHex(channelId)))),
  value('any ID', anyIdValue, aChannelId),
  value('client IDs', clientIdList, aClientId, aClientId),
  value('modes', modeList, u32(1), u32(0)),
  value('channels', channelList, aChannel, aChannel),
  {
    ...value('list', listEntries, concat(u16(1), emptyEntry)),
    worst: {
      'empty entries': (size) => concat(u16(Math.floor(size / 3)), repeated(emptyEntry, size)),
    },
  },
];

const message = (octetsOfMessage: Uint8Array): CommandMessage =>
  decodePayload(commandPayload, octetsOfMessage);
const withStatus = (received: CommandMessage): CommandMessage => ({
  ...received,
  args: [{ type: 1, data: new Uint8Array(2) }, ...received.args],
});

/** 255 arguments of all numbers, that share the octets. */
const manyArguments = (number_: number) => (size: number) => {
  const data = new Uint8Array(Math.max(1, Math.min(250, Math.floor(size / 255) - 3)));
  const args = Array.from({ length: 254 }, (_, i) => ({ type: (i % 20) + 1, data }));
  return encodePayload(commandPayload, { command: number_, ident: 1, args });
};

const all: readonly Command<unknown, unknown>[] = Object.values(commands);
const requestRows = all.flatMap((command): readonly DecoderRow[] => {
  const args = [
    { type: 1, data: aClientId },
    { type: 2, data: aChannelId },
  ];
  const sample = encodePayload(commandPayload, { command: command.number, ident: 1, args });
  const worst = { 'many arguments': manyArguments(command.number) };
  const what = command.name;
  return [
    { what, of: command, decode: (data) => decodeRequest(command, message(data)), sample, worst },
    {
      what: `${what}, reply`,
      of: command,
      decode: (data) => decodeReply(command, withStatus(message(data))),
      sample,
      worst,
    },
  ];
});

const someMessage = encodePayload(commandPayload, {
  command: 1,
  ident: 1,
  args: [
    { type: 1, data: Uint8Array.of(22, 0) },
    { type: 2, data: aClientId },
  ],
});

/** Decoders of commands, replies and their arguments. */
export const commandRows: readonly DecoderRow[] = [
  ...valueRows,
  ...requestRows,
  { what: 'status', of: decodeStatus, decode: (data) => decodeStatus(message(data)), sample: someMessage },
  {
    what: 'objects of an error',
    of: errorObjects,
    decode: (data) => errorObjects(message(data).args),
    sample: someMessage,
  },
  ...[commandModule.splitNickname, commandModule.splitUser].map((split) => ({
    what: split.name,
    of: split,
    decode: (data: Uint8Array) => split(decodeText(data)),
    sample: utf8('a@b'),
  })),
];
