import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that a browser gets. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.gif': 'image/gif',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wasm': 'application/wasm',
};

/** The page's own files, beside this one in the sources and in the package. */
const OWN = fileURLToPath(new URL('browser/', import.meta.url));

/** Steps of a path that lead nowhere else: no dot in front, no separator, no escape. */
const SAFE_STEP = /^[A-Za-z0-9_-][A-Za-z0-9._@-]*$/;

/** Where converse.js is; undefined where it is not installed. The package does not bring it along: only this page uses it. */
export function findConverse(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('converse.js/dist/converse.min.js'));
  } catch {
    return undefined;
  }
}

/** A file of the page, undefined where there is none: `converse/…` is converse.js, everything else the page's own. */
export async function readAsset(path: string, converse: string): Promise<Asset | undefined> {
  const type = TYPES[extname(path)];
  const steps = path.split('/');
  if (type === undefined || !steps.every((step) => SAFE_STEP.test(step))) return undefined;
  const [first, ...others] = steps;
  const file = first === 'converse' ? join(converse, ...others) : join(OWN, path);
  try {
    return { type, content: await readFile(file) };
  } catch {
    return undefined;
  }
}
