/** A set of code points, searched by halving: `borders` are, in order, the first inside, the first outside, … */
export class CodePointSet {
  readonly #borders: Uint32Array;

  /** @param tables texts of `tables.ts`: hex code points and ranges `a-b`, separated by blanks */
  constructor(...tables: readonly string[]) {
    const ranges = tables
      .flatMap((table) => table.split(' '))
      .map((item) => {
        const [first = '', last = first] = item.split('-');
        return { first: Number.parseInt(first, 16), last: Number.parseInt(last, 16) };
      })
      .sort((a, b) => a.first - b.first);
    const borders: number[] = [];
    let end = -1;
    for (const { first, last } of ranges) {
      if (first > end) borders.push(first, last + 1);
      else borders[borders.length - 1] = Math.max(end, last + 1);
      end = borders.at(-1) ?? end;
    }
    this.#borders = Uint32Array.from(borders);
  }

  has(codePoint: number): boolean {
    let [low, high] = [0, this.#borders.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#borders[middle] ?? 0) <= codePoint) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1;
  }

  /** Whether any code point of the text is in the set. A lone surrogate counts as its own code point. */
  meets(text: string): boolean {
    for (const character of text) {
      if (this.has(character.codePointAt(0) ?? 0)) return true;
    }
    return false;
  }
}

/** A mapping of code points to texts, of `tables.ts`: items `a=b.c`, `a-c=b` and `a/c=b`. */
export class CodePointMap {
  readonly #texts = new Map<string, string>();

  constructor(...tables: readonly string[]) {
    for (const item of tables.flatMap((table) => table.split(' '))) {
      const [source = '', result = ''] = item.split('=');
      const [first = 0, last = first] = source.split(/[-/]/).map((hex) => Number.parseInt(hex, 16));
      const targets = result.split('.').map((hex) => Number.parseInt(hex, 16));
      const step = source.includes('/') ? 2 : 1;
      for (let code = first; code <= last; code += step) {
        const moved = targets.map((target) => target + code - first);
        this.#texts.set(String.fromCodePoint(code), String.fromCodePoint(...moved));
      }
    }
  }

  /** The text with every mapped code point replaced. */
  apply(text: string): string {
    let out = '';
    for (const character of text) out += this.#texts.get(character) ?? character;
    return out;
  }
}
