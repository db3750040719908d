/** Why a file has no place. The message is for users. */
export class UploadError extends Error {
  /** The service does not serve this gateway at all: it is not asked again for a while. */
  readonly isRefusal: boolean;

  constructor(message: string, options: { readonly cause?: unknown; readonly isRefusal?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.name = 'UploadError';
    this.isRefusal = options.isRefusal ?? false;
  }
}
