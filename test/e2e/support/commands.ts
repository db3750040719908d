import { expect } from 'vitest';
import { type Element, xml } from '../../../src/component/stanza.js';
import type { JabberUser } from './jabber-user.js';

export const NS_COMMANDS = 'http://jabber.org/protocol/commands';

/** Values of a form by name of the field. */
export type Values = Readonly<Record<string, string>>;

/** One step of a command (XEP-0050), as a client takes it. @throws StanzaError */
export async function command(
  user: JabberUser,
  to: string,
  attributes: Values,
  values?: Values,
): Promise<Element> {
  const form =
    values &&
    xml(
      'x',
      { xmlns: 'jabber:x:data', type: 'submit' },
      Object.entries(values).map(([name, value]) =>
        xml(
          'field',
          { var: name },
          value.split('\n').map((line) => xml('value', {}, line)),
        ),
      ),
    );
  const answer = await user.request(to, 'set', xml('command', { xmlns: NS_COMMANDS, ...attributes }, form));
  const element = answer.getChild('command', NS_COMMANDS);
  if (element === undefined) throw new Error(`no command in ${answer.toString()}`);
  return element;
}

/** Begins a command and answers its forms, one after the other. @returns its last stage */
export async function complete(
  user: JabberUser,
  to: string,
  node: string,
  forms: readonly Values[] = [],
): Promise<Element> {
  let stage = await command(user, to, { node, action: 'execute' });
  for (const values of forms) {
    expect(stage.attrs.status).toBe('executing');
    stage = await command(user, to, { node, sessionid: stage.attrs.sessionid ?? '' }, values);
  }
  expect(stage.attrs.status, stage.toString()).toBe('completed');
  return stage;
}

/** The same. @returns its last words */
export async function carryOut(
  user: JabberUser,
  to: string,
  node: string,
  forms: readonly Values[] = [],
): Promise<string> {
  return (await complete(user, to, node, forms)).getChildText('note') ?? '';
}

/** A command in words. @returns the answer */
export async function inWords(user: JabberUser, gateway: string, line: string): Promise<string> {
  await user.tell(gateway, line);
  const answer = await user.expect({ name: 'message', from: gateway });
  return answer.getChildText('body') ?? '';
}

/** Nodes of the commands that a user is offered. */
export async function commandsAt(user: JabberUser, to: string): Promise<readonly string[]> {
  const query = xml('query', { xmlns: 'http://jabber.org/protocol/disco#items', node: NS_COMMANDS });
  const items = (await user.request(to, 'get', query)).getChild('query')?.getChildren('item') ?? [];
  return items.map(({ attrs }) => attrs.node ?? '');
}
