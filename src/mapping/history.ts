import type { Element } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/** How much history a client asks for by its join; what is absent has no bound (XEP-0045, 7.2.13). */
export interface HistoryBounds {
  readonly maxStanzas?: number;
  readonly maxChars?: number;
  readonly seconds?: number;
  /** XEP-0082 time, as it came. */
  readonly since?: string;
}

/** Reads the `history` element of a join. What is no number there is no bound. */
export function historyBounds(join: Element): HistoryBounds {
  const { maxstanzas, maxchars, seconds, since } =
    join.getChild('x', Namespace.muc)?.getChild('history')?.attrs ?? {};
  const bounds = { maxStanzas: countOf(maxstanzas), maxChars: countOf(maxchars), seconds: countOf(seconds) };
  return Object.fromEntries(Object.entries({ ...bounds, since }).filter(([, bound]) => bound !== undefined));
}

/** The last of the stanzas that have so many characters altogether, complete with their envelopes (XEP-0045, 7.2.13). */
export function withinChars(stanzas: readonly Element[], maxChars = Infinity): readonly Element[] {
  if (maxChars === Infinity) return stanzas;
  let left = maxChars;
  let from = stanzas.length;
  while (from > 0) {
    left -= stanzas[from - 1]?.toString().length ?? 0;
    if (left < 0) break;
    from--;
  }
  return stanzas.slice(from);
}

const countOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
