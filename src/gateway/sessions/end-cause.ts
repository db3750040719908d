import type { XmppError } from '../../mapping/errors.js';

/** Why a session is over. */
export type EndCause =
  | { readonly kind: 'unused' }
  | { readonly kind: 'shutdown' }
  | { readonly kind: 'failed'; readonly error: XmppError };
