import type { MimeAbout } from '../../mapping/mime/pieces.js';
import type { ChannelProtection, Protection } from '../../silc/client/types.js';

/** Whose message it is, and whose it is going to be. */
export interface IncomingMessage extends MimeAbout {
  readonly protection: Protection | ChannelProtection;
  /** Bare JIDs of the local users who get it. */
  readonly audience: () => readonly string[];
}
