import type { Command } from '../../gateway/commands/command.js';
import type { Feature } from '../../gateway/feature.js';
import { settings, settingsOf } from '../../gateway/settings/definitions.js';
import { words } from '../../text/catalogue.js';
import { textIn } from '../../text/text.js';

/** The head of docs/commands.md. */
const HEAD = `# Commands and settings

Made of the commands' own definitions by \`npm run docs:commands\`: do not edit it.

Every command is there in two forms. Clients with ad-hoc commands (XEP-0050) show them as forms at the gateway's address, and those of a room at the room's.
To everybody else the gateway answers words: write \`help\` to its address, or a command and the values of its fields in their order; a value with
blanks stands in double quotes. A command that asks for a secret is there as a form only, since conversations are kept by clients and servers.
`;

const placeOf = ({ at }: Command): string =>
  at.map((place) => (place === 'gateway' ? 'gateway' : 'room')).join(', ');

function row(command: Command): string {
  const { name, node, title, details, isFormOnly } = command;
  const named = node === undefined ? `\`${name}\`` : `\`${name}\`, node \`${node}\``;
  const told = details === undefined ? '' : ` ${textIn('en', details)}`;
  const form = isFormOnly === true ? ' As a form only.' : '';
  return `| ${named} | ${placeOf(command)} | ${textIn('en', title)}.${told}${form} |`.replaceAll('\n', ' ');
}

const table = (commands: readonly Command[]): string =>
  ['| Command | At | What it does |', '| --- | --- | --- |', ...commands.map(row)].join('\n');

function settingRows(): string {
  const names = [...new Set([...settingsOf('user'), ...settingsOf('room')])];
  const rows = names.map((name) => {
    const { fallback, scopes }: { readonly fallback: string | boolean; readonly scopes: readonly string[] } =
      settings[name];
    const initial =
      fallback === '' ? 'empty' : fallback === true ? 'yes' : fallback === false ? 'no' : fallback;
    return `| \`${name}\` | ${scopes.join(', ')} | ${initial} | ${words.en.settings[name]}. ${words.en.settingDetails[name]} |`;
  });
  return ['| Setting | Of | At first | What it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** docs/commands.md: every command and setting, from its definition. */
export function commandsPage(features: readonly Feature[]): string {
  const commands = [...features.flatMap((feature) => feature.commands ?? [])];
  commands.sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = commands.filter(({ isAdmin }) => isAdmin !== true);
  const admin = commands.filter(({ isAdmin }) => isAdmin === true);
  return `${HEAD}
## Commands of users

${table(own)}

## Settings

\`settings\` shows and sets them, for the user and for a room. What is said of a room goes before what is said of the user.

${settingRows()}

## Commands of administrators

Who is named by \`access.admins\` has these beside; to everybody else there is nothing.

${table(admin)}
`;
}
