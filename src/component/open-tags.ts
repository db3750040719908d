import type { SaxesTagNS } from 'saxes';

/**
 * The tags that are open, outermost first. saxes looks up each prefix from the innermost tag outwards, which in a deep
 * stanza costs the square of the depth. So what it found is written into the tags on its way: it walks each tag once.
 */
export class OpenTags {
  readonly #tags: SaxesTagNS[] = [];

  get size(): number {
    return this.#tags.length;
  }

  push(tag: SaxesTagNS): void {
    this.#tags.push(tag);
    this.#note(tag.prefix, tag.uri);
    for (const { prefix, uri } of Object.values(tag.attributes)) {
      // Attributes without a prefix have no namespace.
      if (prefix !== '') this.#note(prefix, uri);
    }
  }

  pop(): void {
    this.#tags.pop();
  }

  /** Every tag up to the one that declares the prefix gives the same answer as that one. */
  #note(prefix: string, uri: string): void {
    for (let index = this.#tags.length - 1; index >= 0; index--) {
      const ns = this.#tags[index]?.ns;
      if (ns === undefined || ns[prefix] !== undefined) return;
      ns[prefix] = uri;
    }
  }
}
