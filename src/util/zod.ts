import { createRequire } from 'node:module';
import type * as zod from 'zod';

/**
 * The library that reads outside data by a schema, by `require`: it has a module for each of its languages, and what a module costs
 * beside its text is more for one of ECMAScript. A gateway that has nothing to do is 2 MiB smaller so.
 */
export const { z } = createRequire(import.meta.url)('zod') as typeof zod;
