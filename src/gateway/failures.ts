import { StanzaError } from '../component/stanza.js';
import { type ErrorContext, xmppError } from '../mapping/errors.js';
import { SilcError } from '../silc/errors.js';
import type { GatewayContext } from './context.js';

/**
 * What to throw for a failure: the error of the context where SILC or the gateway refused; anything else is a fault of
 * the gateway and stays what it is, so that the fault wall logs it.
 */
export function refusalOf(error: unknown, context: ErrorContext, subject?: string): unknown {
  if (error instanceof StanzaError || isFault(error)) return error;
  const { type, condition, text } = xmppError(error, context, subject);
  return new StanzaError(type, condition, text);
}

/** Waits for a command to SILC. @throws StanzaError with the error of the context when it is refused. */
export async function refusable<T>(context: ErrorContext, command: Promise<T>, subject?: string): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw refusalOf(error, context, subject);
  }
}

/** Counts and logs a fault of the gateway itself. */
export function reportFault(
  { metrics, log }: GatewayContext,
  error: unknown,
  what: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  metrics.increment('handler_errors');
  log.error({ err: error, ...fields }, what);
}

/** Refuses what would have to wait behind too much. */
export function tooManyWaiting(): StanzaError {
  return new StanzaError('wait', 'resource-constraint', 'Too many messages are waiting to be sent.');
}

/** True for what neither SILC nor the gateway has refused on purpose. */
export function isFault(error: unknown): boolean {
  return !(error instanceof SilcError || error instanceof StanzaError);
}
