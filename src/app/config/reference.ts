import { stringify } from 'yaml';
import { type Effect, effectOf } from './effects.js';
import { type ConfigKey, configKeys } from './keys.js';

const COLUMNS = ['Key', 'Value', 'Default', 'Changed by', 'Meaning'] as const;

const EFFECTS: Readonly<Record<Effect, string>> = {
  reload: 'reload',
  new: 'reload, new ones',
  restart: 'restart',
};

/** The page docs/configuration.md, made from the schema: a table of keys for each section. */
export function configurationReference(): string {
  const sections = configKeys().map(
    (key) =>
      `## ${key.name}\n\n${key.description}\n\n${table(rows(key.keys, key.isNamed ? 'NAME.' : '', key.name))}`,
  );
  return `# Configuration

Every key of \`gateway.yaml\`. Made from the schema by \`npm run docs:configuration\`: do not edit. \`silc-xmpp-gateway init\` writes a
commented file, \`silc-xmpp-gateway check\` tells what is wrong with one. Relative paths begin in the folder of the file.

The column “Changed by” says what makes a changed key hold: a reload ([SIGHUP, \`systemctl reload\`, or the command \`reload\`](operator.md#changes-while-it-runs)),
for new sessions and links only where it says “new ones”; or a restart.

${sections.join('\n\n')}
`;
}

function rows(keys: readonly ConfigKey[], prefix: string, section: string): string[][] {
  return keys.flatMap((key) => {
    const place = `${prefix}${key.name}`;
    const effect = EFFECTS[effectOf(`${section}.${place.replaceAll('[]', '')}`)];
    const row = [`\`${place}\``, key.values, fallbackOf(key), effect, key.description];
    return [row, ...rows(key.keys, key.isList ? `${place}[].` : `${place}.`, section)];
  });
}

function fallbackOf({ isNeeded, fallback }: ConfigKey): string {
  if (isNeeded) return 'needed';
  if (fallback === undefined) return '–';
  return `\`${stringify(fallback, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()}\``;
}

/** Columns are padded as the project's formatter does it. */
function table(body: readonly (readonly string[])[]): string {
  const lines = [COLUMNS, ...body].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const joined = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const [head = '', ...rest] = lines.map((line) =>
    joined(line.map((cell, column) => cell.padEnd(widths[column] ?? 0))),
  );
  return [head, joined(widths.map((width) => '-'.repeat(width))), ...rest].join('\n');
}
