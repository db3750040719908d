import { readFileSync, writeFileSync } from 'node:fs';

import { expect } from 'vitest';

import { DEFAULT_PARSER_LIMITS, GuardedParser } from '../../src/component/parser.js';
import { type Element, errorReply } from '../../src/component/stanza.js';
import type { XmppError } from '../../src/mapping/errors.js';

/** Reads one stanza as it would come from the Jabber server. */
export function parseStanza(text: string): Element {
  const found: Element[] = [];
  const parser = new GuardedParser(DEFAULT_PARSER_LIMITS, {
    onElement: (element) => found.push(element),
    onEnd: () => {},
    onViolation: (error) => {
      throw error;
    },
  });
  parser.write(
    `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>${text.trim()}`,
  );
  const [stanza] = found;
  if (stanza === undefined || found.length !== 1) throw new Error(`not one stanza: ${text}`);
  return stanza;
}

/** One way to write an element: attributes in order, two spaces for each level, text as it is. */
export function canonical(element: Element, indent = ''): string {
  const attrs = Object.entries(element.attrs)
    .filter(([, value]) => (value as string | undefined) !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}='${escape(value).replaceAll("'", '&apos;')}'`)
    .join('');
  const open = `${indent}<${element.name}${attrs}`;
  if (element.children.length === 0) return `${open}/>\n`;
  if (element.children.some((child) => typeof child === 'string')) {
    const inner = element.children
      .map((child) => (typeof child === 'string' ? escape(child) : canonical(child).trimEnd()))
      .join('');
    return `${open}>${inner}</${element.name}>\n`;
  }
  const inner = element.children
    .map((child) => (typeof child === 'string' ? child : canonical(child, `${indent}  `)))
    .join('');
  return `${open}>\n${inner}${indent}</${element.name}>\n`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const folder = new URL('../golden/', import.meta.url);

/**
 * Feeds `test/golden/<name>.request.xml` to `answer` and compares with `<name>.answer.xml`.
 * With UPDATE_GOLDEN=1 the answer is written instead: look at the difference before committing it.
 */
export function expectGolden(name: string, answer: (request: Element) => Element | undefined): void {
  const request = parseStanza(readFileSync(new URL(`${name}.request.xml`, folder), 'utf8'));
  const produced = answer(request);
  const text = produced === undefined ? '' : canonical(produced);
  const file = new URL(`${name}.answer.xml`, folder);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

/** The answer to a stanza that failed, undefined when it must not be answered. */
export const errorAnswer = (stanza: Element, { type, condition, text }: XmppError): Element | undefined =>
  errorReply(stanza, type, condition, text);
