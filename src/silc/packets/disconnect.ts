import { utf8 } from '../bytes.js';
import type { Codec } from './codec.js';
import { decodeText } from './text.js';

/** Why the peer closes: a `Status` code (0 for none) and a text that may be empty. */
export interface DisconnectPayload {
  readonly status: number;
  readonly text: string;
}

/**
 * Disconnect Payload, packet DISCONNECT (draft pp-09, 2.3.3):
 *   status u8 | text up to the end
 */
export const disconnectPayload: Codec<DisconnectPayload> = {
  kind: 'disconnect',
  decode(reader) {
    return { status: reader.u8('disconnect status'), text: decodeText(reader.rest()) };
  },
  encode({ status, text }, writer) {
    writer.u8(status).bytes(utf8(text));
  },
};
