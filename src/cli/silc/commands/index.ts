import { LineError } from '../item.js';
import { parseLine } from '../line.js';
import { channels } from './channels.js';
import type { Command, LineContext } from './command.js';
import { file } from './file.js';
import { network } from './network.js';
import { say, talking } from './talking.js';

const quit: Command = {
  name: 'quit',
  usage: '/quit [MESSAGE]',
  summary: 'leave the network',
  run: (context, rest) => context.quit(rest === '' ? undefined : rest),
};

const help: Command = {
  name: 'help',
  usage: '/help',
  summary: 'this list',
  run: ({ printer }) => {
    const all = [...commands.values()].map(({ name, usage, summary }) => ({ name, usage, summary }));
    printer.print({
      type: 'help',
      fields: { commands: all },
      lines: [
        ...all.flatMap(({ usage, summary }) => [usage, `    ${summary}`]),
        'Other lines are said on the current channel; // begins one that is to begin with a slash.',
        'NICK: a nickname, nick@server, nick#2 of several, or a Client ID (its first ten digits are enough).',
      ],
    });
  },
};

const commands: ReadonlyMap<string, Command> = new Map(
  [...talking, ...channels, ...network, file, quit, help].map((command) => [command.name, command]),
);

/**
 * Does what a line says.
 * @returns whether it could be done; what went wrong has been told then
 */
export async function runLine(context: LineContext, text: string): Promise<boolean> {
  const line = parseLine(text);
  if (line.kind === 'nothing') return true;
  const name = line.kind === 'text' ? 'say' : line.name;
  try {
    if (line.kind === 'text') await say(context, line.text);
    else {
      const command = commands.get(line.name);
      if (command === undefined) throw new LineError('no such command; see /help');
      await command.run(context, line.rest);
    }
    context.printer.print({ type: 'done', fields: { command: name }, lines: [] });
    return true;
  } catch (error) {
    context.printer.fail(error, line.kind === 'text' ? undefined : `/${name}`);
    return false;
  }
}
