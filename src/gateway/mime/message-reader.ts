import { type Element, xml } from '../../component/stanza.js';
import { marksOf, payloadOf } from '../../mapping/message.js';
import { fileWords } from '../../mapping/mime/file-words.js';
import type { MimeAbout, MimeHandler, MimePiece } from '../../mapping/mime/pieces.js';
import { piecesOf } from '../../mapping/mime/walk.js';
import type { ChannelProtection, Protection } from '../../silc/client/types.js';

/** Whose message it is, and whose it is going to be. */
export interface IncomingMessage extends MimeAbout {
  readonly protection: Protection | ChannelProtection;
  /** Bare JIDs of the local users who get it. */
  readonly audience: () => readonly string[];
}

/** What one message of a Jabber conversation holds. It may take a while until that is known; it never rejects. */
export type Shown = readonly Element[] | Promise<readonly Element[]>;

/**
 * What messages from SILC are shown as. MIME messages are taken apart, and handlers of features are asked about parts by their
 * content type.
 */
export class MessageReader {
  #handlers: ReadonlyMap<string, MimeHandler> = new Map();

  /** @throws Error where two handlers want one content type */
  use(handlers: readonly MimeHandler[]): void {
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
    if (message.kind !== 'mime') return [payloadOf(message, ofPrivate)];
    const marked = (payload: readonly Element[]): readonly Element[] => [
      ...payload,
      ...marksOf(message, ofPrivate),
    ];
    const shown = this.#shown(incoming);
    const all = shown.length === 0 ? [textPayload('[an empty message]')] : shown;
    return all.map((one) => (one instanceof Promise ? one.then(marked) : marked(one)));
  }

  #shown(incoming: IncomingMessage): readonly Shown[] {
    const { mime, data } = incoming.message;
    if (mime === undefined) {
      const words = fileWords({ type: 'MIME message', name: undefined, octets: data.length });
      return [textPayload(`[${words}: cannot be read]`)];
    }
    const pieces = piecesOf(mime, (part) => this.#handlers.get(part.type)?.read(part, incoming));
    return joined(pieces).map((piece) => this.#pieceShown(piece));
  }

  #pieceShown(piece: MimePiece): Shown {
    switch (piece.kind) {
      case 'text':
        return textPayload(piece.text);
      case 'stanza':
        return piece.payload;
      case 'html':
        return textPayload(piece.text ?? piece.html);
      case 'file': {
        const { type, name, data } = piece.file;
        return textPayload(`[${fileWords({ type, name, octets: data.length })}]`);
      }
    }
  }
}

const textPayload = (text: string): readonly Element[] => [xml('body', {}, text)];

/** Texts that follow each other are one message. */
function joined(pieces: readonly MimePiece[]): readonly MimePiece[] {
  const all: MimePiece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (piece.kind === 'text' && last?.kind === 'text') {
      all[all.length - 1] = { kind: 'text', text: `${last.text}\n${piece.text}` };
    } else all.push(piece);
  }
  return all;
}
