import { attributeText, xmlText } from './element.js';

/** A start tag as it is written. */
export interface Tag {
  /** With its prefix. */
  readonly name: string;
  /** In order, with prefixes, values decoded; a name may come twice. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly isEmpty: boolean;
  /** The first thing that is not as it has to be, though the tag can be read. */
  readonly flaw: string | undefined;
}

/** Text with what had to be replaced in it. */
export interface Decoded {
  readonly text: string;
  readonly isRepaired: boolean;
}

// Lenient: any name; what it is made of is checked afterwards.
const TAG_NAME = /<([^\s/>='"]+)/y;
const ATTRIBUTE = /(\s*)([^\s/>='"]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const TAG_END = /\s*(\/?)>$/y;

/**
 * Reads a start tag that the tokenizer has cut. @returns undefined where even lenient readers would disagree on it.
 * @param onRepair - told when characters of a value had to be replaced
 */
export function readTag(text: string, onRepair: () => void): Tag | undefined {
  TAG_NAME.lastIndex = 0;
  const name = TAG_NAME.exec(text)?.[1];
  if (name === undefined) return undefined;
  let flaw = isQualifiedName(name) ? undefined : 'a bad name';
  let at = TAG_NAME.lastIndex;
  const attributes: [string, string][] = [];
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (match === null) break;
    at = ATTRIBUTE.lastIndex;
    const [, space, key = '', double, single = ''] = match;
    if (space === '') flaw ??= 'attributes that run together';
    if (!isQualifiedName(key)) flaw ??= 'a bad name';
    const { text: value, isRepaired } = decode(double ?? single);
    if (isRepaired) onRepair();
    attributes.push([key, attributeText(value)]);
  }
  TAG_END.lastIndex = at;
  const end = TAG_END.exec(text);
  return end === null ? undefined : { name, attributes, isEmpty: end[1] === '/', flaw };
}

const END_TAG = /^<\/([^\s/>='"]+)\s*>$/;

/** Name of an end tag. */
export function readEndTag(text: string): string | undefined {
  return END_TAG.exec(text)?.[1];
}

// An ampersand that begins no reference stands alone.
const REFERENCE = /&(?:#x([0-9a-fA-F]+);|#([0-9]+);|([A-Za-z_][\w.-]*);)?/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);
const REPLACEMENT = '\u{fffd}';
const MAX_CODE_POINT = 0x10ffff;

/** Character data with its references resolved; what XML does not have becomes U+FFFD. */
export function decode(raw: string): Decoded {
  const lines = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  let text = xmlText(lines);
  let isRepaired = text !== lines;
  if (text.includes('&')) {
    text = text.replace(REFERENCE, (_, hex?: string, decimal?: string, name?: string) => {
      const known = resolve(hex, decimal, name);
      if (known === undefined) isRepaired = true;
      return known ?? REPLACEMENT;
    });
  }
  return { text, isRepaired };
}

/** Text between tags. */
export function decodeText(raw: string): Decoded {
  const { text, isRepaired } = decode(raw);
  return { text, isRepaired: isRepaired || raw.includes(']]>') };
}

function resolve(hex?: string, decimal?: string, name = ''): string | undefined {
  if (hex === undefined && decimal === undefined) return ENTITIES.get(name);
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (code > MAX_CODE_POINT) return undefined;
  const char = String.fromCodePoint(code);
  return xmlText(char) === char ? char : undefined;
}

// XML 1.0 (fifth edition), productions 4 and 4a, without the colon.
const START_RANGES = [
  'A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}-\\u{200d}',
  '\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}',
];
const START = START_RANGES.join('');
const REST = ['\\u{300}-\\u{36f}', START, '\\-.0-9\\u{b7}\\u{203f}-\\u{2040}'].join('');
const QUALIFIED_NAME = new RegExp(`^[${START}][${REST}]*(?::[${START}][${REST}]*)?$`, 'u');
const PLAIN_NAME = /^[A-Za-z_][\w.-]*$/;

function isQualifiedName(name: string): boolean {
  return PLAIN_NAME.test(name) || QUALIFIED_NAME.test(name);
}
