import { SilcError } from '../errors.js';

/** Status codes of SFTP version 3 that are used here (draft-ietf-secsh-filexfer-02, 7). */
export const SftpStatus = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
  invalidHandle: 9,
} as const;

const texts: Readonly<Record<number, string>> = {
  [SftpStatus.ok]: 'no error',
  [SftpStatus.endOfFile]: 'end of file',
  [SftpStatus.noSuchFile]: 'no such file',
  [SftpStatus.permissionDenied]: 'permission denied',
  [SftpStatus.failure]: 'failure',
  [SftpStatus.badMessage]: 'bad message',
  [SftpStatus.unsupported]: 'not supported',
  [SftpStatus.invalidHandle]: 'invalid handle',
};

/** The peer answered a request with an error status. Its own text is not repeated: it is the peer's. */
export class SftpStatusError extends SilcError {
  readonly status: number;

  constructor(request: string, status: number) {
    super('command', `${request} refused by the peer: ${texts[status] ?? `status ${status}`}`);
    this.name = 'SilcSftpStatusError';
    this.status = status;
  }
}
