import { type Element, xml } from '../../component/stanza.js';
import { fromUtf8, utf8 } from '../../silc/bytes.js';
import { SilcError } from '../../silc/errors.js';
import { readMimeContents } from '../../silc/messages/mime-content.js';
import {
  encodeMime,
  mimeField,
  type MimeEntity,
  type MimeField,
  multipartMime,
} from '../../silc/messages/mime.js';
import type { MimeAbout, MimeHandler, MimePart, MimePiece } from './pieces.js';
import { text } from '../../text/text.js';

/*
 * Messages that are encrypted or signed from end to end, and pass through as they are:
 * XEP-0027 as OpenPGP MIME (RFC 3156, 4), S/MIME objects of RFC 3923 as the MIME entities that they are.
 */

export const NS_PGP = 'jabber:x:encrypted';
export const NS_E2E = 'urn:ietf:params:xml:ns:xmpp-e2e';
export const NS_ENCRYPTION = 'urn:xmpp:eme:0';

const [ARMOR_BEGIN, ARMOR_END] = ['-----BEGIN PGP MESSAGE-----', '-----END PGP MESSAGE-----'];
const CRLF = '\r\n';
const PGP_TYPE = 'application/pgp-encrypted';
const BOUNDARY = 'silc-xmpp-gateway-pgp';
/** Longest armor that is looked into, in characters. */
const MAX_ARMOR = 1 << 20;

/** @returns what a SILC user gets of a private message that is encrypted so; undefined for any other message */
export function endToEndMime(stanza: Element): MimeEntity | undefined {
  const pgp = stanza.getChild('x', NS_PGP)?.getText().trim() ?? '';
  if (pgp !== '') return pgpEntity(pgp);
  const object = stanza.getChild('e2e', NS_E2E)?.getText() ?? '';
  return object.trim() === '' ? undefined : objectEntity(object);
}

function pgpEntity(data: string): MimeEntity {
  const lines = data.split(/\r?\n/).map((line) => line.trim());
  const armor = [ARMOR_BEGIN, '', ...lines, ARMOR_END, ''].join(CRLF);
  const control = { fields: [{ name: 'Content-Type', value: PGP_TYPE }], body: utf8(`Version: 1${CRLF}`) };
  const message = {
    fields: [{ name: 'Content-Type', value: 'application/octet-stream' }],
    body: utf8(armor),
  };
  const { fields, ...rest } = multipartMime('encrypted', BOUNDARY, [control, message]);
  const value = `multipart/encrypted; protocol="${PGP_TYPE}"; boundary=${BOUNDARY}`;
  return {
    ...rest,
    fields: fields.map((field) => (field.name === 'Content-Type' ? { ...field, value } : field)),
  };
}

/** The object as it is: of what is signed no octet changes but line ends, which are CRLF (RFC 3923, 3.2). */
function objectEntity(text: string): MimeEntity | undefined {
  const lines = text.replace(/^\s+/, '').replaceAll(/\r?\n/g, CRLF);
  const end = lines.indexOf(CRLF + CRLF);
  if (end < 0) return undefined;
  const fields: MimeField[] = [];
  for (const line of lines
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split(CRLF)) {
    const [, name, value] = /^([\w-]{1,100}):\s*(\S.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    fields.push({ name, value });
  }
  return { fields: withBoundaryLast(fields), body: utf8(lines.slice(end + 4)) };
}

/** SILC clients take what follows the last `=` of the content type for the boundary. */
function withBoundaryLast(fields: readonly MimeField[]): readonly MimeField[] {
  return fields.map((field) => {
    if (field.name.toLowerCase() !== 'content-type') return field;
    const [, boundary] = /;\s*(boundary=(?:"[^"]*"|[^\s;]+))/i.exec(field.value) ?? [];
    if (boundary === undefined) return field;
    const others = field.value.replace(/;\s*boundary=(?:"[^"]*"|[^\s;]+)/i, '').replace(/;\s*$/, '');
    return { name: field.name, value: `${others}; ${boundary}` };
  });
}

/** The mark by which clients know what they cannot read (XEP-0380). */
export const encryptionHint = (namespace: string): Element =>
  xml('encryption', { xmlns: NS_ENCRYPTION, namespace });

const stanza = (...payload: readonly Element[]): readonly MimePiece[] => [{ kind: 'stanza', payload }];

/** OpenPGP MIME of SILC users becomes XEP-0027, S/MIME an object of RFC 3923. */
export const endToEndHandlers: readonly MimeHandler[] = [
  {
    types: ['multipart/encrypted'],
    read: ({ params, entity }) => {
      const armor = (params['protocol'] ?? '').toLowerCase() === PGP_TYPE ? armorOf(entity) : undefined;
      if (armor === undefined) return undefined;
      const body = xml(
        'body',
        {},
        text(({ files }) => files.openPgp),
      );
      return stanza(body, xml('x', { xmlns: NS_PGP }, armor), encryptionHint(NS_PGP));
    },
  },
  {
    types: ['application/pkcs7-mime', 'application/x-pkcs7-mime'],
    read: ({ entity }) => {
      const body = xml(
        'body',
        {},
        text(({ files }) => files.smime),
      );
      return stanza(body, xml('e2e', { xmlns: NS_E2E }, encodedText(entity)), encryptionHint(NS_E2E));
    },
  },
  {
    types: ['multipart/signed'],
    read: (part, about) => {
      const { params, entity } = part;
      if (!/^application\/(?:x-)?pkcs7-signature$/i.test(params['protocol'] ?? '')) return undefined;
      const [signed] = entity.parts ?? [];
      const shown = signed === undefined ? undefined : textOf(signed);
      const object = xml('e2e', { xmlns: NS_E2E }, rawText(part, about));
      return stanza(xml('body', {}, shown ?? text(({ files }) => files.smimeSigned)), object);
    },
  },
];

/** What stands between the lines of the armor, without its headers (XEP-0027, 3.2). */
function armorOf({ parts = [] }: MimeEntity): string | undefined {
  const [control, message] = parts;
  if (control === undefined || message === undefined || parts.length !== 2) return undefined;
  if (message.body.length > MAX_ARMOR || !contents(control).some(({ type }) => type === PGP_TYPE))
    return undefined;
  const [content] = contents(message);
  const lines = fromUtf8(content?.data ?? new Uint8Array(0)).split(/\r?\n/);
  const begin = lines.indexOf(ARMOR_BEGIN);
  const end = lines.indexOf(ARMOR_END, begin);
  const blank = lines.indexOf('', begin);
  return begin < 0 || end < 0 || blank < 0 || blank > end
    ? undefined
    : lines.slice(blank + 1, end).join('\n');
}

function contents(entity: MimeEntity): ReturnType<typeof readMimeContents> {
  try {
    return readMimeContents(entity);
  } catch (error) {
    if (error instanceof SilcError) return [];
    throw error;
  }
}

const textOf = (entity: MimeEntity): string | undefined =>
  contents(entity).find(({ type, text }) => type === 'text/plain' && text !== undefined)?.text;

/** A signed object as it came, where it is all of the message. */
function rawText({ entity }: MimePart, { message }: MimeAbout): string {
  const octets = message.mime === entity ? message.data : encodeMime(entity);
  return withLineFeeds(fromUtf8(octets));
}

/** An encrypted object: octets as base64 (RFC 2045, 6.8). */
function encodedText(entity: MimeEntity): string {
  const type = mimeField(entity, 'Content-Type') ?? 'application/pkcs7-mime';
  const data = contents(entity)[0]?.data ?? entity.body;
  const lines =
    Buffer.from(data)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return [`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', '', ...lines].join('\n');
}

const withLineFeeds = (text: string): string => text.replaceAll('\r\n', '\n');
