/** What the text of a stream is made of. */
export type TokenKind = 'text' | 'start' | 'end' | 'cdata' | 'comment' | 'instruction';

/** Where tokens go. */
export interface TokenSink {
  /** A whole token with its delimiters; text has none, and comes up to the next markup. */
  readonly onToken: (kind: TokenKind, text: string) => void;
  /** A token is not complete yet. @returns false when its text need not be kept: it is delivered without. */
  readonly onPart: (kind: TokenKind | undefined, part: string) => boolean;
  /** From here on nobody can say where a token ends. */
  readonly onFault: (why: string) => void;
}

/** How a token ends that is no start tag. */
const ENDS: Readonly<Record<Exclude<TokenKind, 'start' | 'text'>, string>> = {
  end: '>',
  cdata: ']]>',
  comment: '-->',
  instruction: '?>',
};
const CDATA = '<![CDATA[';
const COMMENT = '<!--';

/** What matters in a start tag, by the quote that is open. */
const IN_TAG: Readonly<Record<string, RegExp>> = { '': /["'<>]/g, '"': /["<]/g, "'": /['<]/g };

/**
 * Cuts a stream into tokens, however it comes in pieces. It looks at delimiters only, so it finds the end of a token
 * whatever is wrong inside; where two readers could disagree on the end (`<` in a tag, a document type) it gives up.
 * Each character is looked at once.
 */
export class Tokenizer {
  readonly #sink: TokenSink;
  /** The token that is not complete: undefined before its kind is known. */
  #kind: TokenKind | undefined = 'text';
  /** What it has so far. */
  #parts: string[] = [];
  #quote = '';
  /** The last characters of the token, in which its end may have begun. */
  #tail = '';
  #isStopped = false;

  constructor(sink: TokenSink) {
    this.#sink = sink;
  }

  /** Nothing comes any more. */
  stop(): void {
    this.#isStopped = true;
    this.#parts = [];
  }

  write(piece: string): void {
    let text = piece;
    let at = 0;
    while (at < text.length && !this.#stopped()) {
      if (this.#kind === 'text') {
        const end = text.indexOf('<', at);
        if (end < 0) {
          this.#keep(text.slice(at));
          return;
        }
        if (end > at || this.#parts.length > 0) this.#finish('text', text.slice(at, end));
        this.#kind = undefined;
        at = end;
      } else if (this.#kind === undefined) {
        // The few characters that did not tell the kind.
        text = this.#parts.join('') + text.slice(at);
        this.#parts = [];
        const head = this.#begin(text);
        if (head === undefined) {
          this.#keep(text);
          return;
        }
        this.#parts.push(text.slice(0, head));
        this.#tail = '';
        at = head;
      } else {
        const end =
          this.#kind === 'start' ? this.#endOfStart(text, at) : this.#endOf(ENDS[this.#kind], text, at);
        if (this.#stopped()) return;
        if (end === undefined) {
          this.#keep(text.slice(at));
          return;
        }
        this.#finish(this.#kind, text.slice(at, end));
        this.#kind = 'text';
        at = end;
      }
    }
  }

  /** A call, since the sink may stop us. */
  #stopped(): boolean {
    return this.#isStopped;
  }

  #finish(kind: TokenKind, last: string): void {
    const text = this.#parts.length === 0 ? last : this.#parts.join('') + last;
    this.#parts = [];
    this.#tail = '';
    this.#sink.onToken(kind, text);
  }

  #keep(part: string): void {
    if (this.#sink.onPart(this.#kind, part)) this.#parts.push(part);
    this.#tail = (this.#tail + part.slice(-2)).slice(-2);
  }

  /** Finds out what begins here. @returns the length of its head, undefined when more is needed. */
  #begin(text: string): number | undefined {
    if (text.length < 2) return undefined;
    if (text.startsWith('</')) this.#kind = 'end';
    else if (text.startsWith('<?')) this.#kind = 'instruction';
    else if (!text.startsWith('<!')) this.#kind = 'start';
    else if (text.startsWith(COMMENT)) this.#kind = 'comment';
    else if (text.startsWith(CDATA)) this.#kind = 'cdata';
    else if (COMMENT.startsWith(text) || CDATA.startsWith(text)) return undefined;
    else this.#sink.onFault('a document type');
    if (this.#kind === 'comment') return COMMENT.length;
    if (this.#kind === 'cdata') return CDATA.length;
    return this.#kind === 'start' ? 1 : 2;
  }

  #endOf(end: string, text: string, at: number): number | undefined {
    const tail = this.#tail;
    const found = (tail + text.slice(at, at + end.length)).indexOf(end);
    if (tail !== '' && found >= 0) return at + found + end.length - tail.length;
    const index = text.indexOf(end, at);
    return index < 0 ? undefined : index + end.length;
  }

  #endOfStart(text: string, from: number): number | undefined {
    let at = from;
    for (;;) {
      const pattern = IN_TAG[this.#quote] ?? /$/g;
      pattern.lastIndex = at;
      const index = pattern.exec(text)?.index;
      if (index === undefined) return undefined;
      const char = text[index] ?? '';
      at = index + 1;
      if (char === '<') {
        this.#sink.onFault('a tag in a tag');
        return undefined;
      }
      if (char === '>') return at;
      this.#quote = this.#quote === '' ? char : '';
    }
  }
}
