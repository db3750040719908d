import { StanzaError } from '../../component/stanza.js';
import type { XmppError } from '../../mapping/errors.js';
import { text } from '../../text/text.js';

/** Why a session is over. */
export type EndCause =
  | { readonly kind: 'unused' }
  | { readonly kind: 'shutdown' }
  /** The network is not in the configuration any more. */
  | { readonly kind: 'network-gone'; readonly network: string }
  | { readonly kind: 'failed'; readonly error: XmppError };

/** What is said to those who wanted something of a session that is over. */
export function errorOfEnd(cause: EndCause): StanzaError {
  switch (cause.kind) {
    case 'failed':
      return new StanzaError(cause.error.type, cause.error.condition, cause.error.text);
    case 'shutdown':
      return new StanzaError(
        'wait',
        'service-unavailable',
        text(({ errors }) => errors.shuttingDown),
      );
    case 'network-gone':
      return new StanzaError(
        'cancel',
        'item-not-found',
        text(({ errors }) => errors.networkGone(cause.network)),
      );
    case 'unused':
      return new StanzaError(
        'wait',
        'recipient-unavailable',
        text(({ errors }) => errors.sessionEnded),
      );
  }
}
