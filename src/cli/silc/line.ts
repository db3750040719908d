import { LineError } from './item.js';

/** What a line of input says. */
export type Line =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly text: string }
  /** `name` in lower case; `rest` as it was typed, without the blanks around it. */
  | { readonly kind: 'command'; readonly name: string; readonly rest: string };

/** Reads a line: `/name …` is a command, `//…` a text that begins with a slash, everything else a text. */
export function parseLine(line: string): Line {
  if (line.trim() === '') return { kind: 'nothing' };
  if (line.startsWith('//')) return { kind: 'text', text: line.slice(1) };
  const match = /^\/(\S*)\s*(.*)$/su.exec(line);
  if (match === null) return { kind: 'text', text: line };
  const [, name = '', rest = ''] = match;
  return { kind: 'command', name: name.toLowerCase(), rest: rest.trim() };
}

/** The first word of a text, and what follows it; undefined where there is none. */
export function firstWord(text: string): readonly [string | undefined, string | undefined] {
  const match = /^(\S+)(?:\s+(.*))?$/su.exec(text.trim());
  return [match?.[1], match?.[2]];
}

/** A word that has to be there. @throws LineError with the command's usage */
export function needed(word: string | undefined, usage: string): string {
  if (word === undefined || word === '') throw new LineError(`usage: ${usage}`);
  return word;
}
