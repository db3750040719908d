import type { SaxesTagNS } from 'saxes';

/**
 * The tags that are open, and what prefixes stand for in the innermost. saxes looks each prefix up from tag to tag
 * outwards, which for many prefixes in a deep stanza costs the product of both. Here the first tag that it asks knows
 * the answer.
 */
export class OpenTags {
  /** Prefix → namespace at this place, with those that are never declared or need not be (Namespaces in XML, 3 and 6.2). */
  readonly #scope = new Map([
    ['', ''],
    ['xml', 'http://www.w3.org/XML/1998/namespace'],
    ['xmlns', 'http://www.w3.org/2000/xmlns/'],
  ]);
  /** For each open tag what its declarations hid, outermost tag first. */
  readonly #hidden: (readonly (readonly [prefix: string, uri: string | undefined])[])[] = [];
  /** Behind the own declarations of every tag. A prototype that changes would cost its size at each change. */
  readonly #around = new Proxy(
    {},
    { get: (_, prefix) => (typeof prefix === 'string' ? this.#scope.get(prefix) : undefined) },
  );

  get size(): number {
    return this.#hidden.length;
  }

  /** A tag begins; its attributes are not read yet. */
  begin(tag: Pick<SaxesTagNS, 'ns'>): void {
    Object.setPrototypeOf(tag.ns, this.#around);
  }

  /** The same tag is read. */
  push(tag: Pick<SaxesTagNS, 'ns'>): void {
    const own = Object.entries(tag.ns);
    this.#hidden.push(own.map(([prefix]) => [prefix, this.#scope.get(prefix)]));
    for (const [prefix, uri] of own) this.#scope.set(prefix, uri);
  }

  /** The innermost tag is closed. */
  pop(): void {
    for (const [prefix, uri] of this.#hidden.pop() ?? []) {
      if (uri === undefined) this.#scope.delete(prefix);
      else this.#scope.set(prefix, uri);
    }
  }
}
