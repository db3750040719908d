import { StanzaError } from '../component/stanza.js';
import { type ErrorContext, xmppError } from '../mapping/errors.js';
import { SilcError } from '../silc/errors.js';

/**
 * What to throw for a failure: the error of the context where SILC or the gateway refused; anything else is a fault of
 * the gateway and stays what it is, so that the fault wall logs it.
 */
export function refusalOf(error: unknown, context: ErrorContext, subject?: string): unknown {
  if (error instanceof StanzaError || !(error instanceof SilcError)) return error;
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
