/** What went wrong in the store. Texts name files and rows, never secrets. */
export type StoreErrorCode =
  /** The URL of the store is not understood, or names a kind of database this version does not have. */
  | 'unsupported'
  /** Another gateway uses the same store; the text names its process. */
  | 'locked'
  /** The key file is missing, unreadable, of the wrong length, or readable by everybody. */
  | 'key-file'
  /** The key file is not the one the store was written with. */
  | 'wrong-key'
  /** A stored secret, or the database file itself, is damaged. */
  | 'corrupt'
  /** The database was written by a newer version, or a migration failed. */
  | 'schema'
  /** The file system or the database refused: no space, no permission. */
  | 'io'
  /** Another process has had the database locked for too long, or too much waits for it. It may work a little later. */
  | 'busy'
  /** Used after `close()`. */
  | 'closed';

/** Every failure of the store. `code` is stable. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Text of an unknown thrown value. */
export function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The `code` of a system or database error, e.g. `ENOENT`; empty where there is none. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

/**
 * Wraps what the file system or the database threw.
 * @param isDamage tells errors of the database that mean damage
 */
export function wrap(
  cause: unknown,
  doing: string,
  isDamage: (cause: unknown) => boolean = () => false,
): StoreError {
  if (cause instanceof StoreError) return cause;
  return new StoreError(isDamage(cause) ? 'corrupt' : 'io', `${doing}: ${reason(cause)}`, { cause });
}
