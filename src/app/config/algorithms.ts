import { z } from '../../util/zod.js';
import { defaultProposal, isWeak, supportedAlgorithms } from '../../silc/crypto/algorithms.js';

/** A list of wire names, most wanted first, each of them one that the engine has. */
function nameList(what: string, kind: keyof typeof supportedAlgorithms) {
  const known: readonly string[] = supportedAlgorithms[kind];
  const offered: readonly string[] = defaultProposal[kind];
  const others = known.filter((name) => !offered.includes(name));
  const list = (names: readonly string[], text: string): string =>
    names.length === 0 ? '' : ` ${text}: ${names.join(', ')}.`;
  const name = z.string().refine((text) => known.includes(text), {
    error: ({ input }) => `no ${what} called ${JSON.stringify(input)}, known are ${known.join(', ')}`,
  });
  return z
    .array(name)
    .min(1, `needs at least one ${what}`)
    .refine((names) => new Set(names).size === names.length, `has one ${what} twice`)
    .exactOptional()
    .describe(
      'By name, most wanted first.' +
        list(
          others.filter((one) => !isWeak(one)),
          'Known, and not in the default',
        ) +
        list(others.filter(isWeak), 'Weak, only for old servers that have nothing better'),
    )
    .meta({ examples: [offered] });
}

/**
 * The algorithms that a network's server is offered. A list that is absent has the engine's default, which has nothing
 * weak in it; weak ones are used where they are named.
 */
export const algorithms = z.strictObject({
  ciphers: nameList('cipher', 'ciphers'),
  hashes: nameList('hash', 'hashes'),
  hmacs: nameList('HMAC', 'hmacs'),
  groups: nameList('group', 'groups'),
});
