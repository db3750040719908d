import libqp from 'libqp';
import { copyOf, fromLatin1 } from '../bytes.js';
import { fromBase64 } from '../crypto/base64.js';
import { SilcError } from '../errors.js';
import { decodeText } from '../packets/text.js';
import { mimeLibrary } from './libmime.js';
import { mimeField, type MimeEntity } from './mime.js';

/** A body of a MIME message, as an application shows or stores it. */
export interface MimeContent {
  /** Media type in lower case. */
  readonly type: string;
  /** Name that the sender gave the file: text of a stranger, and no path. */
  readonly filename?: string | undefined;
  /** Without transfer encoding. */
  readonly data: Uint8Array;
}

/** As it was received: of texts the characters too. */
export interface ReceivedMimeContent extends MimeContent {
  readonly text: string | undefined;
}

/** Longest value of a header field that is looked into, in characters. */
const MAX_VALUE = 4_096;

/** What a body is when its header does not tell (RFC 2045, 5.2). */
const DEFAULT_TYPE = 'text/plain';

/**
 * The bodies of a MIME message in their order, those of a multipart one after the other: transfer encodings are undone
 * (RFC 2045, 6), file names are read in any notation (RFC 2047, RFC 2231), texts come in the charset that is told, or in
 * UTF-8 or Latin-1 as they can be read.
 *
 * @throws SilcError `malformed` on base64 that is none
 */
export function readMimeContents(entity: MimeEntity): readonly ReceivedMimeContent[] {
  if (entity.parts !== undefined) return entity.parts.flatMap(readMimeContents);
  const { type, params } = mimeContentType(entity);
  const data = withoutEncoding(entity);
  const filename = structured(entity, 'Content-Disposition').params['filename'] ?? params['name'];
  return [
    {
      type,
      data,
      filename: filename === undefined ? undefined : mimeLibrary().decodeWords(filename),
      text: type.startsWith('text/') ? textOf(data, params['charset']) : undefined,
    },
  ];
}

/** The media type of an entity in lower case, by default text/plain, and its parameters, with names in lower case. */
export function mimeContentType(entity: MimeEntity): {
  readonly type: string;
  readonly params: Readonly<Partial<Record<string, string>>>;
} {
  const { value, params } = structured(entity, 'Content-Type');
  return { type: /^[^\s/]+\/[^\s/]+$/.test(value) ? value.toLowerCase() : DEFAULT_TYPE, params };
}

/**
 * An entity with one body, to be sent as it is or as a part. The body goes as it is (`binary`); texts should be UTF-8.
 *
 * @throws SilcError `usage` on a type that is none
 */
export function mimeEntity({ type, filename, data }: MimeContent): MimeEntity {
  if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type))
    throw new SilcError('usage', 'a media type is type/subtype');
  const contentType = mimeLibrary().buildHeaderValue({
    value: type,
    params: type.startsWith('text/') ? { charset: 'utf-8' } : {},
  });
  const fields = [
    { name: 'MIME-Version', value: '1.0' },
    { name: 'Content-Type', value: contentType },
    { name: 'Content-Transfer-Encoding', value: 'binary' },
  ];
  if (filename !== undefined) {
    const value = mimeLibrary().buildHeaderValue({ value: 'attachment', params: { filename } });
    fields.push({ name: 'Content-Disposition', value });
  }
  return { fields, body: data };
}

/** Value and parameters of a field (RFC 2045, 5.1); empty where it is missing or too long. */
function structured(
  entity: MimeEntity,
  name: string,
): { value: string; params: Readonly<Partial<Record<string, string>>> } {
  const text = mimeField(entity, name) ?? '';
  if (text.length > MAX_VALUE) return { value: '', params: {} };
  const { value, params } = mimeLibrary().parseHeaderValue(text);
  return { value: value.trim(), params: { ...params } };
}

function withoutEncoding(entity: MimeEntity): Uint8Array {
  const encoding = mimeField(entity, 'Content-Transfer-Encoding')?.trim().toLowerCase();
  if (encoding === 'base64') return fromBase64(fromLatin1(entity.body));
  if (encoding === 'quoted-printable') return copyOf(libqp.decode(fromLatin1(entity.body)));
  return entity.body;
}

function textOf(data: Uint8Array, charset: string | undefined): string {
  if (charset === undefined) return decodeText(data);
  try {
    return new TextDecoder(charset).decode(data);
  } catch {
    // A charset that nobody knows.
    return decodeText(data);
  }
}
