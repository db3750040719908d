import type { Codec } from './codec.js';

/** Types of file transfer; the only one is SFTP. */
export const FileTransferType = { sftp: 1 } as const;

/**
 * `data` is a key agreement payload in an offer through the server, and one SFTP packet between the peers.
 */
export interface FileTransfer {
  readonly type: number;
  readonly data: Uint8Array;
}

/**
 * File Transfer Payload, packet FTP (draft pp-09, 2.3.22):
 *   type u8 | data up to the end
 */
export const fileTransferPayload: Codec<FileTransfer> = {
  kind: 'file transfer',
  decode(reader) {
    return { type: reader.u8('file transfer type'), data: reader.rest() };
  },
  encode({ type, data }, writer) {
    writer.u8(type).bytes(data);
  },
};
