import { createRequire } from 'node:module';
import type libmime from 'libmime';

const require = createRequire(import.meta.url);

/** Loaded with the first MIME message: its tables of charsets and media types take 3 MiB. */
export const mimeLibrary = (): typeof libmime => require('libmime') as typeof libmime;
