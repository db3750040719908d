import { EventEmitter } from 'node:events';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { attributeText, Element } from './element.js';
import { ComponentError, type ComponentErrorCode } from './errors.js';
import { OpenTags } from './open-tags.js';

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
   * A complete element below the root that was over a limit, without all that was in it. Of the attributes only the
   * addresses, id and type are left. Where nobody takes it, going over a limit is a violation.
   */
  readonly onDropped?: (envelope: Element, reason: ComponentError) => void;
  /** The peer closed its stream. */
  readonly onEnd: () => void;
  /** The first violation; nothing is delivered any more after it. */
  readonly onViolation: (error: ComponentError) => void;
}

interface Open {
  readonly element: Element;
  readonly children: (Element | string)[];
}

// In these two positions the attempt to be well-formed is over.
type State = 'open' | 'ended' | 'failed';

const WHITE_SPACE = /^[ \t\r\n]*$/;
const LEADING_WHITE_SPACE = /^[ \t\r\n]+/;

/**
 * Stream parser with bounds, on saxes: strict XML 1.0 with namespaces, and of that only what XMPP allows (RFC 6120,
 * 11.1: no comments, processing instructions, DTDs, entities but the five). It emits `start` for the stream header, as
 * @xmpp/component expects; the rest goes to {@link ParserEvents}. `write` never throws. The root never grows.
 */
export class GuardedParser extends EventEmitter {
  readonly #limits: ParserLimits;
  readonly #events: ParserEvents;
  readonly #saxes: SaxesParser<{ xmlns: true; forceXMLVersion: true; defaultXMLVersion: '1.0' }>;
  #state: State = 'open';
  /** Default namespace of the root, once it is there. */
  #namespace: string | undefined;
  /** Open elements below the root with their children so far, outermost first; empty while an element is read over. */
  readonly #open: Open[] = [];
  /** All that is open, the root included, kept or not. */
  readonly #tags = new OpenTags();
  /** Why the present top-level element is read over. */
  #over: ComponentError | undefined;
  #envelope: Element | undefined;
  /** Units given to saxes so far. */
  #fed = 0;
  /** A top-level element that is closed, until saxes has gone on without complaint: it closes before it compares names. */
  #complete: { readonly element: Element; readonly over: ComponentError | undefined } | undefined;
  /** Position in the whole text where the present top-level element (or the space before it) begins. */
  #start = 0;
  #elements = 0;
  #attributes = 0;
  /** True between stanzas when nothing but white space has been seen since the last one. */
  #idle = false;

  constructor(limits: ParserLimits, events: ParserEvents) {
    super();
    this.#limits = limits;
    this.#events = events;
    this.#saxes = new SaxesParser({
      xmlns: true,
      position: false,
      forceXMLVersion: true,
      defaultXMLVersion: '1.0',
    });
    this.#listen();
  }

  /** How many elements below the root are open. */
  get #depth(): number {
    return this.#tags.size - 1;
  }

  /** Takes the next piece of the stream, cut anywhere between two characters. */
  write(text: string): void {
    if (this.#state !== 'open') return;
    let piece = text;
    if (this.#idle) {
      // White space between stanzas is keepalive; saxes would collect it until the next tag.
      piece = text.replace(LEADING_WHITE_SPACE, '');
      if (piece === '') return;
      this.#idle = false;
    }
    this.#fed += piece.length;
    try {
      this.#saxes.write(piece);
    } catch (cause) {
      this.#fail('not-well-formed', 'the parser gave up', cause);
    }
    this.#deliver();
    // saxes.position is true only while it parses.
    const rest = this.#fed - this.#start;
    this.#checkSize(rest);
    if (this.#namespace !== undefined && this.#depth === 0 && rest <= piece.length) {
      this.#idle = WHITE_SPACE.test(piece.slice(piece.length - rest));
    }
  }

  #listen(): void {
    const restricted = (what: string) => () => this.#fail('restricted-xml', `${what} in the stream`);
    const saxes = this.#saxes;
    saxes.on('error', (error) => this.#fail('not-well-formed', error.message));
    saxes.on('doctype', restricted('a document type'));
    saxes.on('comment', restricted('a comment'));
    saxes.on('processinginstruction', restricted('a processing instruction'));
    saxes.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') {
        this.#fail('restricted-xml', 'the stream is not UTF-8');
      }
    });
    saxes.on('opentagstart', (tag) => {
      this.#tags.begin(tag);
      this.#deliver();
      this.#attributes = 0;
      this.#checkSize();
    });
    saxes.on('attribute', () => {
      this.#attributes += 1;
      if (this.#attributes > this.#limits.attributes) this.#drop('an element has too many attributes');
    });
    saxes.on('opentag', (tag) => this.#onOpenTag(tag));
    saxes.on('text', (text) => this.#onText(text));
    saxes.on('cdata', (text) => this.#onText(text));
    saxes.on('closetag', () => this.#onCloseTag());
  }

  #onOpenTag(tag: SaxesTagNS): void {
    if (this.#state !== 'open') return;
    this.#tags.push(tag);
    if (this.#namespace === undefined) {
      if (tag.local !== 'stream' || tag.uri !== NS_STREAM) {
        this.#fail('not-well-formed', 'the peer does not speak XMPP');
        return;
      }
      this.#namespace = tag.ns[''] ?? '';
      this.#start = this.#saxes.position;
      this.emit('start', new Element(tag.name, attributesOf(tag, tag.uri), [], tag.uri));
      return;
    }
    this.#elements += 1;
    if (this.#elements > this.#limits.elements) this.#drop('too many elements in a stanza');
    if (this.#depth > this.#limits.depth) this.#drop('a stanza is nested too deep');
    const above = this.#open.at(-1);
    const attrs = attributesOf(tag, above?.element.getNS() ?? (above === undefined ? this.#namespace : ''));
    const children: (Element | string)[] = [];
    const element = new Element(tag.local, attrs, children, tag.uri);
    if (this.#over !== undefined) {
      this.#envelope ??= envelopeOf(element);
      if (this.#depth > this.#limits.droppedDepth)
        this.#fail('policy-violation', 'a stanza is nested too deep');
      return;
    }
    above?.children.push(element);
    this.#open.push({ element, children });
  }

  #onText(text: string): void {
    if (this.#state !== 'open' || text === '') return;
    this.#deliver();
    this.#checkSize();
    const open = this.#open.at(-1);
    if (open !== undefined) open.children.push(text);
    else if (this.#depth === 0 && !WHITE_SPACE.test(text))
      this.#fail('not-well-formed', 'text between stanzas');
  }

  #onCloseTag(): void {
    if (this.#state !== 'open') return;
    this.#deliver();
    this.#checkSize();
    this.#tags.pop();
    if (this.#tags.size === 0) {
      this.#state = 'ended';
      this.#events.onEnd();
      return;
    }
    const element = this.#open.pop()?.element ?? this.#envelope;
    if (this.#depth > 0 || element === undefined) return;
    this.#start = this.#saxes.position;
    this.#elements = 0;
    this.#complete = { element, over: this.#over };
    this.#over = undefined;
    this.#envelope = undefined;
  }

  #deliver(): void {
    const complete = this.#complete;
    if (complete === undefined || this.#state !== 'open') return;
    this.#complete = undefined;
    if (complete.over === undefined) this.#events.onElement(complete.element);
    else this.#events.onDropped?.(complete.element, complete.over);
  }

  #checkSize(size = this.#saxes.position - this.#start): void {
    if (size <= this.#limits.stanzaSize) return;
    if (size > this.#limits.droppedSize) this.#fail('policy-violation', 'a stanza is too large');
    else this.#drop('a stanza is too large');
  }

  /** From now on the present top-level element is read over. */
  #drop(why: string): void {
    if (this.#namespace === undefined || this.#events.onDropped === undefined) {
      this.#fail('policy-violation', why);
      return;
    }
    if (this.#over !== undefined) return;
    this.#over = new ComponentError('policy-violation', why);
    const [top] = this.#open;
    if (top !== undefined) this.#envelope = envelopeOf(top.element);
    this.#open.length = 0;
  }

  #fail(code: ComponentErrorCode, why: string, cause?: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#open.length = 0;
    this.#complete = undefined;
    this.#events.onViolation(new ComponentError(code, why, { cause }));
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

/** Without prefixes: what has one other than `xml` is left out, and the namespace is said where it changes. */
function attributesOf(tag: SaxesTagNS, above: string): Record<string, string> {
  const attrs: Record<string, string> = {};
  for (const { name, prefix, value } of Object.values(tag.attributes)) {
    if (name !== 'xmlns' && (prefix === '' || prefix === 'xml')) attrs[name] = attributeText(value);
  }
  if (tag.uri !== above) attrs.xmlns = tag.uri;
  return attrs;
}
