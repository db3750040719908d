import type { MimeFile } from '../../../mapping/mime/pieces.js';
import { safeFileName } from '../../../silc/transfer/file-name.js';

const endings: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'text/plain': 'txt',
  'text/html': 'html',
  'application/pdf': 'pdf',
};

/** The name that a file gets on an upload service: its own, made safe, or one made of its type. */
export function uploadName({ name, type }: Pick<MimeFile, 'name' | 'type'>): string {
  if (name !== undefined) return safeFileName(name);
  const ending = Object.hasOwn(endings, type) ? endings[type] : undefined;
  return `${type.startsWith('image/') ? 'picture' : 'file'}.${ending ?? 'bin'}`;
}

const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(endings).map(([type, ending]) => [ending, type])),
  jpeg: 'image/jpeg',
  htm: 'text/html',
  zip: 'application/zip',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
};

/** The type of a file of which only the name is known. */
export function typeOfName(name: string): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(types, ending) ? types[ending] : undefined) ?? 'application/octet-stream';
}
