import { type Element, StanzaError } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';

/** Conditions by which a server says that there is no such client, or that it cannot be reached. */
const unreachable: readonly string[] = [
  'gone',
  'item-not-found',
  'recipient-unavailable',
  'redirect',
  'remote-server-not-found',
  'remote-server-timeout',
  'service-unavailable',
];

/** Conditions that say so of a message that nobody waits an answer for, as other gateways take them. */
const goneConditions: readonly string[] = [...unreachable, 'internal-server-error', 'jid-malformed'];

/** Numeric codes that jabberd2 sends without a condition: gone, not found, internal, unavailable, timeout. */
const goneCodes: ReadonlySet<string> = new Set(['302', '404', '500', '503', '504']);

/** Whether an error stanza says that its sender no longer exists. An error without any condition says so, too. */
export function saysGone(stanza: Element): boolean {
  const error = stanza.getChild('error');
  if (error === undefined) return true;
  if (goneConditions.some((name) => error.getChild(name, Namespace.stanzaErrors) !== undefined)) return true;
  const hasCondition = error
    .getChildElements()
    .some((child) => child.getNS() === Namespace.stanzaErrors && child.getName() !== 'text');
  if (hasCondition) return false;
  const code = error.attrs.code;
  return code === undefined || goneCodes.has(code);
}

/** Whether a message comes back because nobody was there to take it, and its server does not keep it (any more). */
export function saysUndelivered(stanza: Element): boolean {
  const isFull = stanza.getChild('error')?.getChild('resource-constraint', Namespace.stanzaErrors);
  return isFull !== undefined || saysGone(stanza);
}

/** Whether the failure of a request to a client says that there is no such client any more. */
export function meansGone(error: unknown): boolean {
  return error instanceof StanzaError && unreachable.includes(error.condition);
}
