import { type Child, type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/*
 * XEP-0050: Ad-Hoc Commands 1.3.0 (2020-06-09), of one form each. No session is kept: what is asked and what is answered say all
 * that is needed. Left out: several steps.
 */

export const NS_COMMANDS = 'http://jabber.org/protocol/commands';

export type CommandRequest =
  | { readonly kind: 'execute' | 'cancel' }
  | { readonly kind: 'submit'; readonly fields: ReadonlyMap<string, string> }
  | { readonly kind: 'bad-action' };

/** What is to be done with a command. */
export function readCommand(command: Element): CommandRequest {
  const form = command.getChild('x', Namespace.dataForm);
  const { action = form === undefined ? 'execute' : 'complete' } = command.attrs;
  if (action === 'cancel' || form?.attrs.type === 'cancel') return { kind: 'cancel' };
  const isSubmitted = form?.attrs.type === 'submit';
  if (action === 'execute' && !isSubmitted) return { kind: 'execute' };
  // `execute` with a form is that of the default action (3.4).
  if (!isSubmitted || (action !== 'complete' && action !== 'execute')) return { kind: 'bad-action' };
  const fields = form
    .getChildren('field')
    .map((field): [string, string] => [field.attrs.var ?? '', field.getChildText('value') ?? '']);
  return { kind: 'submit', fields: new Map(fields) };
}

/** An answer: a form to fill in, or the end. @param session as the client gave it, else a new one */
export function commandAnswer(
  node: string,
  session: string,
  answer: { readonly form: Child } | { readonly note?: string; readonly status: 'completed' | 'canceled' },
): Element {
  const attrs = { xmlns: NS_COMMANDS, node, sessionid: session };
  if ('form' in answer) {
    const actions = xml('actions', { execute: 'complete' }, xml('complete'));
    return xml('command', { ...attrs, status: 'executing' }, actions, answer.form);
  }
  const { note, status } = answer;
  const told = note === undefined ? undefined : xml('note', { type: 'info' }, note);
  return xml('command', { ...attrs, status }, told);
}

/** The error that goes with an action that is not known (4.5). */
export const badAction = (): Element => xml('bad-action', { xmlns: NS_COMMANDS });
