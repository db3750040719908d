import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { VectorCase } from './runners/types.js';

export type LoadedCase = VectorCase;

/** One file: `name` without `.json`. */
export interface VectorFile {
  readonly name: string;
  readonly cases: readonly LoadedCase[];
}

const fileSchema = z.object({
  cases: z.array(
    z.object({
      id: z.string().min(1),
      kind: z.string().optional(),
      note: z.string().optional(),
      informative: z.string().optional(),
      input: z.unknown(),
      expect: z.unknown(),
    }),
  ),
});

/** All `*.json` files of a folder, and everything that is wrong with them. */
export function loadVectors(directory: string): {
  readonly files: readonly VectorFile[];
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const seen = new Map<string, string>();
  const files = names(directory, faults).flatMap((name): VectorFile[] => {
    try {
      const { cases } = fileSchema.parse(JSON.parse(readFileSync(join(directory, name), 'utf8')));
      if (cases.length === 0) faults.push(`${name}: no cases`);
      for (const { id } of cases) {
        const other = seen.get(id);
        if (other !== undefined) faults.push(`${name}: id ${id} is already in ${other}`);
        seen.set(id, name);
      }
      return [{ name: basename(name, '.json'), cases: cases.map(withoutUndefined) }];
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
  return { files, faults };
}

function names(directory: string, faults: string[]): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    faults.push(`${directory}: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

type ParsedCase = z.output<typeof fileSchema>['cases'][number];

function withoutUndefined({ id, kind, note, informative, input, expect }: ParsedCase): LoadedCase {
  return {
    id,
    ...(kind === undefined ? {} : { kind }),
    ...(note === undefined ? {} : { note }),
    ...(informative === undefined ? {} : { informative }),
    input,
    expect,
  };
}
