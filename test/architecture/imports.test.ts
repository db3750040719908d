import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Files that a file imports, those of types included: a circle of types is a circle of ideas. */
type Imports = ReadonlyMap<string, readonly string[]>;

const LONGEST_CIRCLE = 6;

const root = fileURLToPath(new URL('../../src', import.meta.url));

function importsOf(folder: string): Imports {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      const imported = ts
        .preProcessFile(text, true, true)
        .importedFiles.map(({ fileName }) => fileName)
        .filter((name) => name.startsWith('.'))
        .map((name) => path.join(path.dirname(file), name).replace(/\.js$/, '.ts'));
      return [file, imported.filter((name) => known.has(name))];
    }),
  );
}

/** Groups of files that import each other, each in alphabetical order (Tarjan's strongly connected components). */
function circlesOf(imports: Imports): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    stack.push(file);
    let low = index;
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (stack.includes(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? index);
    }
    lowest.set(file, low);
    if (low === index) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return low;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}

describe('circles of imports, types included', () => {
  const circles = circlesOf(importsOf(root));

  it(`have at most ${LONGEST_CIRCLE} files`, () => {
    expect(circles.filter((circle) => circle.length > LONGEST_CIRCLE)).toEqual([]);
  });

  it('stay in one folder', () => {
    const across = circles.filter((circle) => new Set(circle.map((file) => path.dirname(file))).size > 1);
    expect(across).toEqual([]);
  });

  it('are not in the gateway', () => {
    expect(circles.filter((circle) => circle.some((file) => file.startsWith('gateway/')))).toEqual([]);
  });

  it('are found where there are some', () => {
    const imports: Imports = new Map([
      ['a', ['b', 'd']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['e']],
      ['e', ['d', 'f']],
      ['f', []],
    ]);
    expect(circlesOf(imports)).toEqual([
      ['d', 'e'],
      ['a', 'b', 'c'],
    ]);
    expect(
      circlesOf(
        new Map([
          ['a', ['b']],
          ['b', []],
        ]),
      ),
    ).toEqual([]);
  });

  it('are looked for in all files', () => {
    const imports = importsOf(root);
    expect(imports.size).toBeGreaterThan(300);
    expect(imports.get(path.join('silc', 'index.ts'))).toContain(path.join('silc', 'client', 'types.ts'));
  });
});
