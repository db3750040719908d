import { type Element, xml } from '../../component/stanza.js';
import { marksOf, payloadOf, noAction } from '../../mapping/message.js';
import { bitsElement } from '../../mapping/mime/bits-of-binary.js';
import { bracketed, filePayload, type FilePlace, type ToldFile } from '../../mapping/mime/file-payload.js';
import { fileWords } from '../../mapping/mime/file-words.js';
import { type HtmlTree, readHtml } from '../../mapping/mime/html-tree.js';
import type { MimeFile, MimeHandler, MimePart, MimePiece } from '../../mapping/mime/pieces.js';
import { otrMarks } from '../../mapping/otr.js';
import { piecesOf } from '../../mapping/mime/walk.js';
import { pictureNames, xhtmlIm } from '../../mapping/mime/xhtml.js';
import { SilcError } from '../../silc/errors.js';
import { safeFileName } from '../../silc/transfer/file-name.js';
import { type FilePublisher, noPublisher } from './file-publisher.js';
import type { IncomingMessage } from './incoming-message.js';
import { type AnyText, joinTexts, text } from '../../text/text.js';

/** What one message of a Jabber conversation holds. It may take a while until that is known; it never rejects. */
export type Shown = readonly Element[] | Promise<readonly Element[]>;

/**
 * What messages from SILC are shown as. MIME messages are taken apart, and handlers of features are asked about parts by their
 * content type.
 */
export class MessageReader {
  #handlers: ReadonlyMap<string, MimeHandler> = new Map();
  #publisher = noPublisher;

  /** @throws Error where two handlers want one content type, or two features want the files */
  use(handlers: readonly MimeHandler[], publishers: readonly FilePublisher[] = []): void {
    const [publisher = noPublisher, ...others] = publishers;
    if (others.length > 0) throw new Error('two publishers of files');
    this.#publisher = publisher;
    const byType = new Map<string, MimeHandler>();
    for (const handler of handlers) {
      for (const type of handler.types) {
        if (byType.has(type)) throw new Error(`two handlers of ${type}`);
        byType.set(type, handler);
      }
    }
    this.#handlers = byType;
  }

  /** The messages that one from SILC becomes, in their order: text and each file are of their own. At least one. */
  read(incoming: IncomingMessage): readonly Shown[] {
    const { message, protection } = incoming;
    const ofPrivate = protection === 'channel-key' || protection === 'private-key' ? 'session' : protection;
    if (message.kind !== 'mime') {
      const marks = otrMarks(message.text, incoming.room === undefined);
      return [[...payloadOf(message, ofPrivate), ...marks]];
    }
    const marked = (payload: readonly Element[]): readonly Element[] => [
      ...payload,
      ...marksOf(message, ofPrivate),
    ];
    const shown = this.#shown(incoming);
    const all = shown.length === 0 ? [textPayload(text(({ files }) => files.emptyMessage))] : shown;
    return all.map((one) => (one instanceof Promise ? one.then(marked) : marked(one)));
  }

  #shown(incoming: IncomingMessage): readonly Shown[] {
    const { mime, data } = incoming.message;
    if (mime === undefined) {
      const type = text(({ files }) => files.mimeMessage);
      const words = fileWords({ type, name: undefined, octets: data.length });
      return [
        textPayload(
          bracketed(
            words,
            text(({ files }) => files.cannotBeRead),
          ),
        ),
      ];
    }
    const pieces = piecesOf(mime, (part) => this.#handled(part, incoming));
    return joined(pieces).flatMap((piece) => this.#pieceShown(piece, incoming));
  }

  /** A part that its handler cannot read is not what its type says. */
  #handled(part: MimePart, incoming: IncomingMessage): readonly MimePiece[] | undefined {
    try {
      return this.#handlers.get(part.type)?.read(part, incoming);
    } catch (error) {
      if (error instanceof SilcError) return undefined;
      throw error;
    }
  }

  #pieceShown(piece: MimePiece, incoming: IncomingMessage): readonly Shown[] {
    switch (piece.kind) {
      case 'text':
        return [textPayload(piece.text)];
      case 'stanza':
        return [piece.payload];
      case 'html':
        return this.#htmlShown(piece, incoming);
      case 'file':
        return [this.#fileShown(piece.file, incoming)];
    }
  }

  #fileShown(file: MimeFile, incoming: IncomingMessage): Shown {
    const told = toldFile(file);
    const place = this.#publisher.publish(file, incoming);
    if (!(place instanceof Promise)) return filePayload(told, place);
    return place.then((known) => filePayload(told, known));
  }

  /** Pictures that the HTML names are in it; other files beside it are of their own. */
  #htmlShown(piece: MimePiece & { readonly kind: 'html' }, incoming: IncomingMessage): readonly Shown[] {
    const tree = readHtml(piece.html);
    const names = pictureNames(tree);
    const isNamed = ({ contentId = '' }: MimeFile): boolean => names.has(contentId);
    const named = piece.related
      .filter(isNamed)
      .map((file) => ({ file, place: this.#publisher.publish(file, incoming) }));
    const others = piece.related
      .filter((file) => !isNamed(file))
      .map((file) => this.#fileShown(file, incoming));
    const plain = piece.text ?? tree.text;
    const places = named.map(({ place }) => place);
    const shown = (all: readonly FilePlace[]): readonly Element[] =>
      htmlPayload(
        tree,
        plain,
        named.map(({ file }, i) => [file, all[i] ?? {}] as const),
      );
    const known = places.flatMap((place) => (place instanceof Promise ? [] : [place]));
    if (known.length === places.length) return [shown(known), ...others];
    const all = Promise.all(places.map((place) => Promise.resolve(place)));
    return [all.then(shown), ...others];
  }
}

const toldFile = ({ type, name, data }: MimeFile): ToldFile => ({
  type,
  name: name === undefined ? undefined : safeFileName(name),
  octets: data.length,
});

/** HTML with its pictures: small ones in it, the others as links, which stand in the text too. */
function htmlPayload(
  tree: HtmlTree,
  plain: AnyText,
  pictures: readonly (readonly [MimeFile, FilePlace])[],
): readonly Element[] {
  const byName = new Map(
    pictures.map(([{ contentId = '' }, { bits, url }]) => [contentId, { cid: bits?.cid, url }] as const),
  );
  const lines = pictures.map(([file, { url, bits, reason }]) => {
    const words = fileWords(toldFile(file));
    if (url !== undefined) return joinTexts([words, url], ' ');
    return bracketed(words, bits === undefined ? reason : undefined);
  });
  const body = joinTexts(
    [typeof plain === 'string' ? noAction(plain) : plain, ...lines].filter((line) => line !== ''),
    '\n',
  );
  const html = xhtmlIm(tree, byName);
  const data = pictures.flatMap(([, { bits }]) => (bits === undefined ? [] : [bitsElement(bits)]));
  return [
    xml('body', {}, body === '' ? text(({ files }) => files.emptyMessage) : body),
    ...(html === undefined ? [] : [html, ...data]),
  ];
}

const textPayload = (said: AnyText): readonly Element[] => [
  xml('body', {}, typeof said === 'string' ? noAction(said) : said),
];

/** Texts that follow each other are one message. */
function joined(pieces: readonly MimePiece[]): readonly MimePiece[] {
  const all: MimePiece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (piece.kind === 'text' && last?.kind === 'text') {
      all[all.length - 1] = { kind: 'text', text: joinTexts([last.text, piece.text], '\n') };
    } else all.push(piece);
  }
  return all;
}
