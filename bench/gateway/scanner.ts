const [LESS, GREATER, SLASH, QUOTE, APOSTROPHE, QUESTION] = [0x3c, 0x3e, 0x2f, 0x22, 0x27, 0x3f];
const BODY = [0x62, 0x6f, 0x64, 0x79] as const;

/** A stanza that is longer than this is none. */
const MAX_STANZA = 4 << 20;

/** Where a stanza lies in the octets it came with. Only valid during the call: the scanner reuses the object. */
export interface StanzaAt {
  bytes: Buffer;
  /** The `<` it begins with. */
  start: number;
  /** Behind the `>` of its start tag. */
  headEnd: number;
  /** Behind its last `>`. */
  end: number;
  /** First octet of the text of its child `body`, or 0. */
  body: number;
}

/**
 * Cuts a component stream into stanzas without making a tree of them: one look at each octet, no memory a stanza. It
 * trusts its peer to send well-formed XML without comments and CDATA sections, as component streams are.
 */
export class StanzaScanner {
  readonly #onOpen: (head: string) => void;
  readonly #onStanza: (stanza: StanzaAt) => void;
  readonly #at: StanzaAt = { bytes: Buffer.alloc(0), start: 0, headEnd: 0, end: 0, body: 0 };
  #rest: Buffer = Buffer.alloc(0);
  #open = false;
  #ended = false;

  /** @param onOpen gets the start tag of the stream */
  constructor(onOpen: (head: string) => void, onStanza: (stanza: StanzaAt) => void) {
    this.#onOpen = onOpen;
    this.#onStanza = onStanza;
  }

  /** The peer has closed the stream. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes the octets as TCP brings them. @throws when a stanza does not end */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    while (from < bytes.length && !this.#ended) {
      const next = this.#open ? this.#stanza(bytes, from) : this.#header(bytes, from);
      if (next < 0) break;
      from = next;
    }
    this.#rest = from === bytes.length ? Buffer.alloc(0) : bytes.subarray(from);
    if (this.#rest.length > MAX_STANZA) throw new Error('a stanza that does not end');
  }

  /** The XML declaration, and the stream's start tag. */
  #header(bytes: Buffer, from: number): number {
    const start = bytes.indexOf(LESS, from);
    if (start < 0) return -1;
    const end = tagEnd(bytes, start);
    if (end < 0) return -1;
    if (bytes[start + 1] !== QUESTION) {
      this.#open = true;
      this.#onOpen(bytes.toString('latin1', start, end));
    }
    return end;
  }

  /** One stanza. @returns the offset behind it, or -1 when it is not all there */
  #stanza(bytes: Buffer, from: number): number {
    const start = bytes.indexOf(LESS, from);
    if (start < 0) return bytes.length;
    const at = this.#at;
    let [depth, position, headEnd, body] = [0, start, 0, 0];
    do {
      const end = tagEnd(bytes, position);
      if (end < 0) return -1;
      if (bytes[position + 1] === SLASH) {
        if (depth-- === 0) {
          this.#ended = true;
          return end;
        }
      } else if (bytes[end - 2] !== SLASH) {
        if (depth++ === 1 && isBody(bytes, position + 1)) body = end;
      }
      if (headEnd === 0) headEnd = end;
      position = end;
      if (depth > 0) while (position < bytes.length && bytes[position] !== LESS) position++;
      if (depth > 0 && position === bytes.length) return -1;
    } while (depth > 0);
    at.bytes = bytes;
    at.start = start;
    at.headEnd = headEnd;
    at.end = position;
    at.body = body;
    this.#onStanza(at);
    return position;
  }
}

/** The offset behind the `>` of the tag that begins at `start`, or -1. A `>` in an attribute's value is none. */
function tagEnd(bytes: Buffer, start: number): number {
  let quote = 0;
  for (let i = start + 1; i < bytes.length; i++) {
    const octet = bytes[i];
    if (quote !== 0) {
      if (octet === quote) quote = 0;
    } else if (octet === GREATER) {
      return i + 1;
    } else if (octet === QUOTE || octet === APOSTROPHE) {
      quote = octet;
    }
  }
  return -1;
}

function isBody(bytes: Buffer, at: number): boolean {
  for (let i = 0; i < BODY.length; i++) if (bytes[at + i] !== BODY[i]) return false;
  const behind = bytes[at + BODY.length] ?? 0;
  return behind === GREATER || behind <= 0x20;
}

const ATTRIBUTE = /\s([^\s=]+)=(?:"([^"]*)"|'([^']*)')/g;

/** The value of an attribute as it stands in a start tag, entities and all; undefined when it is not there. */
export function attribute(head: string, name: string): string | undefined {
  for (const [, found, quoted, single] of head.matchAll(ATTRIBUTE)) {
    if (found === name) return quoted ?? single;
  }
  return undefined;
}

/** The decimal number that begins at `at`; stops at the first octet that is no digit. */
export function numberAt(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at; ; i++) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
}
