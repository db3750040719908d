import { type Element, StanzaError, xml } from '../component/stanza.js';
import { type Form, formElement, type ResultForm, resultElement } from './data-form.js';
import { Namespace } from './namespaces.js';
import { type AnyText, text } from '../text/text.js';

/*
 * XEP-0050 1.3.0 (2020-06-09): Ad-Hoc Commands, with forms (XEP-0004) only.
 */

export const NS_COMMANDS = 'http://jabber.org/protocol/commands';

const ACTIONS = ['execute', 'next', 'complete', 'prev', 'cancel'] as const;
export type CommandAction = (typeof ACTIONS)[number];

/** What a client asks for. */
export interface CommandRequest {
  readonly node: string;
  /** Undefined at the begin. */
  readonly sessionId: string | undefined;
  readonly action: CommandAction;
  readonly form: Element | undefined;
}

/** @throws StanzaError modify/bad-request with `<malformed-action/>` */
export function readCommand(command: Element): CommandRequest {
  const { node = '', sessionid: sessionId, action: wanted = 'execute' } = command.attrs;
  const action = ACTIONS.find((known) => known === wanted);
  if (action === undefined)
    throw commandError(
      'modify',
      'bad-request',
      'malformed-action',
      text(({ commands }) => commands.badAction),
    );
  return { node, sessionId, action, form: command.getChild('x', Namespace.dataForm) };
}

/** An error with the condition that XEP-0050, 4.4 gives its cause. */
export function commandError(
  type: 'modify' | 'cancel',
  condition: 'bad-request' | 'not-allowed',
  cause: 'malformed-action' | 'bad-action' | 'bad-payload' | 'session-expired',
  said: AnyText,
): StanzaError {
  return new StanzaError(type, condition, said, { appElement: xml(cause, { xmlns: NS_COMMANDS }) });
}

/** Where a command stands. */
export interface CommandStage {
  readonly node: string;
  readonly sessionId: string;
  readonly status: 'executing' | 'completed' | 'canceled';
  readonly form?: Form;
  /** What was asked for. */
  readonly result?: ResultForm | undefined;
  readonly note?: { readonly type: 'info' | 'warn' | 'error'; readonly text: AnyText } | undefined;
  /** What may be done besides giving up: by default the last step. */
  readonly actions?: { readonly hasBefore: boolean; readonly hasMore: boolean };
}

export function commandElement(stage: CommandStage): Element {
  const { node, sessionId, status, form, result, note, actions } = stage;
  return xml(
    'command',
    { xmlns: NS_COMMANDS, node, sessionid: sessionId, status },
    status === 'executing' ? actionsElement(actions) : undefined,
    form === undefined ? undefined : formElement(form),
    result === undefined ? undefined : resultElement(result),
    note === undefined ? undefined : xml('note', { type: note.type }, note.text),
  );
}

function actionsElement({ hasBefore, hasMore } = { hasBefore: false, hasMore: false }): Element {
  const forward = hasMore ? 'next' : 'complete';
  return xml('actions', { execute: forward }, hasBefore ? xml('prev', {}) : undefined, xml(forward, {}));
}
