import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import ts from 'typescript';

/** An editor keeps the linter running while files change; a whole run takes longer than this once or twice. */
const FRESH_MS = 15_000;

/**
 * What each file of a folder imports, types included: a circle of types is a circle of ideas.
 * @param {string} root
 */
export function importsOf(root) {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      const imported = ts
        .preProcessFile(text, true, true)
        .importedFiles.map(({ fileName }) => fileOf(file, fileName))
        .filter((name) => name !== undefined && known.has(name));
      return [file, imported];
    }),
  );
}

/** The file that an import names, as a path in the root; undefined for a package. */
function fileOf(importer, name) {
  if (!name.startsWith('.')) return undefined;
  return path.join(path.dirname(importer), name).replace(/\.js$/, '.ts');
}

/** Groups of files that import each other, each in alphabetical order (Tarjan's strongly connected components). */
export function circlesOf(imports) {
  const order = new Map();
  const lowest = new Map();
  const stack = [];
  const circles = [];
  const visit = (file) => {
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

/** Why a circle must not be; undefined where it may. */
function fault(circle, { longest, none }) {
  if (circle.length > longest) return `it has ${circle.length} files, ${longest} are allowed`;
  if (new Set(circle.map((file) => path.dirname(file))).size > 1) return 'it spans folders';
  const folder = none.find((one) => circle.some((file) => file.startsWith(`${one}${path.sep}`)));
  return folder === undefined ? undefined : `there are none in ${folder}/`;
}

const read = new Map();

function circlesIn(root) {
  const known = read.get(root);
  if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.circles;
  const circles = circlesOf(importsOf(root));
  read.set(root, { circles, at: performance.now() });
  return circles;
}

/** Each import that closes a circle which is too long, spans folders, or is where no circle may be. */
export const noImportCircle = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: {
          root: { type: 'string' },
          longest: { type: 'integer', minimum: 1 },
          none: { type: 'array', items: { type: 'string' } },
        },
        required: ['root', 'longest', 'none'],
        additionalProperties: false,
      },
    ],
    messages: { circle: 'A circle of imports, types included: {{files}}; {{fault}}.' },
  },
  create(context) {
    const [options] = context.options;
    const root = path.resolve(context.cwd, options.root);
    const file = path.relative(root, context.filename);
    const circle = circlesIn(root).find((one) => one.includes(file));
    const why = circle && fault(circle, options);
    if (why === undefined) return {};
    const check = ({ source }) => {
      const imported = source && fileOf(file, source.value);
      if (imported === undefined || !circle.includes(imported)) return;
      context.report({
        node: source,
        messageId: 'circle',
        data: { files: circle.join(', '), fault: why },
      });
    };
    return { ImportDeclaration: check, ExportAllDeclaration: check, ExportNamedDeclaration: check };
  },
};
