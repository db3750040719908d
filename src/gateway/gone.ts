import type { Element } from '../component/stanza.js';
import { Namespace } from '../mapping/namespaces.js';

/** Conditions that say that the client at this address is gone, as other gateways take them (XEP-0045, 18.1 in spirit). */
const goneConditions: readonly string[] = [
  'gone',
  'internal-server-error',
  'item-not-found',
  'jid-malformed',
  'recipient-unavailable',
  'redirect',
  'remote-server-not-found',
  'remote-server-timeout',
  'service-unavailable',
];

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
