import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';

/*
 * What users read stands in the catalogue (`src/text`): no sentence stands in the code that makes stanzas. Free are what is for
 * the log or for who reads an error there, titles of specifications, and names of features.
 */

/** Two words side by side, which is what a sentence has and an identifier has not. */
const WORDS = /\p{L}{2,},? \p{L}{2,}/u;
/** Properties that clients show as they are: there a single word is a text, too. */
const SHOWN: ReadonlySet<string> = new Set(['label', 'title', 'instructions', 'reason', 'status', 'text']);

/** Literals that are no texts of the gateway, by file. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // Names of programs and of the gateway. A client hashes what disco#info says (XEP-0115): it is the same in every language.
  'src/gateway/features/parts.ts': ['SILC gateway'],
  'src/gateway/features/version.ts': ['SILC client'],
  // The title of a specification.
  'src/gateway/spec.ts': ['Multi-User Chat'],
  // Words of others that are compared with.
  'src/gateway/channels/leave-reason.ts': ['Server is shutting down'],
  // Why an attempt is refused, in an error for the log; users read the text of its status.
  'src/gateway/channels/entry-refusal.ts': [
    'the founder of the channel wants {}',
    'somebody kept out',
    'invited users only',
    'certain keys only',
  ],
  // Formats of others, and of files that are read again.
  'src/gateway/commands/trust/trusted-keys.ts': ['# address fingerprint standing'],
  'src/mapping/mime/end-to-end.ts': ['-----BEGIN PGP MESSAGE-----', '-----END PGP MESSAGE-----'],
  'src/mapping/mime/html-rules.ts': [
    'script style head title template noscript iframe object embed applet svg math audio video canvas select textarea datalist',
    'div section article header footer main nav aside center address tr dt dd form fieldset figure figcaption caption hr',
  ],
};

/** The text of a literal, values as `{}`; undefined for what is none. */
function literal(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `{}${span.literal.text}`).join('');
}

/** Calls whose arguments go into the log, or into the descriptions of specifications. */
const isForLog = (called: string): boolean =>
  /(?:^|[.#])(?:log|logger)\??\.\w+$/.test(called) ||
  /^(?:reportInternalError|reportIfInternal|multiUserChat)$/.test(called) ||
  (/Error$/.test(called) && called !== 'StanzaError');

const nameOf = (node: ts.PropertyAssignment): string =>
  ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : '';

function isFree(node: ts.Node): boolean {
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isImportDeclaration(at) || ts.isExportDeclaration(at) || ts.isTypeNode(at)) return true;
    if ((ts.isCallExpression(at) || ts.isNewExpression(at)) && isForLog(at.expression.getText())) return true;
    if (ts.isPropertyAssignment(at) && nameOf(at) === 'specs') return true;
    if (ts.isVariableDeclaration(at) && /\b(?:Specification|Spec)\b/.test(at.type?.getText() ?? ''))
      return true;
  }
  const { parent } = node;
  return ts.isPropertyAssignment(parent) && nameOf(parent) === 'name';
}

/** Texts in a file that are not of the catalogue. */
function textsIn(path: string): readonly string[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const said = literal(node);
    if (said !== undefined) {
      const { parent } = node;
      const isShown =
        ts.isPropertyAssignment(parent) && SHOWN.has(nameOf(parent)) && /^\p{Lu}\p{Ll}/u.test(said);
      const isText = WORDS.test(said) || isShown;
      if (isText && !isFree(node) && allowed[path]?.includes(said) !== true) found.push(said);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

it('what users read is in the catalogue, and nowhere in the code of the gateway', () => {
  const files = ['src/gateway', 'src/mapping'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  expect(files.length).toBeGreaterThan(200);
  const found = files.flatMap((path) => textsIn(path).map((said) => `${path}: ${said}`));
  expect(found).toEqual([]);
});

it('nothing is allowed that is not there', () => {
  for (const [path, texts] of Object.entries(allowed)) {
    const source = readFileSync(path, 'utf8');
    for (const said of texts) {
      for (const part of said.split('{}')) expect(source, path).toContain(part);
    }
  }
});
