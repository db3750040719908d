import { utf8 } from '../silc/bytes.js';
import { SilcError } from '../silc/errors.js';

/*
 * SILC limits names before preparation, and some characters grow in it: `Ⅷ` becomes `viii`, `क़` two characters. So a legal
 * name near the limit has a prepared form beyond it, which cannot be prepared once more. Addresses hold prepared forms;
 * to read one back, its shortest source is calculated.
 */

/** Blocks in which Unicode 3.2 has characters whose preparation takes more octets than they do. */
const blocks: readonly (readonly [number, number])[] = [
  [0x80, 0x33ff],
  [0xf900, 0xfeff],
];

// In front of a character while it is prepared: takes part in no composition, and keeps the growth of the whole small.
const LEAD = '0'.repeat(16);

/** Octets of the shortest character that becomes a text, for the texts that are longer than it. */
type Growths = ReadonlyMap<string, number>;

function findGrowths(prepare: (text: string) => string): Growths {
  const growths = new Map<string, number>();
  for (const [from, to] of blocks) {
    for (let code = from; code <= to; code++) {
      const char = String.fromCodePoint(code);
      const prepared = tryPrepare(prepare, LEAD + char)?.slice(LEAD.length);
      if (prepared === undefined) continue;
      const octets = utf8(char).length;
      if (utf8(prepared).length > octets) {
        growths.set(prepared, Math.min(octets, growths.get(prepared) ?? octets));
      }
    }
  }
  return growths;
}

/**
 * Tells the prepared forms of legal names that are longer than `maxOctets` themselves.
 * @param prepare the preparation of the kind of name. @param maxOctets its limit before preparation.
 */
export function growsBeyond(prepare: (text: string) => string, maxOctets: number): (name: string) => boolean {
  // Found on first use, some ten milliseconds: hardly any gateway ever sees such a name.
  let growths: Growths | undefined;
  return (name) => {
    // Preparation less than doubles the octets; a UTF-16 unit takes at least one.
    if (name.length >= 2 * maxOctets) return false;
    const octets = utf8(name).length;
    if (octets <= maxOctets || octets >= 2 * maxOctets) return false;
    const chars = Array.from(name);
    if (name.normalize('NFKC') !== name) return false;
    if (!chars.every((char) => tryPrepare(prepare, char) === char)) return false;
    growths ??= findGrowths(prepare);
    return shortestSource(chars, growths) <= maxOctets;
  };
}

/** Fewest octets of a text whose characters become `chars`. */
function shortestSource(chars: readonly string[], growths: Growths): number {
  const longest = Math.max(0, ...Array.from(growths.keys(), (text) => Array.from(text).length));
  const best: number[] = [0];
  for (let end = 1; end <= chars.length; end++) {
    let least = (best[end - 1] ?? 0) + utf8(chars[end - 1] ?? '').length;
    for (let start = Math.max(0, end - longest); start < end; start++) {
      const octets = growths.get(chars.slice(start, end).join(''));
      if (octets !== undefined) least = Math.min(least, (best[start] ?? 0) + octets);
    }
    best.push(least);
  }
  return best.at(-1) ?? 0;
}

function tryPrepare(prepare: (text: string) => string, text: string): string | undefined {
  try {
    return prepare(text);
  } catch (cause) {
    if (cause instanceof SilcError) return undefined;
    throw cause;
  }
}
