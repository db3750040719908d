import { concat, utf8 } from '../bytes.js';
import { SilcError } from '../errors.js';
import { decodeText } from '../packets/text.js';

/*
 * MIME entities inside messages with the DATA flag, in the dialect of the toolkit:
 *   lines `Name: value` CRLF, written without folding | CRLF | body
 * Multipart: the boundary is what follows the last `=` of Content-Type, with or without quotes.
 */

/** A MIME entity. A multipart one has `parts` and an empty `body`. */
export interface MimeEntity {
  /** In order; names in the spelling they came with. */
  readonly fields: readonly MimeField[];
  /** As transferred: `Content-Transfer-Encoding` is not undone. */
  readonly body: Uint8Array;
  readonly parts?: readonly MimeEntity[] | undefined;
}

/** A header field. Names are compared without regard to case. */
export interface MimeField {
  readonly name: string;
  readonly value: string;
}

/** Bounds on what a message may make us build. */
const MAX_FIELDS = 64;
const MAX_PARTS = 64;
const MAX_DEPTH = 4;
/** Longest boundary (RFC 2046, 5.1.1): it is looked for at every octet of the body. */
const MAX_BOUNDARY = 70;

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;

/** Value of the first field with this name, whatever its case. */
export function mimeField({ fields }: MimeEntity, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return fields.find((field) => field.name.toLowerCase() === wanted)?.value;
}

/**
 * Reads an entity. Data without any line end has no header and is all body.
 * @throws SilcError `malformed` on a header line without name or value, or a multipart without its parts; `limit` on
 *   more fields, parts or depth than sense makes
 */
export function parseMime(octets: Uint8Array): MimeEntity {
  return parseEntity(octets, 0);
}

/**
 * The octets of an entity, and of its parts instead of its body where it has some.
 * @throws SilcError `usage` when a field has a line end, or no name or value, or a part holds the boundary; `limit` when
 *   the boundary has more than 70 characters
 */
export function encodeMime(entity: MimeEntity): Uint8Array {
  const { fields } = entity;
  const body = entity.parts === undefined ? entity.body : encodeParts(entity, entity.parts);
  const lines = fields.map(({ name, value }) => {
    if (name === '' || value === '' || /[\r\n]/.test(name + value) || name.includes(':')) {
      throw new SilcError('usage', 'MIME field cannot be written');
    }
    return `${name}: ${value}\r\n`;
  });
  return concat(utf8(`${lines.join('')}\r\n`), body);
}

/** A multipart entity. The boundary is last, where the toolkit looks for it. */
export function multipartMime(subtype: string, boundary: string, parts: readonly MimeEntity[]): MimeEntity {
  const fields = [
    { name: 'MIME-Version', value: '1.0' },
    { name: 'Content-Type', value: `multipart/${subtype}; boundary=${boundary}` },
  ];
  return { fields, body: new Uint8Array(0), parts };
}

function encodeParts(entity: MimeEntity, parts: readonly MimeEntity[]): Uint8Array {
  const boundary = multipartBoundary(mimeField(entity, 'Content-Type') ?? '');
  if (boundary === undefined) throw new SilcError('usage', 'MIME parts without a boundary');
  const delimiter = utf8(`--${boundary}`);
  const pieces = parts.flatMap((part) => {
    const encoded = encodeMime(part);
    if (indexOf(encoded, delimiter, 0) !== undefined) {
      throw new SilcError('usage', 'a MIME part holds the boundary');
    }
    return [utf8(`--${boundary}\r\n`), encoded, utf8('\r\n')];
  });
  return concat(...pieces, utf8(`--${boundary}--\r\n`));
}

function parseEntity(octets: Uint8Array, depth: number): MimeEntity {
  const fields: MimeField[] = [];
  let at = 0;
  const isBare = hasBareLineEnds(octets);
  const width = isBare ? 1 : 2;
  for (let end = lineEnd(octets, at, isBare); end !== undefined; end = lineEnd(octets, at, isBare)) {
    // The blank line ends the header; one in front of everything is an empty header line.
    if (end === at && fields.length > 0) {
      at = end + width;
      break;
    }
    const last = fields.at(-1);
    if (last !== undefined && (octets[at] === SPACE || octets[at] === TAB)) {
      // Nobody of the toolkit writes a folded field (RFC 5322, 2.2.3), but others may.
      const value = `${last.value} ${decodeText(octets.subarray(at, end)).trim()}`;
      fields[fields.length - 1] = { name: last.name, value };
      at = end + width;
      continue;
    }
    if (fields.length === MAX_FIELDS) throw new SilcError('limit', 'MIME entity with too many fields');
    fields.push(parseField(decodeText(octets.subarray(at, end))));
    at = end + width;
  }
  const body = octets.subarray(at);
  const entity = { fields, body };
  const contentType = mimeField(entity, 'Content-Type');
  const boundary = contentType === undefined ? undefined : multipartBoundary(contentType);
  if (boundary === undefined) return entity;
  if (depth === MAX_DEPTH) throw new SilcError('limit', 'MIME entity too deep');
  return { fields, body: new Uint8Array(0), parts: parseParts(body, boundary, depth) };
}

function parseField(line: string): MimeField {
  const colon = line.indexOf(':');
  const value = line.slice(colon + 1).replace(/^[ \t]+/, '');
  if (colon < 1 || value === '') throw new SilcError('malformed', 'MIME field without name or value');
  return { name: line.slice(0, colon), value };
}

/** The boundary of a multipart type; undefined for all other types. @throws SilcError `limit` when it is too long */
function multipartBoundary(contentType: string): string | undefined {
  const sign = contentType.lastIndexOf('=');
  if (sign < 0 || !/^multipart\/[^;]+;/i.test(contentType)) return undefined;
  const start = contentType[sign + 1] === '"' ? sign + 2 : sign + 1;
  const quote = contentType.indexOf('"', start);
  const boundary = contentType.slice(start, quote < 0 ? undefined : quote);
  if (boundary.length > MAX_BOUNDARY) throw new SilcError('limit', 'MIME boundary too long');
  return boundary === '' ? undefined : boundary;
}

function parseParts(body: Uint8Array, boundary: string, depth: number): readonly MimeEntity[] {
  const delimiter = utf8(`--${boundary}`);
  const parts: MimeEntity[] = [];
  let start = indexOf(body, delimiter, 0);
  while (start !== undefined) {
    start += delimiter.length;
    if (body[start] === 0x2d && body[start + 1] === 0x2d) return parts;
    start = skipLineEnd(body, start);
    const next = indexOf(body, delimiter, start);
    if (next === undefined) throw new SilcError('malformed', 'MIME multipart without its end');
    if (parts.length === MAX_PARTS) throw new SilcError('limit', 'MIME multipart with too many parts');
    const before = body[next - 1] === LF && body[next - 2] !== CR ? 1 : 2;
    parts.push(parseEntity(body.subarray(start, Math.max(start, next - before)), depth + 1));
    start = next;
  }
  return parts;
}

/** Behind one line end, and a second one: a part without header. */
function skipLineEnd(octets: Uint8Array, at: number): number {
  const one = at + lineEndWidth(octets, at);
  return one > at ? one + lineEndWidth(octets, one) : one;
}

/** Longest first line that is looked at (RFC 5322, 2.1.1). */
const MAX_LINE = 998;

/**
 * Whether the lines of a header end with LF alone, as the MIME script of irssi writes them: the first line is a field, and has
 * no CR at its end. The octets of a body may have CR LF all the same.
 */
function hasBareLineEnds(octets: Uint8Array): boolean {
  const end = octets.subarray(0, MAX_LINE).indexOf(LF);
  return end > 0 && octets[end - 1] !== CR && /^[!-9;-~]+:[^\r]+$/.test(decodeText(octets.subarray(0, end)));
}

function lineEndWidth(octets: Uint8Array, at: number): 0 | 1 | 2 {
  if (octets[at] === LF) return 1;
  return octets[at] === CR && octets[at + 1] === LF ? 2 : 0;
}

function lineEnd(octets: Uint8Array, from: number, isBare: boolean): number | undefined {
  if (isBare) {
    const at = octets.indexOf(LF, from);
    return at < 0 ? undefined : at;
  }
  for (let at = octets.indexOf(CR, from); at >= 0; at = octets.indexOf(CR, at + 1)) {
    if (octets[at + 1] === LF) return at;
  }
  return undefined;
}

function indexOf(octets: Uint8Array, pattern: Uint8Array, from: number): number | undefined {
  const first = pattern[0] ?? 0;
  for (let at = octets.indexOf(first, from); at >= 0; at = octets.indexOf(first, at + 1)) {
    let same = 1;
    while (same < pattern.length && octets[at + same] === pattern[same]) same++;
    if (same === pattern.length) return at;
  }
  return undefined;
}
