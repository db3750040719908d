import { readFileSync } from 'node:fs';
import { ExitCode } from '../../src/cli/exit-codes.js';
import { statusError, xmppError } from '../../src/mapping/errors.js';
import { SilcError, type SilcErrorCode } from '../../src/silc/errors.js';
import { Status } from '../../src/silc/status.js';
import { words } from '../../src/text/catalogue.js';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** The members of a union of words, each with the comment above it. */
export function codesOf(source: string, name: string): readonly (readonly [code: string, meaning: string])[] {
  const [, body = ''] =
    new RegExp(`export type ${name} =\n([^;]*(?:;[^;\n]*\\*/[^;]*)*);`).exec(source) ?? [];
  return [...body.matchAll(/\/\*\*([^*]*(?:\*(?!\/)[^*]*)*)\*\/\s*\| '([^']+)'/g)].map(
    ([, text = '', code = '']) => [code, text.replaceAll(/\s*\n\s*\*\s*/g, ' ').trim()],
  );
}

/** The constants of an object of numbers, each with the comment above it. */
function exitCodes(): readonly (readonly [string, string])[] {
  const source = read('src/cli/exit-codes.ts');
  return Object.entries(ExitCode).map(([name, code]) => {
    const [, text = ''] = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*${name}:`).exec(source) ?? [];
    return [String(code), name === 'ok' ? 'Success.' : text.trim()];
  });
}

const placeholders = /^\(?([^)=]*)\)?\s*=>/;

/** A text with the names of its values in their places. */
function shown(entry: unknown): string {
  if (typeof entry !== 'function') return String(entry);
  const names = (placeholders.exec(entry.toString())?.[1] ?? '').split(',').map((name) => name.trim());
  const said: unknown = Reflect.apply(
    entry,
    undefined,
    names.map((name) => `<${name.toUpperCase()}>`),
  );
  return String(said);
}

/** `docs/errors.md`, made of the definitions themselves. */
export function errorsPage(): string {
  const component = codesOf(read('src/component/errors.ts'), 'ComponentErrorCode');
  const store = codesOf(read('src/store/errors.ts'), 'StoreErrorCode');
  const silc = codesOf(read('src/silc/errors.ts'), 'SilcErrorCode');
  const statuses = Object.entries(Status).filter(
    ([name]) => name !== 'ok' && Object.hasOwn(words.en.status, name),
  );
  return `# Errors

<!-- Made of the definitions by \`npm run docs:errors\`. -->

What the codes and texts mean that the gateway ends with, logs and sends. [When something fails](operations.md) says what to do.

## Exit codes

\`run\` ends with 78 for what no restart mends, and systemd does not restart it then.

${table(['Code', 'Meaning'], exitCodes())}

## The link to the Jabber server

\`code\` in the log, the reason in the metric \`drops\`, and with \`not-authorized\`, \`host-unknown\`, \`certificate\` and the like the end of \`run\` at the first attempt.

${table(['Code', 'Meaning'], named(component))}

## The store

\`code\` of a StoreError in the log; \`locked\`, \`io\` and \`busy\` may pass, the others end \`run\` with 78. Users are told \`wait/resource-constraint\`.

${table(['Code', 'Meaning'], named(store))}

## The SILC engine

\`code\` of a SilcError in the log, and the result in the metric \`silc_handshakes\`. What a Jabber user is told of it stands beside.

${table(
  ['Code', 'Meaning', 'Error', 'Text'],
  silc.map(([code, meaning]) => [`\`${code}\``, meaning, ...toldOf(code as SilcErrorCode)]),
)}

## What a SILC server answers

The error of a request by the status that the SILC server has answered it with; for a join where it differs.

${table(
  ['Status', 'Error', 'Text', 'Join'],
  statuses.map(([name, code]) => {
    const usual = statusError(code, 'query');
    const join = statusError(code, 'join');
    const differs = kindOf(join) !== kindOf(usual) || String(join.text) !== String(usual.text);
    return [
      `${code} ${name}`,
      kindOf(usual),
      String(usual.text),
      differs ? `${kindOf(join)} ${String(join.text)}` : '',
    ];
  }),
)}

## Texts of refusals

Each text that an error stanza may have, in English; its values stand in angle brackets.

${table(
  ['Name', 'Text'],
  Object.entries(words.en.errors).map(([name, entry]) => [`\`${name}\``, shown(entry)]),
)}
`;
}

function toldOf(code: SilcErrorCode): readonly [string, string] {
  // Two of them carry more than their code, which decides.
  if (code === 'command') return ['by the status', 'see below'];
  const error = xmppError(new SilcError(code, ''), 'query');
  return [kindOf(error), String(error.text)];
}

const kindOf = ({ type, condition }: { readonly type: string; readonly condition: string }): string =>
  `\`${type}/${condition}\``;

const named = (codes: readonly (readonly [string, string])[]): readonly (readonly string[])[] =>
  codes.map(([code, meaning]) => [`\`${code}\``, meaning]);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) =>
    row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '\\<')),
  );
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [
    line(first),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...others.map(line),
  ].join('\n');
}
