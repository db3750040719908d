import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHex, toHex } from '../../../src/silc/bytes.js';

const FILE = fileURLToPath(new URL('../corpus/inputs.txt', import.meta.url));
/** What is kept of one target. */
const MAX_INPUTS = 6;
const MAX_OCTETS = 200;

/** Inputs that once were of interest, by target: each led to an outcome of its own, or to a fault. A line each. */
export function readCorpus(): Map<string, Uint8Array[]> {
  const corpus = new Map<string, Uint8Array[]>();
  if (!existsSync(FILE)) return corpus;
  for (const line of readFileSync(FILE, 'utf8').split('\n')) {
    const [name, hex] = line.split('\t');
    if (name === undefined || hex === undefined) continue;
    corpus.set(name, [...(corpus.get(name) ?? []), fromHex(hex)]);
  }
  return corpus;
}

/** Writes it anew: of each target the shortest inputs that are not too long. */
export function writeCorpus(found: ReadonlyMap<string, readonly Uint8Array[]>): void {
  const lines = [...found].flatMap(([name, inputs]) =>
    [...new Set(inputs.filter(({ length }) => length <= MAX_OCTETS).map(toHex))]
      .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
      .slice(0, MAX_INPUTS)
      .map((hex) => `${name}\t${hex}\n`),
  );
  writeFileSync(FILE, lines.join(''));
}
