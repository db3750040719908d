import { z } from 'zod';
import { hex } from './schemas.js';

/** Long data: a pattern, repeated and cut to length. */
export const repeated = z
  .object({ pattern: hex, length: z.number().int().nonnegative() })
  .transform(({ pattern, length }) =>
    Uint8Array.from({ length }, (_, i) => pattern[i % pattern.length] ?? 0),
  );

/** Octets in hex, or as a repeated pattern. */
export const octets = z.union([hex, repeated]);
