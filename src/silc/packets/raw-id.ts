import type { Reader } from '../bytes.js';
import { SilcError } from '../errors.js';
import { IdType, MAX_ID_LENGTH, parseId, type ChannelId, type ClientId } from '../ids.js';

/** A Client ID without its type: `length u16, ID`. */
export function readClientId(reader: Reader): ClientId {
  const id = parseId(IdType.client, reader.block16('client ID', MAX_ID_LENGTH));
  if (id.type !== IdType.client) throw new SilcError('malformed', 'no client ID');
  return id.id;
}

/** A Channel ID without its type: `length u16, ID`. */
export function readChannelId(reader: Reader): ChannelId {
  const id = parseId(IdType.channel, reader.block16('channel ID', MAX_ID_LENGTH));
  if (id.type !== IdType.channel) throw new SilcError('malformed', 'no channel ID');
  return id.id;
}
