import { SilcError } from '../../silc/errors.js';
import { mimeContentType, readMimeContents } from '../../silc/messages/mime-content.js';
import { mimeField, type MimeEntity } from '../../silc/messages/mime.js';
import { bracketed } from './file-payload.js';
import { fileWords } from './file-words.js';
import type { MimeFile, MimePart, MimePiece } from './pieces.js';
import { joinTexts, text } from '../../text/text.js';

/** Pieces of one message; what is beyond them is told by one line. Depth and parts of a multipart are bounded by the parser. */
const MAX_PIECES = 32;
/** Longest text that is shown as one, in octets; longer ones are files. */
export const MAX_TEXT = 64_000;
/** Longest HTML that is read, in octets: some of it takes time by the square of its length. */
const MAX_HTML = 32_768;
/** Longest text of another type than text/plain that is shown as one. */
const MAX_OTHER_TEXT = 8_192;

const HTML: readonly string[] = ['text/html', 'application/xhtml+xml'];

/** Asks the handlers of content types; undefined where there is none for it. */
export type PartReader = (part: MimePart) => readonly MimePiece[] | undefined;

/**
 * What a MIME message is: its parts in their order (RFC 2046, 5.1). Of alternatives the best one that can be shown; of
 * related parts (RFC 2387) HTML keeps the files beside it. Nothing is lost without a word.
 */
export function piecesOf(entity: MimeEntity, read: PartReader): readonly MimePiece[] {
  const pieces = walk(entity, read);
  if (pieces.length <= MAX_PIECES) return pieces;
  const more = pieces.length - MAX_PIECES;
  const note: MimePiece = { kind: 'text', text: text(({ files }) => files.furtherParts(more)) };
  return [...pieces.slice(0, MAX_PIECES), note];
}

function walk(entity: MimeEntity, read: PartReader): readonly MimePiece[] {
  const { type, params } = mimeContentType(entity);
  const handled = read({ type, params, entity });
  if (handled !== undefined) return handled;
  const { parts } = entity;
  if (parts === undefined) return leaf(entity);
  if (type === 'multipart/alternative') return alternative(parts, read);
  if (type === 'multipart/related') return related(parts, params['start'], read);
  return parts.flatMap((part) => walk(part, read));
}

/** HTML with the plain text as its alternative; otherwise the texts first, and everything that is no text. */
function alternative(parts: readonly MimeEntity[], read: PartReader): readonly MimePiece[] {
  const all = parts.map((part) => walk(part, read));
  // The last one is the richest (RFC 2046, 5.1.4).
  const stanza = all.findLast((pieces) => pieces.some(({ kind }) => kind === 'stanza'));
  if (stanza !== undefined) return stanza;
  const plainText = all.findLast((pieces) => pieces.length > 0 && pieces.every(isText));
  const html = all.findLast((pieces) => pieces.some(({ kind }) => kind === 'html'));
  if (html === undefined) return [...(plainText ?? []), ...all.flat().filter((piece) => !isText(piece))];
  const lines = plainText?.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : []));
  const plain = lines === undefined ? undefined : joinTexts(lines, '\n');
  return html.map((piece) => (piece.kind === 'html' ? { ...piece, text: plain ?? piece.text } : piece));
}

function related(
  parts: readonly MimeEntity[],
  start: string | undefined,
  read: PartReader,
): readonly MimePiece[] {
  const root = parts.find((part) => start !== undefined && contentId(part) === bare(start)) ?? parts[0];
  if (root === undefined) return [];
  const shown = walk(root, read);
  const others = parts.filter((part) => part !== root).flatMap((part) => walk(part, read));
  const at = shown.findIndex(({ kind }) => kind === 'html');
  const html = shown[at];
  if (html?.kind !== 'html') return [...shown, ...others];
  const files = others.flatMap((piece) => (piece.kind === 'file' ? [piece.file] : []));
  return [...shown.with(at, { ...html, related: files }), ...others.filter(({ kind }) => kind !== 'file')];
}

function leaf(entity: MimeEntity): readonly MimePiece[] {
  const [content] = contents(entity) ?? [];
  if (content === undefined) {
    const { type } = mimeContentType(entity);
    const words = fileWords({ type, name: undefined, octets: entity.body.length });
    return [
      {
        kind: 'text',
        text: bracketed(
          words,
          text(({ files }) => files.cannotBeRead),
        ),
      },
    ];
  }
  const { type, data, filename, text: plain } = content;
  const isAttached = /^\s*attachment\b/i.test(mimeField(entity, 'Content-Disposition') ?? '');
  if (plain !== undefined && !(isAttached && filename !== undefined)) {
    if (type === 'text/plain' && data.length <= MAX_TEXT)
      return plain === '' ? [] : [{ kind: 'text', text: plain }];
    if (!HTML.includes(type) && data.length <= MAX_OTHER_TEXT) return [{ kind: 'text', text: plain }];
  }
  if (HTML.includes(type) && !isAttached && data.length <= MAX_HTML) {
    const html = plain ?? new TextDecoder().decode(data);
    return [{ kind: 'html', html, text: undefined, related: [] }];
  }
  const file: MimeFile = { type, name: filename, data, contentId: contentId(entity) };
  return [{ kind: 'file', file }];
}

function contents(entity: MimeEntity): ReturnType<typeof readMimeContents> | undefined {
  try {
    return readMimeContents(entity);
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}

function contentId(entity: MimeEntity): string | undefined {
  const id = mimeField(entity, 'Content-ID');
  return id === undefined ? undefined : bare(id);
}

const bare = (id: string): string => id.trim().replace(/^<|>$/g, '');

const isText = ({ kind }: MimePiece): boolean => kind === 'text';
