/** What a line of input says. */
export type Line =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly text: string }
  /** What stands behind the slash, without the blanks around it. */
  | { readonly kind: 'command'; readonly text: string };

/** Reads a line: `/name …` is a command, `//…` a text that begins with a slash, everything else a text. */
export function parseLine(line: string): Line {
  if (line.trim() === '') return { kind: 'nothing' };
  if (line.startsWith('//')) return { kind: 'text', text: line.slice(1) };
  if (line.startsWith('/')) return { kind: 'command', text: line.slice(1).trim() };
  return { kind: 'text', text: line };
}

/** The words of a line, taken one after the other. A word with blanks stands in double quotes. */
export class Words {
  #rest: string;

  constructor(text: string) {
    this.#rest = text.trim();
  }

  get done(): boolean {
    return this.#rest === '';
  }

  /** The next word; undefined at the end. */
  next(): string | undefined {
    const match = /^(?:"([^"]*)"(?=\s|$)|(\S+))\s*(.*)$/su.exec(this.#rest);
    if (match === null) return undefined;
    const [, quoted, plain, rest = ''] = match;
    this.#rest = rest;
    return quoted ?? plain;
  }

  /** Everything that is left, as it was typed. */
  rest(): string | undefined {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? undefined : rest;
  }

  /**
   * Takes an option, `-name` or `-name=value`, from those that stand in front of all other words.
   * @returns its value, empty where it has none; undefined where it is not there
   */
  option(name: string): string | undefined {
    const [front = ''] = /^(?:-[a-z][a-z-]*(?:=(?:"[^"]*"|\S*))?(?:\s+|$))*/u.exec(this.#rest) ?? [];
    const wanted = new RegExp(`(?<=^|\\s)-${name}(?:=(?:"([^"]*)"|(\\S*)))?(?:\\s+|$)`, 'u');
    const match = wanted.exec(front);
    if (match === null) return undefined;
    this.#rest = front.replace(wanted, '') + this.#rest.slice(front.length);
    return match[1] ?? match[2] ?? '';
  }
}
