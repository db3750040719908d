import type { Jid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import { type Language, languageOf } from '../../text/catalogue.js';
import { LruMap } from '../../util/lru-map.js';

/** Clients and users whose language is remembered. */
const MAX_REMEMBERED = 20_000;

/**
 * In which language somebody reads: what the user has set, else that of the last stanza of the client which named one (`xml:lang`,
 * RFC 6120, 8.1.5), else that of the user's other clients, else the gateway's.
 */
export class Languages {
  readonly #fallback: () => Language;
  /** By full and by bare JID. What is not in the catalogue is not remembered. */
  readonly #heard = new LruMap<string, Language>(MAX_REMEMBERED);
  /** Asked for a bare JID. */
  #chosen: (user: string) => Language | undefined = () => undefined;

  /** @param fallback - the gateway's, asked anew each time */
  constructor(fallback: () => Language) {
    this.#fallback = fallback;
  }

  /** @param chosen - what the user with this bare JID has set; goes before everything else */
  set chosen(chosen: (user: string) => Language | undefined) {
    this.#chosen = chosen;
  }

  heard(from: Jid, tag: string): void {
    const language = languageOf(tag);
    if (language === undefined) return;
    this.#heard.set(from.full, language);
    this.#heard.set(from.bare, language);
  }

  /** @param jid - full or bare */
  of(jid: string): Language {
    const bare = jid.split('/', 1)[0] ?? jid;
    return this.#chosen(bare) ?? this.#heard.peek(jid) ?? this.#heard.peek(bare) ?? this.#fallback();
  }

  /** A stanza as its addressee reads it. */
  translated(stanza: Element): Element {
    return stanza.hasTexts ? stanza.inLanguage(this.of(stanza.attrs.to ?? '')) : stanza;
  }

  /** A stanza for several addressees, once in each of their languages. */
  translations(
    stanza: Element,
    addressees: readonly string[],
  ): Iterable<readonly [Element, readonly string[]]> {
    if (!stanza.hasTexts) return [[stanza, addressees]];
    const readers = new Map<Language, string[]>();
    for (const jid of addressees) {
      const language = this.of(jid);
      const group = readers.get(language);
      if (group === undefined) readers.set(language, [jid]);
      else group.push(jid);
    }
    return [...readers].map(([language, group]) => [stanza.inLanguage(language), group]);
  }
}
