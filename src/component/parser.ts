import { EventEmitter } from 'node:events';
import { Element, xmlText } from './element.js';
import { ComponentError, type ComponentErrorCode } from './errors.js';
import { decodeText, readEndTag, readTag } from './markup.js';
import { Namespaces } from './namespaces.js';
import { Tokenizer, type TokenKind } from './tokenizer.js';

/** Namespace of the stream root (RFC 6120, 4.8.1). */
export const NS_STREAM = 'http://etherx.jabber.org/streams';

/**
 * What one top-level element may cost. One beyond the first four is not kept: it came from some user, and is no reason to
 * end the stream of all. The last two bound the memory that reading over it takes; beyond them the stream ends.
 */
export interface ParserLimits {
  /** Size of a top-level element with all it holds, UTF-16 units of markup and text. */
  readonly stanzaSize: number;
  /** Nesting of elements below the stream root. */
  readonly depth: number;
  /** Attributes of one element, namespace declarations included. */
  readonly attributes: number;
  /** Elements in one top-level element. */
  readonly elements: number;
  /** As `stanzaSize`, for an element that is read over. */
  readonly droppedSize: number;
  /** As `depth`, for an element that is read over. */
  readonly droppedDepth: number;
}

/** Prosody's own bound for a stanza is 512 KiB; ejabberd has none unless it is told one. */
export const DEFAULT_PARSER_LIMITS: ParserLimits = {
  stanzaSize: 512 * 1024,
  depth: 64,
  attributes: 64,
  elements: 10_000,
  droppedSize: 4 * 1024 * 1024,
  droppedDepth: 100_000,
};

/** Where a parser delivers. None of these may throw. */
export interface ParserEvents {
  /** A complete element below the root. */
  readonly onElement: (element: Element) => void;
  /**
   * A complete element below the root that was over a limit, or could not be read, without what was in it. Of the
   * attributes only the addresses, id and type are left. Where nobody takes it, it is a violation.
   */
  readonly onDropped?: (envelope: Element, reason: ComponentError) => void;
  /** Characters that XML does not have became U+FFFD in an element; it is delivered next. */
  readonly onRepaired?: (element: Element) => void;
  /** The peer closed its stream. */
  readonly onEnd: () => void;
  /** The first violation; nothing is delivered any more after it. */
  readonly onViolation: (error: ComponentError) => void;
}

/** An open tag below the root. Of one that is read over only the name is kept, to find its end. */
interface Open {
  readonly name: string;
  readonly element?: Element;
  readonly children?: (Element | string)[];
  readonly hidden?: Parameters<Namespaces['leave']>[0];
}

const WHITE_SPACE = /^[ \t\r\n]*$/;
const BYTE_ORDER_MARK = '\u{feff}';

/**
 * Stream parser with bounds: XML 1.0 with namespaces, and of that only what XMPP allows (RFC 6120, 11.1: no comments,
 * processing instructions, DTDs, entities but the five). It emits `start` for the stream header, as @xmpp/component
 * expects; the rest goes to {@link ParserEvents}. `write` never throws. The root never grows.
 *
 * What comes in a stanza was written by some user, and is no reason to end the stream of all: characters that XML does not
 * have are replaced, and a stanza that cannot be read is read over, as long as its end is beyond doubt.
 */
export class GuardedParser extends EventEmitter {
  readonly #limits: ParserLimits;
  readonly #events: ParserEvents;
  readonly #tokenizer: Tokenizer;
  readonly #namespaces = new Namespaces();
  #isOver = false;
  #isBegun = false;
  /** Name of the root's tag, once it is there. */
  #root: string | undefined;
  /** Open tags below the root, outermost first. */
  readonly #open: Open[] = [];
  /** Why the present top-level element is read over. */
  #dropped: ComponentError | undefined;
  #envelope: Element | undefined;
  #isRepaired = false;
  /** Units of the present top-level element in whole tokens, and of the token that is not whole yet. */
  #size = 0;
  #partSize = 0;
  #elements = 0;

  constructor(limits: ParserLimits, events: ParserEvents) {
    super();
    this.#limits = limits;
    this.#events = events;
    this.#tokenizer = new Tokenizer({
      onToken: (kind, text) => this.#onToken(kind, text),
      onPart: (kind, part) => this.#onPart(kind, part),
      onFault: (why) => this.#fail(why === 'a document type' ? 'restricted-xml' : 'not-well-formed', why),
    });
  }

  /** Takes the next piece of the stream, cut anywhere between two characters. */
  write(text: string): void {
    if (this.#isOver || text === '') return;
    const piece = this.#isBegun || !text.startsWith(BYTE_ORDER_MARK) ? text : text.slice(1);
    this.#isBegun = true;
    this.#tokenizer.write(piece);
  }

  #onPart(kind: TokenKind | undefined, part: string): boolean {
    if (kind === 'text' && this.#open.length === 0) {
      if (!WHITE_SPACE.test(part)) this.#fail('not-well-formed', 'text between stanzas');
      // White space between stanzas is keepalive.
      if (this.#root !== undefined) return false;
    }
    this.#partSize += part.length;
    this.#checkSize();
    // A tag is kept whole also while it is read over: its name is needed.
    return !this.#isOver && (this.#dropped === undefined || (kind !== 'text' && kind !== 'cdata'));
  }

  #onToken(kind: TokenKind, text: string): void {
    this.#partSize = 0;
    const isBetween = this.#open.length === 0;
    if (kind === 'text' && isBetween) {
      if (!WHITE_SPACE.test(text)) this.#fail('not-well-formed', 'text between stanzas');
      return;
    }
    this.#size += text.length;
    this.#checkSize();
    if (this.#isOver) return;
    if (kind === 'start') this.#onStart(text);
    else if (kind === 'end') this.#onEndTag(readEndTag(text));
    else if (isBetween) this.#onOutside(kind, text);
    else if (kind === 'text') this.#onText(decodeText(text));
    else if (kind === 'cdata') {
      const raw = text.slice('<![CDATA['.length, -']]>'.length).replace(/\r\n?/g, '\n');
      const clean = xmlText(raw);
      this.#onText({ text: clean, isRepaired: clean !== raw });
    } else this.#drop('restricted-xml', kind === 'comment' ? 'a comment' : 'a processing instruction');
  }

  /** Markup other than tags between stanzas, where nobody but the server writes. */
  #onOutside(kind: TokenKind, text: string): void {
    if (kind !== 'instruction' || this.#root !== undefined || !/^<\?xml\s/.test(text)) {
      this.#fail('restricted-xml', `no ${kind} belongs here`);
      return;
    }
    const encoding = /\sencoding\s*=\s*["']([^"']*)/.exec(text)?.[1] ?? 'utf-8';
    if (encoding.toLowerCase() !== 'utf-8') this.#fail('restricted-xml', 'the stream is not UTF-8');
  }

  #onStart(text: string): void {
    const tag = readTag(text, () => (this.#isRepaired = true));
    if (tag === undefined) {
      this.#fail('not-well-formed', 'a tag that cannot be read');
      return;
    }
    if (this.#root !== undefined) this.#elements += 1;
    if (tag.attributes.length > this.#limits.attributes) {
      this.#drop('policy-violation', 'an element has too many attributes');
    }
    if (this.#elements > this.#limits.elements)
      this.#drop('policy-violation', 'too many elements in a stanza');
    if (this.#open.length >= this.#limits.depth)
      this.#drop('policy-violation', 'a stanza is nested too deep');
    if (this.#isOver) return;
    if (this.#dropped !== undefined && this.#open.length > 0) {
      this.#enter({ name: tag.name }, tag.isEmpty);
      return;
    }
    const above =
      this.#open.at(-1)?.element?.getNS() ?? (this.#open.length === 0 ? this.#namespaces.default : '');
    const { local, uri, attrs, flaw, hidden } = this.#namespaces.enter(tag);
    if (this.#root === undefined) {
      this.#onRoot(tag.name, tag.flaw ?? flaw, new Element(tag.name, attrs, [], uri), local);
      return;
    }
    if (uri !== above) attrs.xmlns = uri;
    const children: (Element | string)[] = [];
    const element = new Element(local, attrs, children, uri);
    if (tag.flaw !== undefined || flaw !== undefined) this.#drop('not-well-formed', tag.flaw ?? flaw ?? '');
    if (this.#open.length === 0)
      this.#envelope = this.#dropped === undefined ? undefined : envelopeOf(element);
    this.#open.at(-1)?.children?.push(element);
    this.#enter({ name: tag.name, element, children, hidden }, tag.isEmpty);
  }

  #onRoot(name: string, flaw: string | undefined, root: Element, local: string): void {
    if (flaw !== undefined) this.#fail('not-well-formed', flaw);
    else if (local !== 'stream' || root.getNS() !== NS_STREAM)
      this.#fail('not-well-formed', 'the peer does not speak XMPP');
    else {
      this.#root = name;
      this.#size = 0;
      this.#isRepaired = false;
      this.emit('start', root);
    }
  }

  #enter(open: Open, isEmpty: boolean): void {
    if (this.#isOver) return;
    this.#open.push(open);
    if (this.#open.length > this.#limits.droppedDepth)
      this.#fail('policy-violation', 'a stanza is nested too deep');
    else if (isEmpty) this.#onEndTag(open.name);
  }

  #onText({ text, isRepaired }: { readonly text: string; readonly isRepaired: boolean }): void {
    if (isRepaired) this.#isRepaired = true;
    if (this.#dropped === undefined && text !== '') this.#open.at(-1)?.children?.push(text);
  }

  #onEndTag(name: string | undefined): void {
    const open = this.#open.pop();
    if (name === undefined || name !== (open?.name ?? this.#root)) {
      this.#fail('not-well-formed', 'an end tag of another element');
      return;
    }
    if (open === undefined) {
      this.#finish();
      this.#events.onEnd();
      return;
    }
    if (open.hidden !== undefined) this.#namespaces.leave(open.hidden);
    if (this.#open.length === 0) this.#deliver(open.element);
  }

  #deliver(top: Element | undefined): void {
    const [dropped, envelope, isRepaired] = [this.#dropped, this.#envelope, this.#isRepaired];
    this.#dropped = undefined;
    this.#envelope = undefined;
    this.#isRepaired = false;
    this.#size = 0;
    this.#elements = 0;
    if (dropped !== undefined) {
      if (envelope !== undefined) this.#events.onDropped?.(envelope, dropped);
    } else if (top !== undefined) {
      if (isRepaired) this.#events.onRepaired?.(top);
      this.#events.onElement(top);
    }
  }

  #checkSize(): void {
    const size = this.#size + this.#partSize;
    if (size <= this.#limits.stanzaSize) return;
    if (size > this.#limits.droppedSize) this.#fail('policy-violation', 'a stanza is too large');
    else this.#drop('policy-violation', 'a stanza is too large');
  }

  /** From now on the present top-level element is read over. */
  #drop(code: ComponentErrorCode, why: string): void {
    if (this.#root === undefined || this.#events.onDropped === undefined) {
      this.#fail(code, why);
      return;
    }
    if (this.#dropped !== undefined) return;
    this.#dropped = new ComponentError(code, why);
    const top = this.#open[0]?.element;
    if (top !== undefined) this.#envelope = envelopeOf(top);
  }

  #fail(code: ComponentErrorCode, why: string): void {
    if (this.#isOver) return;
    this.#finish();
    this.#events.onViolation(new ComponentError(code, why));
  }

  #finish(): void {
    this.#isOver = true;
    this.#open.length = 0;
    this.#tokenizer.stop();
  }
}

/** Longest attribute of an envelope, UTF-16 units: an address of three full parts. */
const MAX_ENVELOPE_ATTRIBUTE = 3_071;

/** What is needed to answer a stanza. */
function envelopeOf(element: Element): Element {
  const kept: Record<string, string> = {};
  for (const key of ['from', 'to', 'id', 'type', 'xmlns']) {
    const value = element.attrs[key];
    if (value !== undefined && value.length <= MAX_ENVELOPE_ATTRIBUTE) kept[key] = value;
  }
  return new Element(element.name, kept, [], element.getNS() ?? '');
}
