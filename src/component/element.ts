import type { Language } from '../text/catalogue.js';
import type { Text } from '../text/text.js';
import { ComponentError } from './errors.js';

/** Attributes by name. Names have no prefix but `xml`. */
export type Attributes = Readonly<Record<string, string>>;

/** Name of an element: literals with a character that no name has do not compile, the rest is checked when it is built. */
export type ElementName<N extends string> =
  N extends `${string}${' ' | '<' | '>' | '&' | '"' | "'" | '/' | '=' | ':'}${string}` ? never : N;

/** Texts of the catalogue in an element, by the name of the attribute or the place among the children where they stand in English. */
export type PlacedTexts = ReadonlyMap<string | number, Text>;

/** A start tag without its end, and what follows: an attribute may stand in between. */
export type Halves = readonly [start: string, rest: string];

/**
 * A stanza or a part of one. Only `xml()` of `stanza.ts` and the stream parser make elements, and both leave in them
 * nothing that could not be written out as it is: names without prefixes, characters that XML carries, no circles. So
 * {@link renderElement} needs no second look. Outside of this folder the class is a type only.
 */
export class Element {
  /** Local name. */
  readonly name: string;
  readonly attrs: Attributes;
  readonly children: readonly (Element | string)[];
  /** Made by the parser: its namespace is known, and it must be copied before it goes into a stanza of ours. */
  readonly isReceived: boolean;
  /** Namespace, empty for none; undefined while the element is built and no element around it has declared one. */
  #namespace: string | undefined;
  /** Own texts that exist in other languages; undefined for none in it, empty for some further inside. */
  readonly #texts: PlacedTexts | undefined;
  #halves: Halves | undefined;

  /**
   * @param namespace what the parser resolved; elements that are built declare or inherit theirs.
   * @param texts what is to be in the language of whoever gets it
   */
  constructor(
    name: string,
    attrs: Attributes,
    children: readonly (Element | string)[],
    namespace?: string,
    texts?: PlacedTexts,
  ) {
    this.name = name;
    this.attrs = attrs;
    this.children = children;
    this.isReceived = namespace !== undefined;
    this.#texts = texts ?? (namespace === undefined && children.some(isTranslatable) ? NO_TEXTS : undefined);
    this.#namespace = namespace ?? attrs.xmlns;
    if (!this.isReceived && this.#namespace !== undefined) this.#pass(this.#namespace);
  }

  /** Texts of the catalogue in it, as it was built with them. */
  get texts(): PlacedTexts | undefined {
    return this.#texts;
  }

  /** True where something in it would read otherwise in another language. */
  get hasTexts(): boolean {
    return this.#texts !== undefined;
  }

  /** The same in a language: itself when there is nothing to translate. What is translated says so by `xml:lang`. */
  inLanguage(language: Language): Element {
    const texts = this.#texts;
    if (language === 'en' || texts === undefined) return this;
    const attrs: Record<string, string> = { ...this.attrs };
    const children = this.children.map((child, index) => {
      if (typeof child !== 'string') return child.inLanguage(language);
      const text = texts.get(index);
      if (text === undefined) return child;
      attrs['xml:lang'] = language;
      return xmlText(text.in(language));
    });
    for (const [place, text] of texts) {
      if (typeof place !== 'string') continue;
      attrs[place] = attributeText(text.in(language));
      // Of an attribute's language nothing is said, unless the element names one anyway.
      if (attrs['xml:lang'] !== undefined) attrs['xml:lang'] = language;
    }
    return new Element(this.name, attrs, children);
  }

  getName(): string {
    return this.name;
  }

  /** The namespace, inherited ones too; undefined for none. */
  getNS(): string | undefined {
    return this.#namespace === '' ? undefined : this.#namespace;
  }

  is(name: string, xmlns?: string): boolean {
    return this.name === name && (xmlns === undefined || this.#namespace === xmlns);
  }

  /** The first child of this name, in this namespace when one is given. */
  getChild(name: string, xmlns?: string): Element | undefined {
    for (const child of this.children) if (typeof child !== 'string' && child.is(name, xmlns)) return child;
    return undefined;
  }

  getChildren(name: string, xmlns?: string): Element[] {
    return this.getChildElements().filter((child) => child.is(name, xmlns));
  }

  getChildElements(): Element[] {
    return this.children.filter((child) => typeof child !== 'string');
  }

  /** The text of the first child of this name; null without such a child. */
  getChildText(name: string, xmlns?: string): string | null {
    return this.getChild(name, xmlns)?.getText() ?? null;
  }

  /** Own text, without that of children. */
  getText(): string {
    let text = '';
    for (const child of this.children) if (typeof child === 'string') text += child;
    return text;
  }

  /** Its text, made once: for one that goes out many times, in which nothing is changed any more. */
  get halves(): Halves {
    return (this.#halves ??= [renderStart(this), renderRest(this)]);
  }

  /** Sets an attribute, cleaned; `undefined` takes it away. @throws ComponentError `invalid-stanza` for a bad name. */
  setAttribute(name: string, value: string | undefined): void {
    const attrs: Record<string, string> = this.attrs;
    this.#halves = undefined;
    if (value === undefined) Reflect.deleteProperty(attrs, name);
    else attrs[attributeName(name)] = attributeText(value);
  }

  toString(): string {
    return renderElement(this);
  }

  #pass(namespace: string): void {
    for (const child of this.children) {
      if (typeof child === 'string' || child.#namespace !== undefined) continue;
      child.#namespace = namespace;
      child.#pass(namespace);
    }
  }
}

const NO_TEXTS: PlacedTexts = new Map();

const isTranslatable = (child: Element | string): boolean => typeof child !== 'string' && child.hasTexts;

// XML 1.0, production Char: everything else may not appear, not even as a character reference. With the u flag
// a surrogate matches only when it has no partner.
const NOT_XML_CHAR = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
// Quick look without the u flag, which costs ten times as much: what this does not find is clean.
const SUSPECT = /[^\t\n\r -\ud7ff\ue000-\ufffd]/;

/** Replaces each character that XML 1.0 cannot carry by U+FFFD. */
export function xmlText(text: string): string {
  return SUSPECT.test(text) ? text.replace(NOT_XML_CHAR, '\u{fffd}') : text;
}

const WHITE_SPACE = /[\t\n\r]/;

/** An attribute's value; white space becomes what every parser makes of it (XML 1.0, 3.3.3). */
export function attributeText(text: string): string {
  const clean = xmlText(text);
  return WHITE_SPACE.test(clean) ? clean.replace(/[\t\n\r]/g, ' ') : clean;
}

const NAME = /^[A-Za-z_][\w.-]*$/;
const ATTRIBUTE_NAME = /^(?:xml:)?[A-Za-z_][\w.-]*$/;

/** Names that were checked. They come from code, so they are few; the bound is for the case that they do not. */
const checked = { element: new Set<string>(), attribute: new Set<string>() };
const MAX_CHECKED = 1_000;

/** @throws ComponentError `invalid-stanza` for what is no name or has a prefix. */
export function elementName(name: string): string {
  return checkName(name, NAME, checked.element);
}

/** As {@link elementName}; `xml:lang` and its kin pass. */
export function attributeName(name: string): string {
  return checkName(name, ATTRIBUTE_NAME, checked.attribute);
}

function checkName(name: string, pattern: RegExp, known: Set<string>): string {
  if (known.has(name)) return name;
  if (!pattern.test(name)) throw new ComponentError('invalid-stanza', 'not an XML name');
  if (known.size < MAX_CHECKED) known.add(name);
  return name;
}

/** Whether a received name is one that we would write. */
export function isPlainName(name: string): boolean {
  return ATTRIBUTE_NAME.test(name);
}

const MARKUP = /[&<>"]/;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeText(text: string): string {
  return MARKUP.test(text) ? text.replace(/[&<>]/g, (char) => ESCAPES[char] ?? char) : text;
}

/** An attribute with its name, as it stands in a start tag. */
export function renderAttribute(name: string, value: string): string {
  const text = MARKUP.test(value) ? value.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char) : value;
  return ` ${name}="${text}"`;
}

/** The text of an element, well-formed for all that can be built or received. */
export function renderElement(element: Element): string {
  return `${renderStart(element)}${renderRest(element)}`;
}

/** The start tag without its end, so that a further attribute may follow. */
export function renderStart({ name, attrs }: Element): string {
  let text = `<${name}`;
  for (const key of Object.keys(attrs)) text += renderAttribute(key, attrs[key] ?? '');
  return text;
}

/** What follows on {@link renderStart}. */
export function renderRest({ name, children }: Element): string {
  if (children.length === 0) return '/>';
  let text = '>';
  for (const child of children) text += typeof child === 'string' ? escapeText(child) : renderElement(child);
  return `${text}</${name}>`;
}
