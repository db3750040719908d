import { createRequire, Module } from 'node:module';
import type * as zod from 'zod';

const require = createRequire(import.meta.url);

// Its messages in sixty languages are loaded by nothing but its index, and nobody reads them: an empty module stands in for them.
const languages = require.resolve('zod/v4/locales');
require.cache[languages] = Object.assign(new Module(languages), { loaded: true });

/**
 * The library that reads outside data by a schema, by `require`: what a module costs beside its text is more for one of ECMAScript.
 * A gateway that has nothing to do is 3 MiB smaller so.
 */
export const { z } = require('zod') as typeof zod;
