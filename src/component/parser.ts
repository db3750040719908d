import { EventEmitter } from 'node:events';
import { xml as createElement } from '@xmpp/component';
import type { Element } from 'ltx';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { ComponentError, type ComponentErrorCode } from './errors.js';

/** Namespace of the stream root (RFC 6120, 4.8.1). */
export const NS_STREAM = 'http://etherx.jabber.org/streams';

/** What one top-level element may cost. */
export interface ParserLimits {
  /** Size of a top-level element with all it holds, UTF-16 units of markup and text. */
  readonly stanzaSize: number;
  /** Nesting of elements below the stream root. */
  readonly depth: number;
  /** Attributes of one element, namespace declarations included. */
  readonly attributes: number;
  /** Elements in one top-level element. */
  readonly elements: number;
}

/** Prosody's own bound for a stanza is 512 KiB; ejabberd has none. */
export const DEFAULT_PARSER_LIMITS: ParserLimits = {
  stanzaSize: 512 * 1024,
  depth: 64,
  attributes: 64,
  elements: 10_000,
};

/** Where a parser delivers. None of these may throw. */
export interface ParserEvents {
  /** A complete element below the root. Its `parent` is the root, for namespace look-ups only. */
  readonly onElement: (element: Element) => void;
  /** The peer closed its stream. */
  readonly onEnd: () => void;
  /** The first violation; nothing is delivered any more after it. */
  readonly onViolation: (error: ComponentError) => void;
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
  #root: Element | undefined;
  /** Open elements below the root, outermost first. */
  readonly #open: Element[] = [];
  /** Units given to saxes so far. */
  #fed = 0;
  /** A top-level element that is closed, until saxes has gone on without complaint: it closes before it compares names. */
  #complete: Element | undefined;
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
    if (this.#root !== undefined && this.#open.length === 0 && rest <= piece.length) {
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
    saxes.on('opentagstart', () => {
      this.#deliver();
      this.#attributes = 0;
      this.#checkSize();
    });
    saxes.on('attribute', () => {
      this.#attributes += 1;
      if (this.#attributes > this.#limits.attributes) this.#fail('policy-violation', 'too many attributes');
    });
    saxes.on('opentag', (tag) => this.#onOpenTag(tag));
    saxes.on('text', (text) => this.#onText(text));
    saxes.on('cdata', (text) => this.#onText(text));
    saxes.on('closetag', () => this.#onCloseTag());
  }

  #onOpenTag(tag: SaxesTagNS): void {
    if (this.#state !== 'open') return;
    const attrs: Record<string, string> = {};
    for (const [name, attribute] of Object.entries(tag.attributes)) attrs[name] = attribute.value;
    if (this.#root === undefined) {
      if (tag.local !== 'stream' || tag.uri !== NS_STREAM) {
        this.#fail('not-well-formed', 'the peer does not speak XMPP');
        return;
      }
      this.#root = createElement(tag.name, attrs);
      this.#start = this.#saxes.position;
      this.emit('start', this.#root);
      return;
    }
    this.#elements += 1;
    if (this.#elements > this.#limits.elements) {
      this.#fail('policy-violation', 'too many elements in a stanza');
    } else if (this.#open.length >= this.#limits.depth) {
      this.#fail('policy-violation', 'a stanza is nested too deep');
    } else {
      const element = createElement(tag.name, attrs);
      this.#open.at(-1)?.append(element);
      this.#open.push(element);
    }
  }

  #onText(text: string): void {
    if (this.#state !== 'open' || text === '') return;
    this.#deliver();
    this.#checkSize();
    const element = this.#open.at(-1);
    if (element !== undefined) element.append(text);
    else if (!WHITE_SPACE.test(text)) this.#fail('not-well-formed', 'text between stanzas');
  }

  #onCloseTag(): void {
    if (this.#state !== 'open') return;
    this.#deliver();
    this.#checkSize();
    const element = this.#open.pop();
    if (element === undefined) {
      this.#state = 'ended';
      this.#events.onEnd();
      return;
    }
    if (this.#open.length > 0) return;
    this.#start = this.#saxes.position;
    this.#elements = 0;
    element.parent = this.#root ?? null;
    this.#complete = element;
  }

  #deliver(): void {
    const element = this.#complete;
    if (element === undefined || this.#state !== 'open') return;
    this.#complete = undefined;
    this.#events.onElement(element);
  }

  #checkSize(size = this.#saxes.position - this.#start): void {
    if (size > this.#limits.stanzaSize) {
      this.#fail('policy-violation', 'a stanza is too large');
    }
  }

  #fail(code: ComponentErrorCode, why: string, cause?: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#open.length = 0;
    this.#complete = undefined;
    this.#events.onViolation(new ComponentError(code, why, { cause }));
  }
}
