import { z } from 'zod';
import { supportedAlgorithms } from '../../silc/crypto/algorithms.js';

/** A list of wire names, most wanted first, each of them one that the engine has. */
function nameList(what: string, known: readonly string[]) {
  const name = z.string().refine((text) => known.includes(text), {
    error: ({ input }) => `no ${what} called ${JSON.stringify(input)}, known are ${known.join(', ')}`,
  });
  return z
    .array(name)
    .min(1, `needs at least one ${what}`)
    .refine((names) => new Set(names).size === names.length, `has one ${what} twice`)
    .exactOptional();
}

/**
 * The algorithms that a network's server is offered. A list that is absent has the engine's default, which has nothing
 * weak in it; weak ones are used where they are named.
 */
export const algorithms = z.strictObject({
  ciphers: nameList('cipher', supportedAlgorithms.ciphers),
  hashes: nameList('hash', supportedAlgorithms.hashes),
  hmacs: nameList('HMAC', supportedAlgorithms.hmacs),
  groups: nameList('group', supportedAlgorithms.groups),
});
