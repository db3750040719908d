import { fromHex, Reader, toHex, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';
import { idBytes, IdType, parseId, type ChannelId, type ClientId, type ServerId } from '../ids.js';
import {
  MAX_CHANNEL_NAME,
  MAX_CHANNELS,
  MAX_MEMBERS,
  MAX_MEMBERSHIPS,
  MAX_NICKNAME,
  MAX_PEERS,
  MAX_WATCHES,
} from './limits.js';

/** Version of the encoding that is written. Version 1 had no peers of negotiated keys, and is read too. */
const VERSION = 2;
const MAX_KEY = 4_096;
const FINGERPRINT = 20;

/** A channel of a detached session, as it was. */
export interface DetachedChannel {
  readonly name: string;
  readonly id: ChannelId;
  /** `ChannelMode` mask. */
  readonly mode: number;
  readonly topic: string | undefined;
  readonly userLimit: number | undefined;
  /** Wire name. */
  readonly hmac: string;
  /** Everybody on it, the session itself included. */
  readonly members: readonly DetachedMember[];
}

/** Somebody who was on a channel when the session was detached. */
export interface DetachedMember {
  readonly clientId: ClientId;
  readonly nickname: string | undefined;
  /** `ChannelUserMode` mask. */
  readonly mode: number;
}

/**
 * A session that was detached: plain data without secrets, that has to be kept to resume it. Whoever resumes it also has
 * to have the key pair.
 */
export interface DetachedSession {
  /** Under which the server keeps it. */
  readonly clientId: ClientId;
  readonly nickname: string;
  /** `UserMode` mask, without `detached`. */
  readonly userMode: number;
  /** Where it was detached. It can be resumed on other servers of the network. */
  readonly server: {
    readonly id: ServerId;
    /** SHA-1 of the server's public key, 40 hex digits. */
    readonly fingerprint: string;
  };
  readonly channels: readonly DetachedChannel[];
  /** Watches end with the connection and are made again. Keys: encoded public keys, hex. */
  readonly watches: { readonly nicknames: readonly string[]; readonly publicKeys: readonly string[] };
  /** Users with whom keys for private messages were negotiated. These are not kept: new ones are negotiated. */
  readonly negotiatedWith: readonly ClientId[];
}

/**
 * Octets for a store:
 *   version u8 (2) | Client ID | nickname | user mode u32 | Server ID | fingerprint, 20 octets |
 *   number u16, watched nicknames | number u16, watched keys | number u16, channels |
 *   number u16, Client IDs with whom keys were negotiated
 * A channel:
 *   name | Channel ID | mode u32 | which optional fields u8 (1 topic, 2 user limit) | topic | user limit u32 |
 *   HMAC | number u32, members: Client ID, nickname (empty: unknown), mode u32
 * IDs, texts (UTF-8) and keys have their length in front, u16.
 * @throws SilcError `usage` for values that do not fit
 */
export function encodeDetachedSession(session: DetachedSession): Uint8Array {
  const { server, watches, channels } = session;
  const writer = new Writer(1_024).u8(VERSION);
  writer.block16(idBytes(session.clientId)).text16(session.nickname).u32(session.userMode);
  writer.block16(idBytes(server.id)).bytes(fromHex(server.fingerprint));
  writer.u16(watches.nicknames.length);
  for (const nickname of watches.nicknames) writer.text16(nickname);
  writer.u16(watches.publicKeys.length);
  for (const key of watches.publicKeys) writer.block16(fromHex(key));
  writer.u16(channels.length);
  for (const channel of channels) writeChannel(channel, writer);
  writer.u16(session.negotiatedWith.length);
  for (const id of session.negotiatedWith) writer.block16(idBytes(id));
  return writer.finish();
}

/** The session of a store's octets. @throws SilcError `malformed`, `limit`; `unsupported` for another version */
export function decodeDetachedSession(octets: Uint8Array): DetachedSession {
  const reader = new Reader(octets);
  const version = reader.u8('version');
  if (version < 1 || version > VERSION)
    throw new SilcError('unsupported', `detached session of version ${version}`);
  const clientId = readClientId(reader);
  const nickname = reader.text16('nickname', MAX_NICKNAME);
  const userMode = reader.u32('user mode');
  const server = { id: readServerId(reader), fingerprint: toHex(reader.bytes(FINGERPRINT, 'fingerprint')) };
  const nicknames = readMany(reader, reader.u16('watched nicknames'), MAX_WATCHES, () =>
    reader.text16('watched nickname', MAX_NICKNAME),
  );
  const publicKeys = readMany(reader, reader.u16('watched keys'), MAX_WATCHES, () =>
    toHex(reader.block16('watched key', MAX_KEY)),
  );
  let memberships = MAX_MEMBERSHIPS;
  const channels = readMany(reader, reader.u16('channels'), MAX_CHANNELS, () => {
    const channel = readChannel(reader, Math.min(memberships, MAX_MEMBERS));
    memberships -= channel.members.length;
    return channel;
  });
  const negotiatedWith =
    version === 1
      ? []
      : readMany(reader, reader.u16('peers of negotiated keys'), MAX_PEERS, () => readClientId(reader));
  reader.end('detached session');
  const watches = { nicknames, publicKeys };
  return { clientId, nickname, userMode, server, channels, watches, negotiatedWith };
}

function writeChannel(channel: DetachedChannel, writer: Writer): void {
  const { topic, userLimit } = channel;
  writer.text16(channel.name).block16(idBytes(channel.id)).u32(channel.mode);
  writer.u8((topic === undefined ? 0 : 1) | (userLimit === undefined ? 0 : 2));
  if (topic !== undefined) writer.text16(topic);
  if (userLimit !== undefined) writer.u32(userLimit);
  writer.text16(channel.hmac).u32(channel.members.length);
  for (const { clientId, nickname, mode } of channel.members) {
    writer
      .block16(idBytes(clientId))
      .text16(nickname ?? '')
      .u32(mode);
  }
}

function readChannel(reader: Reader, mostMembers: number): DetachedChannel {
  const name = reader.text16('channel name', MAX_CHANNEL_NAME);
  const id = parseId(IdType.channel, reader.block16('channel ID'));
  if (id.type !== IdType.channel) throw new SilcError('malformed', 'no channel ID');
  const mode = reader.u32('channel mode');
  const fields = reader.u8('optional fields');
  if (fields > 3) throw new SilcError('malformed', `optional fields ${fields}`);
  const topic = (fields & 1) === 0 ? undefined : reader.text16('topic');
  const userLimit = (fields & 2) === 0 ? undefined : reader.u32('user limit');
  const hmac = reader.text16('HMAC', 64);
  const members = readMany(reader, reader.u32('members'), mostMembers, () => {
    const clientId = readClientId(reader);
    const nickname = reader.text16('nickname', MAX_NICKNAME);
    return {
      clientId,
      nickname: nickname === '' ? undefined : nickname,
      mode: reader.u32('mode of a member'),
    };
  });
  return { name, id: id.id, mode, topic, userLimit, hmac, members };
}

function readMany<T>(reader: Reader, count: number, most: number, read: () => T): readonly T[] {
  // Two octets are the smallest item: a number that lies is refused before anything is kept.
  if (count > most) throw new SilcError('limit', `${count} items, at most ${most} allowed`);
  if (count * 2 > reader.remaining) throw new SilcError('malformed', `${count} items announced`);
  return Array.from({ length: count }, read);
}

function readClientId(reader: Reader): ClientId {
  const id = parseId(IdType.client, reader.block16('client ID'));
  if (id.type !== IdType.client) throw new SilcError('malformed', 'no client ID');
  return id.id;
}

function readServerId(reader: Reader): ServerId {
  const id = parseId(IdType.server, reader.block16('server ID'));
  if (id.type !== IdType.server) throw new SilcError('malformed', 'no server ID');
  return id.id;
}
