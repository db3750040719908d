import { expect } from 'vitest';
import { copyElement } from '../../../src/component/stanza.js';
import type { Element } from '../../../src/component/types.js';
import { canonical, parseStanza, type CanonicalOptions } from '../../support/xmpp/canonical.js';

/** Compares a whole stanza, whatever the order of its children: ejabberd puts those that it knows last. */
export function expectStanza(stanza: Element, wanted: string, options: CanonicalOptions = {}): void {
  expect(canonical(ordered(stanza), options)).toBe(canonical(ordered(parseStanza(wanted)), options));
}

function ordered(stanza: Element): Element {
  const copy = copyElement(stanza);
  const keyOf = (child: Element | string): string => (typeof child === 'string' ? child : canonical(child));
  copy.children.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return copy;
}
