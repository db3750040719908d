import { type Text } from '../../../text/text.js';

/** Why a file has no place. */
export class UploadError extends Error {
  /** The reason, for users. */
  readonly text: Text;
  /** The service does not serve this gateway at all: it is not asked again for a while. */
  readonly isRefusal: boolean;

  constructor(text: Text, options: { readonly cause?: unknown; readonly isRefusal?: boolean } = {}) {
    super(text.english, { cause: options.cause });
    this.text = text;
    this.name = 'UploadError';
    this.isRefusal = options.isRefusal ?? false;
  }
}
