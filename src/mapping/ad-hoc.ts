import { type Element, StanzaError, xml } from '../component/stanza.js';
import { type Form, formElement } from './data-form.js';
import { Namespace } from './namespaces.js';
import { type AnyText, text } from '../text/text.js';

/*
 * XEP-0050 1.3.0 (2020-06-09): Ad-Hoc Commands. Left out: going back to an earlier stage (`prev`), which none of the commands
 * has a use for.
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
  readonly note?: AnyText;
}

export function commandElement({ node, sessionId, status, form, note }: CommandStage): Element {
  return xml(
    'command',
    { xmlns: NS_COMMANDS, node, sessionid: sessionId, status },
    status === 'executing' ? xml('actions', { execute: 'complete' }, xml('complete', {})) : undefined,
    form === undefined ? undefined : formElement(form),
    note === undefined ? undefined : xml('note', { type: 'info' }, note),
  );
}
