import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MAX_PAGE, type Page, pageElement, pageOf } from '../../src/mapping/paging.js';

const id = (text: string): string => text;
const set = fc.uniqueArray(fc.string({ maxLength: 6 }), { maxLength: 60 });
const size = fc.integer({ min: 1, max: 12 });
const sorted = (texts: readonly string[]): string[] => [...texts].sort((a, b) => (a < b ? -1 : 1));

/** All pages from one end to the other. */
function walk(ask: (previous: Page<string> | undefined) => Page<string> | undefined): Page<string>[] {
  const pages: Page<string>[] = [];
  for (let previous: Page<string> | undefined; pages.length < 100;) {
    const page = ask(previous);
    if (page === undefined || page.items.length === 0) return pages;
    pages.push(page);
    previous = page;
  }
  throw new Error('endless');
}

describe('paging', () => {
  it('forwards yields every item once, in order, whatever the size of a page', () => {
    fc.assert(
      fc.property(set, size, (texts, max) => {
        const pages = walk((previous) =>
          pageOf(texts, id, previous?.last === undefined ? { max } : { max, after: previous.last }),
        );
        expect(pages.flatMap(({ items }) => items)).toEqual(sorted(texts));
      }),
    );
  });

  it('backwards yields every item once, the last page first', () => {
    fc.assert(
      fc.property(set, size, (texts, max) => {
        const pages = walk((previous) =>
          previous?.first === '' ? undefined : pageOf(texts, id, { max, before: previous?.first ?? '' }),
        );
        expect(pages.reverse().flatMap(({ items }) => items)).toEqual(sorted(texts));
      }),
    );
  });

  it('by index agrees with paging forwards, and tells the true index and count', () => {
    fc.assert(
      fc.property(set, size, fc.nat(70), (texts, max, index) => {
        const page = pageOf(texts, id, { max, index });
        expect(page.items).toEqual(sorted(texts).slice(index, index + max));
        expect(page.index).toBe(page.items.length === 0 ? undefined : index);
        expect(page.count).toBe(texts.length);
        expect(page.first).toBe(page.items[0]);
        expect(page.last).toBe(page.items.at(-1));
      }),
    );
  });

  it('goes on at the right place when the item it stands at is removed between two pages', () => {
    fc.assert(
      fc.property(set, size, (texts, max) => {
        const first = pageOf(texts, id, { max });
        const { last } = first;
        fc.pre(last !== undefined);
        const rest = texts.filter((text) => text !== last);
        const next = pageOf(rest, id, { max: 1000, after: last }, 1000);
        expect(next.items).toEqual(sorted(texts).slice(max));
      }),
    );
  });

  it('does not depend on the order in which the items come', () => {
    fc.assert(
      fc.property(set, size, (texts, max) => {
        expect(pageOf([...texts].reverse(), id, { max })).toEqual(pageOf(texts, id, { max }));
      }),
    );
  });

  it('never gives more than the limit', () => {
    const many = Array.from({ length: 3 * MAX_PAGE }, (_, i) => String(i));
    expect(pageOf(many, id, { max: 999_999_999 }).items).toHaveLength(MAX_PAGE);
    expect(pageOf(many, id, {}).items).toHaveLength(MAX_PAGE);
    expect(pageOf(many, id, { max: 0 }).items).toHaveLength(0);
  });

  it('says nothing of first and last in an empty page', () => {
    const element = pageElement(pageOf([], id, { max: 5 }));
    expect(element.getChild('first')).toBeUndefined();
    expect(element.getChild('last')).toBeUndefined();
    expect(element.getChildText('count')).toBe('0');
  });
});
