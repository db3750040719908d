import { type Element, StanzaError, xml } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import type { GatewayContext } from '../context.js';
import { meansGone } from './bounce.js';

/** How long an answer is waited for. */
const ANSWER_MS = 30_000;

/** `silent`: nobody has answered. A sleeping telephone is there all the same; a server tells at once of clients that are not. */
export type Whereabouts = 'there' | 'gone' | 'silent';

type Requests = Pick<GatewayContext, 'request'>;

/**
 * Asks whether a client is there, by a ping (XEP-0199). A client that knows no ping answers with the same error as a server
 * without such a client (RFC 6120, 8.3.3.19), so it is asked for something that every client tells: what it is (XEP-0030).
 * jabberd2 answers that itself, as the account that it is about, for clients that are not there as well.
 * @param from - address of the gateway that asks
 * @param to - full JID
 */
export async function whereIs(context: Requests, from: string, to: string): Promise<Whereabouts> {
  const pinged = await ask(context, from, to, xml('ping', { xmlns: Namespace.ping }));
  if (pinged !== 'unknown') return pinged;
  const told = await ask(context, from, to, xml('query', { xmlns: Namespace.discoInfo }));
  return told === 'unknown' ? 'gone' : told;
}

async function ask(
  context: Requests,
  from: string,
  to: string,
  question: Element,
): Promise<Whereabouts | 'unknown'> {
  try {
    const answer = await context.request(xml('iq', { type: 'get', from, to }, question), ANSWER_MS);
    const identities = answer.getChild('query', Namespace.discoInfo)?.getChildren('identity') ?? [];
    return identities.some(({ attrs }) => attrs['category'] === 'account') ? 'unknown' : 'there';
  } catch (error) {
    if (!(error instanceof StanzaError)) return 'silent';
    if (error.condition === 'service-unavailable') return 'unknown';
    return meansGone(error) ? 'gone' : 'there';
  }
}
