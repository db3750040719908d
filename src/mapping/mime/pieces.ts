import type { Element } from '../../component/stanza.js';
import type { Message, User } from '../../silc/client/types.js';
import type { MimeEntity } from '../../silc/messages/mime.js';
import type { AnyText } from '../../text/text.js';

/** A file out of a MIME message. */
export interface MimeFile {
  /** Media type in lower case. */
  readonly type: string;
  /** As its sender has told it: text of a stranger, and no path. */
  readonly name: string | undefined;
  readonly data: Uint8Array;
  /** `Content-ID` without its brackets, by which HTML beside it may name it. */
  readonly contentId?: string | undefined;
}

/** What a part of a MIME message is to Jabber users. */
export type MimePiece =
  | { readonly kind: 'text'; readonly text: AnyText }
  /** `text` is an alternative without markup, where the sender gives one; `related` are the files that the HTML may name. */
  | {
      readonly kind: 'html';
      readonly html: string;
      readonly text: AnyText | undefined;
      readonly related: readonly MimeFile[];
    }
  | { readonly kind: 'file'; readonly file: MimeFile }
  /** A message of its own, as a handler of the content type has made it: a body and whatever goes beside it. */
  | { readonly kind: 'stanza'; readonly payload: readonly Element[] };

/** A part with its type read, as handlers of content types get it. */
export interface MimePart {
  /** Media type in lower case. */
  readonly type: string;
  /** Parameters of `Content-Type`, names in lower case. */
  readonly params: Readonly<Partial<Record<string, string>>>;
  /** With `parts`, where it is a multipart one. */
  readonly entity: MimeEntity;
}

/** Of which message a part is. */
export interface MimeAbout {
  readonly network: string;
  /** Room address, of a message on a channel; undefined of a private one. */
  readonly room: string | undefined;
  readonly sender: User;
  readonly message: Message;
}

/** Makes something better of parts of some content types than a file. It is pure, and bounded by the size of the part. */
export interface MimeHandler {
  /** Media types in lower case. It is asked about each part, also a multipart one, before any other rule applies. */
  readonly types: readonly string[];
  /** @returns undefined where it is not what its type says: then it is shown like any other part */
  read(part: MimePart, about: MimeAbout): readonly MimePiece[] | undefined;
}
