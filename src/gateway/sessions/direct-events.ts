import type { SessionEvent } from '../../silc/client/types.js';
import type { DirectMessages } from './direct-messages.js';

/**
 * Hands on what concerns private messages and nothing else.
 * @param direct - makes what handles them @param made - the same where it is made already
 * @returns whether it was that
 */
export function isDirectEvent(
  event: SessionEvent,
  direct: () => DirectMessages,
  made: DirectMessages | undefined,
): boolean {
  switch (event.type) {
    case 'private-message':
      direct().received(event);
      return true;
    case 'private-message-undecryptable':
      direct().receivedUndecryptable(event);
      return true;
    case 'delivery-failed':
      if (event.clientId !== undefined) made?.deliveryFailed(event.clientId);
      return true;
    case 'invited':
      direct().invited(event);
      return true;
    default:
      return false;
  }
}
