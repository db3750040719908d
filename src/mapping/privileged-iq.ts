import { type Element, StanzaError, xml } from '../component/stanza.js';
import { parseStanzaError } from '../component/stanza-error.js';
import { NS_PRIVILEGE } from './privileged-roster.js';

const NS_FORWARD = 'urn:xmpp:forward:0';
const NS_CLIENT = 'jabber:client';
export const NS_PUBSUB = 'http://jabber.org/protocol/pubsub';

/** Whether a message of a server lets the gateway read and write nodes (PEP) in the name of its users (XEP-0356, 5.1). */
export function grantsPubsub(message: Element): boolean {
  const perms = message.getChild('privilege', NS_PRIVILEGE)?.getChildren('perm') ?? [];
  const types = perms
    .filter(({ attrs }) => attrs['access'] === 'iq')
    .flatMap((perm) => namespacesIn(perm))
    .filter(({ attrs }) => attrs['ns'] === NS_PUBSUB)
    .map(({ attrs }) => attrs['type']);
  return types.includes('both') || (types.includes('get') && types.includes('set'));
}

/** Prosody's module puts each into the one before. */
const namespacesIn = (element: Element): readonly Element[] =>
  element.getChildren('namespace').flatMap((one) => [one, ...namespacesIn(one)]);

/** A request in the name of a user to that user's own account. */
export const privilegedIq = (from: string, user: string, type: 'get' | 'set', payload: Element): Element =>
  xml(
    'iq',
    { type, from, to: user },
    xml(
      'privileged_iq',
      { xmlns: NS_PRIVILEGE },
      xml('iq', { xmlns: NS_CLIENT, type, from: user, to: user, id: 'privileged' }, payload),
    ),
  );

/** The answer that the user would have had. @throws StanzaError as the account has answered */
export function privilegedAnswer(result: Element): Element {
  const forwarded = result.getChild('privilege', NS_PRIVILEGE)?.getChild('forwarded', NS_FORWARD);
  const answer = forwarded?.getChild('iq', NS_CLIENT);
  if (answer === undefined) throw new StanzaError('cancel', 'undefined-condition');
  if (answer.attrs.type === 'error') throw parseStanzaError(answer);
  return answer;
}
