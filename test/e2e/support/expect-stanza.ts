import { expect } from 'vitest';
import type { Element } from '../../../src/component/types.js';
import { canonical, parseStanza, withChildren, type CanonicalOptions } from '../../support/xmpp/canonical.js';

/** Compares a whole stanza, whatever the order of its children: ejabberd puts those that it knows last. */
export function expectStanza(stanza: Element, wanted: string, options: CanonicalOptions = {}): void {
  expect(canonical(ordered(stanza), options)).toBe(canonical(ordered(parseStanza(wanted)), options));
}

function ordered(stanza: Element): Element {
  const keyOf = (child: Element | string): string => (typeof child === 'string' ? child : canonical(child));
  return withChildren(
    stanza,
    [...stanza.children].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  );
}
