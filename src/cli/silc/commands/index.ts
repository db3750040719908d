import { LineError, UsageError } from '../item.js';
import { parseLine, Words } from '../line.js';
import { access } from './access.js';
import { attributes } from './attributes.js';
import { channels } from './channels.js';
import { type Command, line, type LineContext } from './command.js';
import { file } from './file.js';
import { keyCommands } from './keys.js';
import { mime } from './mime.js';
import { modes } from './modes.js';
import { lookup } from './lookup.js';
import { operator } from './operator.js';
import { optional, text } from './parameters.js';
import { people } from './people.js';
import { run } from './run.js';
import { say, talking } from './talking.js';

/** Words of the longest name. */
const MAX_NAME = 3;

const help = line('help')
  .takes(optional(text('COMMAND')))
  .does('this list, or a part of it', ({ printer }, name = '') => {
    const some = [...commands.values()].filter((command) =>
      `${command.name} `.startsWith(name.replace(/^\//, '')),
    );
    if (some.length === 0) throw noSuchCommand();
    printer.print({
      type: 'help',
      fields: { commands: some.map(({ name, usage, summary }) => ({ name, usage, summary })) },
      lines: [
        ...some.flatMap(({ usage, summary }) => [usage, `    ${summary}`]),
        ...(name === '' ? notes : []),
      ],
    });
  });

const notes = [
  'Other lines are said on the current channel; // begins one that is to begin with a slash.',
  'NICK: a nickname, nick@server, nick#2 of several, a Client ID (its first ten digits are enough), or . for yourself.',
  'Words with blanks stand in double quotes.',
];

/** All commands by their names. */
export const commands: ReadonlyMap<string, Command> = new Map(
  [
    ...[
      talking,
      mime,
      channels,
      access,
      modes,
      people,
      attributes,
      keyCommands,
      file,
      lookup,
      operator,
      run,
    ].flat(),
    help,
  ].map((command) => [command.name, command]),
);

/**
 * Does what a line says.
 * @returns whether it could be done; what went wrong has been told then
 */
export async function runLine(context: LineContext, typed: string): Promise<boolean> {
  const parsed = parseLine(typed);
  if (parsed.kind === 'nothing') return true;
  let name: string | undefined;
  try {
    if (parsed.kind === 'text') await say(context, parsed.text);
    else {
      const [command, rest] = find(parsed.text);
      name = `/${command.name}`;
      await command.run(context, new Words(rest)).catch((error: unknown) => {
        throw error instanceof UsageError ? usageError(command.name, error.message) : error;
      });
    }
    context.printer.print({ type: 'done', fields: { command: name ?? null }, lines: [] });
    return true;
  } catch (error) {
    context.printer.fail(error, name ?? (parsed.kind === 'text' ? undefined : firstWord(parsed.text)));
    return false;
  }
}

/** The command with the longest name that a text begins with, and what follows the name. */
function find(text: string): readonly [Command, string] {
  for (let length = MAX_NAME; length > 0; length--) {
    const match = new RegExp(`^(\\S+(?:\\s+\\S+){${length - 1}})(?:\\s+(.*))?$`, 'su').exec(text);
    const [, typed = '', rest = ''] = match ?? [];
    const command = commands.get(typed.replace(/\s+/g, ' ').toLowerCase());
    if (command !== undefined) return [command, rest];
  }
  const [group = ''] = text.toLowerCase().split(/\s+/);
  const some = group !== '' && [...commands.keys()].some((name) => name.startsWith(`${group} `));
  throw some ? usageError(group, '') : noSuchCommand();
}

/** Tells how a command is used, and those that begin with its name. */
function usageError(name: string, problem: string): LineError {
  const usages = [...commands.values()]
    .filter((command) => `${command.name} `.startsWith(`${name} `))
    .map(({ usage }) => usage);
  const [only] = usages;
  const before = problem === '' ? '' : `${problem}; `;
  return usages.length === 1 && only !== undefined
    ? new LineError(`${before}usage: ${only}`)
    : new LineError(`${before}usage:`, { lines: usages, fields: { usages } });
}

const noSuchCommand = (): LineError => new LineError('no such command; see /help');

const firstWord = (text: string): string => `/${text.split(/\s+/)[0] ?? ''}`;
