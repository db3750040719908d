import type { Reader, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';

/** Bits of the flags that say which fields follow. */
const Flag = { size: 0x01, owner: 0x02, permissions: 0x04, times: 0x08, extended: 0x8000_0000 } as const;

/** Extended attributes of one file that are read over. */
const MAX_EXTENDED = 64;

/** What is known of a file. */
export interface SftpAttributes {
  /** In octets. */
  readonly size?: bigint | undefined;
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** POSIX mode bits. */
  readonly permissions?: number | undefined;
  /** Seconds since 1970. */
  readonly times?: { readonly accessed: number; readonly modified: number } | undefined;
}

/**
 * File attributes (draft-ietf-secsh-filexfer-02, 5):
 *   flags u32 | size u64 | uid u32, gid u32 | permissions u32 | atime u32, mtime u32 | count u32, (type, data) ...
 * Fields are there where their flag is set. Extended attributes are read over and never written.
 */
export const sftpAttributes = {
  decode(reader: Reader): SftpAttributes {
    const flags = reader.u32('attribute flags');
    const has = (flag: number): boolean => (flags & flag) !== 0;
    const size = has(Flag.size) ? reader.u64('size') : undefined;
    const owner = has(Flag.owner) ? { uid: reader.u32('uid'), gid: reader.u32('gid') } : undefined;
    const permissions = has(Flag.permissions) ? reader.u32('permissions') : undefined;
    const times = has(Flag.times)
      ? { accessed: reader.u32('access time'), modified: reader.u32('modification time') }
      : undefined;
    if (has(Flag.extended)) skipExtended(reader);
    return { size, owner, permissions, times };
  },
  encode({ size, owner, permissions, times }: SftpAttributes, writer: Writer): void {
    writer.u32(
      (size === undefined ? 0 : Flag.size) |
        (owner === undefined ? 0 : Flag.owner) |
        (permissions === undefined ? 0 : Flag.permissions) |
        (times === undefined ? 0 : Flag.times),
    );
    if (size !== undefined) writer.u64(size);
    if (owner !== undefined) writer.u32(owner.uid).u32(owner.gid);
    if (permissions !== undefined) writer.u32(permissions);
    if (times !== undefined) writer.u32(times.accessed).u32(times.modified);
  },
};

function skipExtended(reader: Reader): void {
  const count = reader.u32('number of extended attributes');
  if (count > MAX_EXTENDED) throw new SilcError('limit', `${count} extended attributes`);
  for (let i = 0; i < count; i++) {
    reader.block32('extended attribute type', reader.remaining);
    reader.block32('extended attribute', reader.remaining);
  }
}
