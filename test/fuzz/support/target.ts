/** Something that takes octets from outside. */
export interface Target {
  readonly name: string;
  /** Good inputs, which are changed. */
  readonly seeds: readonly Uint8Array[];
  /** How much dearer one input is than that of a decoder: so many fewer are tried. */
  readonly cost: number;
  /** @returns what became of it, in a word or two: an input with a new outcome is a seed from then on. @throws what is a fault */
  readonly run: (octets: Uint8Array) => string | Promise<string>;
  readonly close?: () => Promise<void>;
}

/** What a refusal is told apart by: its text without what is in it. */
export function outcomeOf(error: Error): string {
  return error.message.replaceAll(/[0-9a-f]{4,}|\d+|"[^"]*"|'[^']*'/g, '#').slice(0, 80);
}
