import type { Element } from '../../../src/component/types.js';
import { canonical, parseStanza, withChildren } from './canonical.js';

/** What a stanza must have; parts that are not given do not matter. */
export interface StanzaPattern {
  readonly name?: 'iq' | 'message' | 'presence';
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  /** `null`: no type attribute. */
  readonly type?: string | null;
  readonly body?: string;
  readonly subject?: string;
  /** Status codes of XEP-0045, all of them and no other. */
  readonly status?: readonly number[];
  /** Condition of an error. */
  readonly error?: string;
  /** Namespaces of which a child must be there. */
  readonly has?: readonly string[];
}

/**
 * A pattern, a predicate, or the text of the whole stanza for an exact comparison: ids apart, and the order of its
 * children apart, which ejabberd changes.
 */
export type Matcher = StanzaPattern | ((stanza: Element) => boolean) | string;

const MUC_USER = 'http://jabber.org/protocol/muc#user';

export function matches(stanza: Element, matcher: Matcher): boolean {
  if (typeof matcher === 'function') return matcher(stanza);
  if (typeof matcher === 'string') return comparable(stanza) === comparable(parseStanza(matcher));
  const { attrs } = stanza;
  return (
    (matcher.name === undefined || stanza.name === matcher.name) &&
    (matcher.from === undefined || attrs.from === matcher.from) &&
    (matcher.to === undefined || attrs.to === matcher.to) &&
    (matcher.id === undefined || attrs.id === matcher.id) &&
    (matcher.type === undefined || (attrs.type ?? null) === matcher.type) &&
    (matcher.body === undefined || stanza.getChildText('body') === matcher.body) &&
    (matcher.subject === undefined || stanza.getChildText('subject') === matcher.subject) &&
    (matcher.status === undefined || sameNumbers(statusCodes(stanza), matcher.status)) &&
    (matcher.error === undefined || stanza.getChild('error')?.getChild(matcher.error) !== undefined) &&
    (matcher.has ?? []).every((xmlns) => stanza.getChildElements().some((child) => child.getNS() === xmlns))
  );
}

export function describeMatcher(matcher: Matcher): string {
  if (typeof matcher === 'function') return 'a stanza that satisfies the predicate';
  return typeof matcher === 'string' ? canonical(matcher, { without: ['id'] }) : JSON.stringify(matcher);
}

/** The status codes of XEP-0045 in a stanza, in the order of appearance. */
export function statusCodes(stanza: Element): number[] {
  const statuses = stanza.getChild('x', MUC_USER)?.getChildren('status') ?? [];
  return statuses.map((status) => Number(status.attrs.code));
}

function comparable(stanza: Element): string {
  const nameOf = (child: Element | string): string => (typeof child === 'string' ? '' : child.getName());
  const sorted = [...stanza.children].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return canonical(withChildren(stanza, sorted), { without: ['id'] });
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  const sorted = (list: readonly number[]) => [...list].sort((x, y) => x - y).join();
  return sorted(a) === sorted(b);
}
