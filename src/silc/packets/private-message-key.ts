import { utf8 } from '../bytes.js';
import type { Codec } from './codec.js';
import { decodeText } from './text.js';

/** Tells the peer that private messages will be protected by a key both already have. The key is not inside. */
export interface PrivateMessageKey {
  /** Wire names as they came. */
  readonly cipher: string;
  readonly hmac: string;
}

/**
 * Private Message Key Payload, packet PRIVATE_MESSAGE_KEY (draft pp-09, 2.3.12):
 *   cipher name length u16, cipher name | HMAC name length u16, HMAC name
 */
export const privateMessageKeyPayload: Codec<PrivateMessageKey> = {
  kind: 'private message key',
  decode(reader) {
    return {
      cipher: decodeText(reader.block16('cipher name', 256)),
      hmac: decodeText(reader.block16('HMAC name', 256)),
    };
  },
  encode({ cipher, hmac }, writer) {
    writer.block16(utf8(cipher)).block16(utf8(hmac));
  },
};
