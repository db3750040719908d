import { readFileSync } from 'node:fs';
import { z } from './util/zod.js';

const manifest = z.object({ version: z.string() });

/** The version of this package. */
export const { version } = manifest.parse(
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
);
