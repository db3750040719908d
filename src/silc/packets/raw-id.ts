import type { Reader } from '../bytes.js';
import { IdType, MAX_ID_LENGTH, parseIdOf, type ChannelId, type ClientId } from '../ids.js';

/** A Client ID without its type: `length u16, ID`. */
export function readClientId(reader: Reader): ClientId {
  return parseIdOf(IdType.client, reader.block16('client ID', MAX_ID_LENGTH));
}

/** A Channel ID without its type: `length u16, ID`. */
export function readChannelId(reader: Reader): ChannelId {
  return parseIdOf(IdType.channel, reader.block16('channel ID', MAX_ID_LENGTH));
}
