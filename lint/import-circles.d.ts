import type { Rule } from 'eslint';

/** Files that a file imports, by their paths in the root. */
export type Imports = ReadonlyMap<string, readonly string[]>;
export function importsOf(root: string): Imports;
export function circlesOf(imports: Imports): readonly (readonly string[])[];
export const noImportCircle: Rule.RuleModule;
