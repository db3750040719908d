import type { Element } from './element.js';
import { StanzaError } from './errors.js';
import type { IqAnswers } from './iq-answers.js';
import { canonicalText } from './jid.js';
import type { IqTracker } from './iq-tracker.js';
import type { LinkLog } from './link-options.js';
import { errorReply, isIqRequest, xml, type ErrorDetail } from './stanza.js';

/** What an incoming stanza may meet. */
export interface DispatchContext {
  readonly handler: ((stanza: Element) => unknown) | undefined;
  readonly answers: IqAnswers;
  readonly tracker: IqTracker;
  readonly log: LinkLog;
  readonly reply: (stanza: Element) => void;
}

/**
 * Takes one incoming stanza to its end: answers to the tracker, the rest to the handler, and an error answer where the
 * handler is missing, throws or rejects. Never throws.
 */
export function dispatch(stanza: Element, context: DispatchContext): void {
  const { from, to, id, type } = stanza.attrs;
  if (from === undefined || to === undefined) {
    context.log.debug({ stanza: stanza.name }, 'a stanza without addresses was dropped');
    return;
  }
  // ejabberd passes the address on as the client wrote it, and an answer can only come from the prepared one.
  stanza.setAttribute('to', canonicalText(to));
  if (stanza.name === 'iq') {
    if (type === 'result' || type === 'error') {
      if (!context.tracker.settle(stanza)) context.log.debug({ from }, 'an answer to nothing was dropped');
      return;
    }
    // Without an id no answer is possible (RFC 6120, 8.1.3).
    if (id === undefined || id === '') return;
    // RFC 6120, 8.2.3: get or set, with one child.
    if (!isIqRequest(stanza) || stanza.getChildElements().length !== 1) {
      answerError(stanza, context, new StanzaError('modify', 'bad-request'));
      return;
    }
    if (!context.answers.expect(stanza)) {
      answerError(stanza, context, new StanzaError('wait', 'resource-constraint'));
      return;
    }
  }
  const { handler } = context;
  if (handler === undefined) {
    if (stanza.name === 'iq') answerError(stanza, context, new StanzaError('cancel', 'service-unavailable'));
    return;
  }
  // The executor runs at once, and what it throws rejects.
  new Promise((resolve) => resolve(handler(stanza))).catch((error: unknown) => {
    onFailure(stanza, context, error);
  });
}

function onFailure(stanza: Element, context: DispatchContext, error: unknown): void {
  const known = error instanceof StanzaError;
  if (!known) context.log.error({ err: error, stanza: stanza.name }, 'a stanza handler failed');
  // The handler may have answered before it failed.
  if (stanza.name === 'iq' && !context.answers.isWaiting(stanza)) return;
  // Presence that only tells something is not answered; a join or a subscription is.
  if (stanza.name === 'presence' && !['subscribe', undefined].includes(stanza.attrs.type)) return;
  answerError(stanza, context, known ? error : new StanzaError('cancel', 'internal-server-error'));
}

function answerError(stanza: Element, context: DispatchContext, error: StanzaError): void {
  const detail: ErrorDetail = {
    by: error.by,
    appCondition:
      error.appCondition === undefined ? undefined : xml(error.appCondition, { xmlns: APP_CONDITIONS }),
  };
  const reply = errorReply(stanza, error.type, error.condition, error.text, detail);
  if (reply !== undefined) context.reply(reply);
}

/** Namespace of the gateway's own conditions. */
const APP_CONDITIONS = 'urn:silc-xmpp-gateway:errors:0';
