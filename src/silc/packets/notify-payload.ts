import { SilcError } from '../errors.js';
import {
  argumentList,
  argumentsLength,
  readArguments,
  writeArguments,
  type Argument,
} from './argument-list.js';
import type { Codec } from './codec.js';

/** Notify types (draft pp-09, 2.3.7). `umodeChange` and `ban` go between servers only. */
export const NotifyType = {
  none: 0,
  invite: 1,
  join: 2,
  leave: 3,
  signoff: 4,
  topicSet: 5,
  nickChange: 6,
  cmodeChange: 7,
  cumodeChange: 8,
  motd: 9,
  channelChange: 10,
  serverSignoff: 11,
  kicked: 12,
  killed: 13,
  umodeChange: 14,
  ban: 15,
  error: 16,
  watch: 17,
} as const;

/** A notify with its arguments not looked into; `decodeNotify` does that. */
export interface NotifyPayload {
  /** `NotifyType`; unknown ones are handed on. */
  readonly type: number;
  readonly args: readonly Argument[];
}

const HEADER_LENGTH = 5;

/**
 * Notify Payload, packet NOTIFY (draft pp-09, 2.3.7):
 *   notify type u16 | payload length u16 (all of it) | number of arguments u8 |
 *   arguments. Arguments without data are not sent; the others keep their numbers.
 *
 * SERVER_SIGNOFF may have more arguments than its counter can count: there the counter is taken modulo 256.
 */
export const notifyPayload: Codec<NotifyPayload> = {
  kind: 'notify',
  decode(reader) {
    const whole = reader.remaining;
    const type = reader.u16('notify type');
    if (reader.u16('notify length') > whole) {
      throw new SilcError('malformed', 'notify whose length is beyond the payload');
    }
    const count = reader.u8('argument count');
    if (type !== NotifyType.serverSignoff) {
      const args = readArguments(reader, count);
      reader.end('notify');
      return { type, args };
    }
    const args = argumentList.decode(reader);
    if (args.length % 256 !== count) throw new SilcError('malformed', 'notify with another argument count');
    return { type, args };
  },
  encode({ type, args }, writer) {
    const sent = args.filter(({ data }) => data.length > 0);
    if (sent.length > 0xff && type !== NotifyType.serverSignoff) {
      throw new SilcError('limit', `notify with ${sent.length} arguments`);
    }
    writer.u16(type).u16(HEADER_LENGTH + argumentsLength(sent));
    writer.u8(sent.length % 256);
    writeArguments(sent, writer);
  },
};
