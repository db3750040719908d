import type { LinkedFile } from '../../../mapping/mime/linked-file.js';
import { safeFileName } from '../../../silc/transfer/file-name.js';

/** What a linked file is called on SILC: as its author says, or as the last part of its path. */
export const nameOfLink = ({ name, url }: Pick<LinkedFile, 'name' | 'url'>): string =>
  safeFileName(name ?? lastPart(url));

function lastPart(url: URL): string {
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
