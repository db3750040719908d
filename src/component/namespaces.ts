import type { Tag } from './markup.js';

const NS_XML = 'http://www.w3.org/XML/1998/namespace';
const NS_XMLNS = 'http://www.w3.org/2000/xmlns/';

/** What a tag means once its prefixes are resolved. */
export interface Resolved {
  readonly local: string;
  /** Namespace, empty for none. */
  readonly uri: string;
  /** Without declarations; of those with a prefix only the ones of `xml`. */
  readonly attrs: Record<string, string>;
  readonly flaw: string | undefined;
}

type Hidden = readonly (readonly [prefix: string, uri: string | undefined])[];

/** What prefixes stand for at one place of the stream. A declaration costs as much as it is long, however deep it stands. */
export class Namespaces {
  /** Those that are never declared or need not be (Namespaces in XML, 3 and 6.2), and what open tags declare. */
  readonly #scope = new Map([
    ['', ''],
    ['xml', NS_XML],
  ]);

  get default(): string {
    return this.#scope.get('') ?? '';
  }

  /** Enters a tag. @returns with its meaning what to {@link leave} it with. */
  enter({ name, attributes }: Tag): Resolved & { readonly hidden: Hidden } {
    let flaw: string | undefined;
    const hidden: [string, string | undefined][] = [];
    for (const [key, uri] of attributes) {
      if (key !== 'xmlns' && !key.startsWith('xmlns:')) continue;
      const prefix = key.slice('xmlns:'.length);
      if (isForbidden(prefix, uri)) flaw ??= 'a namespace that must not be declared';
      hidden.push([prefix, this.#scope.get(prefix)]);
      this.#scope.set(prefix, uri);
    }
    const attrs: Record<string, string> = {};
    const seen = new Set<string>();
    for (const [key, value] of attributes) {
      const [prefix, local] = split(key);
      const isDeclaration = key === 'xmlns' || prefix === 'xmlns';
      const uri = isDeclaration ? NS_XMLNS : prefix === '' ? '' : this.#scope.get(prefix);
      if (uri === undefined) flaw ??= 'an unbound prefix';
      const expanded = uri === undefined || uri === '' ? key : `{${uri}}${local}`;
      if (seen.has(expanded)) flaw ??= 'an attribute that is there twice';
      seen.add(expanded);
      if (prefix === 'xml' || (prefix === '' && !isDeclaration)) attrs[key] = value;
    }
    const [prefix, local] = split(name);
    const uri = this.#scope.get(prefix);
    if (uri === undefined || prefix === 'xmlns') flaw ??= 'an unbound prefix';
    return { local, uri: uri ?? '', attrs, flaw, hidden };
  }

  leave(hidden: Hidden): void {
    // Backwards: the same prefix may have been declared twice.
    for (const [prefix, uri] of hidden.toReversed()) {
      if (uri === undefined) this.#scope.delete(prefix);
      else this.#scope.set(prefix, uri);
    }
  }
}

function split(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function isForbidden(prefix: string, uri: string): boolean {
  if (prefix === 'xml') return uri !== NS_XML;
  return prefix === 'xmlns' || uri === NS_XML || uri === NS_XMLNS || (prefix !== '' && uri === '');
}
