import { StanzaError } from '../component/stanza.js';
import { asXmppError, type ErrorContext, type XmppError, xmppError } from '../mapping/errors.js';
import { SilcError } from '../silc/errors.js';
import { StoreError } from '../store/errors.js';
import type { GatewayContext } from './context.js';
import { text } from '../text/text.js';

/**
 * Waits for work, and gives what SILC or the gateway refused the error of the context; anything else is an internal error
 * and stays what it is, so that the router logs it.
 * @param work - a promise, or a function that may throw
 * @throws StanzaError, or the internal error.
 */
export async function withStanzaErrors<T>(
  context: ErrorContext,
  work: Promise<T> | (() => T | Promise<T>),
  subject?: string,
): Promise<T> {
  try {
    return await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof StanzaError || isInternalError(error)) throw error;
    const refusal = xmppError(error, context, subject);
    throw new StanzaError(refusal.type, refusal.condition, refusal.text);
  }
}

/** The error of whatever went wrong: as `xmppError`, and what the store cannot do at the moment may work later. */
export function errorFor(cause: unknown, context: ErrorContext, subject?: string): XmppError {
  return isStoreTrouble(cause) ? asXmppError(storeTrouble()) : xmppError(cause, context, subject);
}

/** True for a database that is locked, a full disk and the like: nothing that the request could have done better. */
export function isStoreTrouble(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'busy' || error.code === 'io');
}

/** The answer (wait/resource-constraint) to what the store cannot do at the moment. */
export function storeTrouble(): StanzaError {
  return new StanzaError(
    'wait',
    'resource-constraint',
    text(({ errors }) => errors.storeTrouble),
  );
}

/** Counts and logs an internal error of the gateway. */
export function reportInternalError(
  { metrics, log }: GatewayContext,
  error: unknown,
  what: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  metrics.increment('handler_errors');
  log.error({ err: error, ...fields }, what);
}

/** The same for what may be a refusal, which is told elsewhere. */
export function reportIfInternal(...report: Parameters<typeof reportInternalError>): void {
  if (isInternalError(report[1])) reportInternalError(...report);
}

/** Refuses what would have to wait behind too much. */
export function tooManyWaiting(): StanzaError {
  return new StanzaError(
    'wait',
    'resource-constraint',
    text(({ errors }) => errors.tooManyMessagesWaiting),
  );
}

/** True for what neither SILC nor the gateway has refused on purpose. */
export function isInternalError(error: unknown): boolean {
  return !(error instanceof SilcError || error instanceof StanzaError);
}

/** What goes wrong with an event of a session, or with it in one of its rooms, reaches no other. @param room its address */
export function handleEvent(
  context: GatewayContext,
  { type }: { readonly type: string },
  work: () => void,
  room?: string,
): void {
  try {
    work();
  } catch (error) {
    reportInternalError(context, error, 'an event was not handled', { event: type, room });
  }
}
