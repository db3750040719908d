import { countedArgumentList } from '../packets/argument-list.js';
import { channelPayloadList, type ChannelPayload } from '../packets/channel-payload.js';
import { decodePayload, encodePayload } from '../packets/codec.js';
import { idPayloadList } from '../packets/id-payload.js';
import { decodeText } from '../packets/text.js';
import { fromUtf8, Reader, utf8, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';
import { decodeIdPayload, encodeIdPayload, idPayload } from '../ids.js';
import type { ChannelId, ClientId, ServerId, TypedId } from '../ids.js';

/** How the octets of one command argument become a value and back. Decoders check the end and throw SilcError `malformed`. */
export interface ValueCodec<T> {
  decode(data: Uint8Array, field: string): T;
  encode(value: T): Uint8Array;
}

/** Raw octets, copied so that they outlive the packet. */
export const octets: ValueCodec<Uint8Array> = {
  decode: (data) => data.slice(),
  encode: (value) => value,
};

/** Names and other identifiers: strict UTF-8. */
export const text: ValueCodec<string> = {
  decode: fromUtf8,
  encode: utf8,
};

/** Free text that people wrote (topic, comment, real name): UTF-8, or Latin-1 where it is not UTF-8. */
export const prose: ValueCodec<string> = {
  decode: decodeText,
  encode: utf8,
};

export const u8: ValueCodec<number> = unsigned(1);
export const u32: ValueCodec<number> = unsigned(4);

export const clientIdValue: ValueCodec<ClientId> = {
  decode: (data) => decodeIdPayload(data, 2),
  encode: (id) => encodeIdPayload({ type: 2, id }),
};

export const channelIdValue: ValueCodec<ChannelId> = {
  decode: (data) => decodeIdPayload(data, 3),
  encode: (id) => encodeIdPayload({ type: 3, id }),
};

export const serverIdValue: ValueCodec<ServerId> = {
  decode: (data) => decodeIdPayload(data, 1),
  encode: (id) => encodeIdPayload({ type: 1, id }),
};

/** An ID payload of any type. */
export const anyIdValue: ValueCodec<TypedId> = {
  decode(data, field) {
    const reader = new Reader(data);
    const id = idPayload.decode(reader);
    reader.end(field);
    return id;
  },
  encode: encodeIdPayload,
};

/** Concatenated Client ID payloads (JOIN 13, USERS 4). */
export const clientIdList: ValueCodec<readonly ClientId[]> = {
  decode: (data, field) =>
    decodePayload(idPayloadList, data).map((id) => {
      if (id.type !== 2) throw new SilcError('malformed', `${field}: ID of type ${id.type} in a client list`);
      return id.id;
    }),
  encode: (ids) =>
    encodePayload(
      idPayloadList,
      ids.map((id) => ({ type: 2, id })),
    ),
};

/** Concatenated 32-bit masks (JOIN 14, USERS 5, WHOIS 10). */
export const modeList: ValueCodec<readonly number[]> = {
  decode(data, field) {
    if (data.length % 4 !== 0) throw new SilcError('malformed', `${field}: not a list of 32-bit values`);
    const reader = new Reader(data);
    const modes: number[] = [];
    while (reader.remaining > 0) modes.push(reader.u32(field));
    return modes;
  },
  encode(modes) {
    const writer = new Writer(modes.length * 4);
    for (const mode of modes) writer.u32(mode);
    return writer.finish();
  },
};

/** Concatenated Channel Payloads (WHOIS 6). */
export const channelList: ValueCodec<readonly ChannelPayload[]> = {
  decode: (data) => decodePayload(channelPayloadList, data),
  encode: (channels) => encodePayload(channelPayloadList, channels),
};

/**
 * An entry of an invite, ban or key list. Argument number 1: mask `nick[@server][!user[@host]]`, 2: Public Key Payload,
 * 3: Client ID payload. In lists of public keys the numbers 0 and 1 mean add and delete.
 */
export interface ListEntry {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Argument List Payload: `count u16`, then `length u16, type u8, data` each (INVITE 4, BAN 3, CMODE 9, WATCH 4). */
export const listEntries: ValueCodec<readonly ListEntry[]> = {
  decode: (data) =>
    decodePayload(countedArgumentList, data).map((entry) => ({ type: entry.type, data: entry.data.slice() })),
  encode: (entries) => encodePayload(countedArgumentList, entries),
};

/** Argument numbers of entries of invite and ban lists. */
export const ListEntryType = { mask: 1, publicKey: 2, clientId: 3 } as const;

/** The mask of a list entry; silcd counts a trailing NUL into the length. Undefined for keys and IDs. */
export function maskOfEntry(entry: ListEntry): string | undefined {
  if (entry.type !== 1) return undefined;
  let end = entry.data.length;
  while (end > 0 && entry.data[end - 1] === 0) end--;
  return decodeText(entry.data.subarray(0, end));
}

/** A list entry of a mask. */
export const maskEntry = (mask: string): ListEntry => ({ type: 1, data: utf8(mask) });

/** Action octet of INVITE and BAN. */
export const ListAction = { add: 0, delete: 1 } as const;

/** Splits `nick@server` of a reply; a nickname itself never contains `@`. */
export function splitNickname(name: string): {
  readonly nickname: string;
  readonly server: string | undefined;
} {
  const at = name.indexOf('@');
  return at < 0
    ? { nickname: name, server: undefined }
    : { nickname: name.slice(0, at), server: name.slice(at + 1) };
}

/** Splits `user@host`; a host name never contains `@`. */
export function splitUser(name: string): {
  readonly username: string;
  readonly hostname: string | undefined;
} {
  const at = name.lastIndexOf('@');
  return at < 0
    ? { username: name, hostname: undefined }
    : { username: name.slice(0, at), hostname: name.slice(at + 1) };
}

function unsigned(width: 1 | 4): ValueCodec<number> {
  return {
    decode(data, field) {
      const reader = new Reader(data);
      const value = width === 1 ? reader.u8(field) : reader.u32(field);
      reader.end(field);
      return value;
    },
    encode: (value) => {
      const writer = new Writer(4);
      return (width === 1 ? writer.u8(value) : writer.u32(value)).finish();
    },
  };
}
