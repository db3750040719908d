import type { Element } from './element.js';
import { StanzaError, type StanzaErrorCondition, type StanzaErrorType } from './errors.js';
import { NS_STANZAS } from './stanza.js';

/** Legacy numeric codes that come without a condition, jabberd2 sends them (XEP-0086, table 2). */
const LEGACY_CODES: ReadonlyMap<string, readonly [StanzaErrorType, StanzaErrorCondition]> = new Map([
  ['302', ['modify', 'gone']],
  ['400', ['modify', 'bad-request']],
  ['401', ['auth', 'not-authorized']],
  ['402', ['auth', 'not-authorized']],
  ['403', ['auth', 'forbidden']],
  ['404', ['cancel', 'item-not-found']],
  ['405', ['cancel', 'not-allowed']],
  ['406', ['modify', 'not-acceptable']],
  ['407', ['auth', 'registration-required']],
  ['408', ['wait', 'remote-server-timeout']],
  ['409', ['cancel', 'conflict']],
  ['500', ['wait', 'internal-server-error']],
  ['501', ['cancel', 'feature-not-implemented']],
  ['502', ['wait', 'service-unavailable']],
  ['503', ['cancel', 'service-unavailable']],
  ['504', ['wait', 'remote-server-timeout']],
  ['510', ['cancel', 'service-unavailable']],
]);

/** Default type of each defined condition (RFC 6120, 8.3.3), used where the sender gave none. */
const DEFAULT_TYPES: Readonly<Record<StanzaErrorCondition, StanzaErrorType>> = {
  'bad-request': 'modify',
  conflict: 'cancel',
  'feature-not-implemented': 'cancel',
  forbidden: 'auth',
  gone: 'cancel',
  'internal-server-error': 'cancel',
  'item-not-found': 'cancel',
  'jid-malformed': 'modify',
  'not-acceptable': 'modify',
  'not-allowed': 'cancel',
  'not-authorized': 'auth',
  'policy-violation': 'modify',
  'recipient-unavailable': 'wait',
  redirect: 'modify',
  'registration-required': 'auth',
  'remote-server-not-found': 'cancel',
  'remote-server-timeout': 'wait',
  'resource-constraint': 'wait',
  'service-unavailable': 'cancel',
  'subscription-required': 'auth',
  'undefined-condition': 'cancel',
  'unexpected-request': 'wait',
};

const TYPES: ReadonlySet<string> = new Set(['auth', 'cancel', 'continue', 'modify', 'wait']);

/** Type of a condition where nothing else is said. */
export const defaultErrorType = (condition: StanzaErrorCondition): StanzaErrorType =>
  DEFAULT_TYPES[condition];

/** Reads an error stanza (RFC 6120, 8.3). Whatever is missing or unknown becomes cancel/undefined-condition. */
export function parseStanzaError(stanza: Element): StanzaError {
  const error = stanza.getChild('error');
  if (error === undefined) return new StanzaError('cancel', 'undefined-condition');
  const type = isType(error.attrs.type) ? error.attrs.type : undefined;
  const text = error.getChildText('text', NS_STANZAS) ?? '';
  const elements = error.children.filter((child) => typeof child !== 'string');
  const defined = elements.map((child) => child.getName()).find(isCondition);
  const appCondition = elements.find((child) => child.getNS() !== NS_STANZAS)?.getName();
  const address = defined === 'gone' || defined === 'redirect' ? error.getChildText(defined) : null;
  const detail = {
    by: error.attrs.by,
    appCondition: appCondition === defined ? undefined : appCondition,
    address: address === null || address === '' ? undefined : address,
  };
  if (defined !== undefined) {
    return new StanzaError(type ?? DEFAULT_TYPES[defined], defined, text, detail);
  }
  const [legacyType, condition] = LEGACY_CODES.get(error.attrs.code ?? '') ?? [
    'cancel' as const,
    'undefined-condition' as const,
  ];
  return new StanzaError(type ?? legacyType, condition, text === '' ? error.getText() : text, detail);
}

function isType(type: string | undefined): type is StanzaErrorType {
  return type !== undefined && TYPES.has(type);
}

function isCondition(name: string): name is StanzaErrorCondition {
  return Object.hasOwn(DEFAULT_TYPES, name);
}
