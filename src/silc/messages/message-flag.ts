import { decodeText } from '../packets/text.js';

/** Message flags (draft flags-payloads-04, 2; draft pp-09, 2.3.2.6; 0x0800 is the toolkit's). 0x2000 and above are private. */
export const MessageFlag = {
  none: 0x0000,
  autoreply: 0x0001,
  /** Must not be answered automatically. */
  noreply: 0x0002,
  action: 0x0004,
  notice: 0x0008,
  request: 0x0010,
  /** A signature follows the padding. */
  signed: 0x0020,
  reply: 0x0040,
  /** The data is a MIME entity. */
  data: 0x0080,
  /** The data is UTF-8 text. */
  utf8: 0x0100,
  /** Asks for an acknowledgement, or is one: see acknowledgement.ts. */
  ack: 0x0200,
  stop: 0x0400,
  /** The data is a SILC packet: tunnelled key exchange. */
  packet: 0x0800,
} as const;

/** Flags whose meaning is the application's (draft pp-09, 2.3.2.6). */
export const PRIVATE_FLAGS = 0xe000;

const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The text of a message. With the UTF8 flag it is UTF-8 (bad sequences become U+FFFD); without it the charset is
 * unknown: UTF-8 where valid, otherwise ISO 8859-1.
 */
export function messageText(flags: number, data: Uint8Array): string {
  return (flags & MessageFlag.utf8) !== 0 ? lenientUtf8.decode(data) : decodeText(data);
}

/** What a message is to a reader. */
export function messageKind(flags: number): 'text' | 'action' | 'notice' | 'mime' {
  if ((flags & MessageFlag.data) !== 0) return 'mime';
  if ((flags & MessageFlag.action) !== 0) return 'action';
  return (flags & MessageFlag.notice) !== 0 ? 'notice' : 'text';
}
