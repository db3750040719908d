import { type Element, xml } from '../component/stanza.js';

/** XEP-0356, in its present and its first version. */
export const NS_PRIVILEGE = 'urn:xmpp:privilege:2';
export const NS_PRIVILEGE_1 = 'urn:xmpp:privilege:1';
export const NS_ROSTER = 'jabber:iq:roster';

/** What a server lets the gateway do with the lists of its users. */
export interface RosterRights {
  readonly mayGet: boolean;
  readonly maySet: boolean;
}

/** What a message of a server grants; undefined where it says nothing of lists. */
export function rosterRights(message: Element): RosterRights | undefined {
  const privilege =
    message.getChild('privilege', NS_PRIVILEGE) ?? message.getChild('privilege', NS_PRIVILEGE_1);
  const perm = privilege?.getChildren('perm').find(({ attrs }) => attrs['access'] === 'roster');
  const type = perm?.attrs['type'];
  if (privilege === undefined) return;
  return { mayGet: type === 'get' || type === 'both', maySet: type === 'set' || type === 'both' };
}

/** What a list says of a contact. */
export interface KeptItem {
  readonly name: string | undefined;
  readonly groups: readonly string[];
}

/** @returns what it is, and whether both see each other */
export function keptItem(
  roster: Element,
  contact: string,
): (KeptItem & { readonly isMutual: boolean }) | undefined {
  const items = roster.getChild('query', NS_ROSTER)?.getChildren('item') ?? [];
  const item = items.find(({ attrs }) => attrs.jid === contact);
  if (item === undefined) return;
  const { name, subscription } = item.attrs;
  const groups = item.getChildren('group').map((group) => group.getText());
  return { name, groups, isMutual: subscription === 'both' };
}

export const rosterGet = (from: string, user: string): Element =>
  xml('iq', { type: 'get', from, to: user }, xml('query', { xmlns: NS_ROSTER }));

/** Makes both see each other; name and groups stay as the user has them. */
export const rosterSet = (from: string, user: string, jid: string, { name, groups }: KeptItem): Element =>
  xml(
    'iq',
    { type: 'set', from, to: user },
    xml(
      'query',
      { xmlns: NS_ROSTER },
      xml(
        'item',
        { jid, name, subscription: 'both' },
        groups.map((group) => xml('group', {}, group)),
      ),
    ),
  );
