import type { FilePlace } from '../../mapping/mime/file-payload.js';
import type { MimeFile } from '../../mapping/mime/pieces.js';
import type { IncomingMessage } from './incoming-message.js';
import { text } from '../../text/text.js';

/** Puts files of messages where Jabber clients can get them. */
export interface FilePublisher {
  /** Known at once, or after a while. Never throws or rejects: a file that has no place has a reason for it. */
  publish(
    file: MimeFile,
    of: Pick<IncomingMessage, 'network' | 'sender' | 'audience'>,
  ): FilePlace | Promise<FilePlace>;
}

/** Where there is nothing that keeps files. */
export const noPublisher: FilePublisher = { publish: () => ({ reason: text(({ files }) => files.noPlace) }) };
