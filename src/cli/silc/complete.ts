import { readdirSync } from 'node:fs';
import type { Command, Completion, LineContext, Parameter } from './commands/command.js';

/** Whose names are offered. */
type Known = Pick<LineContext, 'session' | 'people'>;

/** Words that are offered at most. */
const MAX_HITS = 200;

/** What Tab offers at the end of a line: the possible last words, and the beginning that they complete. */
export function complete(line: string, commands: Iterable<Command>, context: Known): [string[], string] {
  const words = line.split(/\s+/);
  const begun = words.pop() ?? '';
  const offered = line.startsWith('/')
    ? [...commands].flatMap((command) => nextWords(command, words, begun, context))
    : named('person', begun, context);
  const hits = [...new Set(offered)].filter((word) => word.startsWith(begun)).sort();
  return [hits.slice(0, MAX_HITS).map((word) => (word.endsWith('/') ? word : `${word} `)), begun];
}

/** What may stand behind these words, as far as one command goes. */
function nextWords(
  command: Command,
  words: readonly string[],
  begun: string,
  context: Known,
): readonly string[] {
  const name = `/${command.name}`.split(' ');
  const common = Math.min(name.length, words.length);
  if (name.slice(0, common).join() !== words.slice(0, common).join().toLowerCase()) return [];
  const next = name[words.length];
  if (next !== undefined) return [next];
  if (begun.startsWith('-')) return command.parameters.flatMap(optionOf);
  const typed = command.parameters.filter((one) => one.usage !== '' && optionOf(one).length === 0);
  const at = words.slice(name.length).filter((word) => !word.startsWith('-')).length;
  const { completes = [] } = typed[Math.min(at, typed.length - 1)] ?? {};
  return named(completes, begun, context);
}

function optionOf({ usage }: Parameter<unknown>): readonly string[] {
  const option = /^\[(-[a-z-]+=?)/.exec(usage)?.[1];
  return option === undefined ? [] : [option];
}

function named(what: Completion, begun: string, { session, people }: Known): readonly string[] {
  const channels = [...session.channels.values()];
  switch (what) {
    case 'person':
      return channels.flatMap(({ members }) => [...members.values()].map(({ user }) => people.label(user)));
    case 'channel':
      return channels.map(({ name }) => name);
    case 'path':
      return pathsFrom(begun);
    default:
      return what;
  }
}

function pathsFrom(begun: string): readonly string[] {
  const folder = begun.slice(0, begun.lastIndexOf('/') + 1);
  try {
    const entries = readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
    return entries.map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`);
  } catch {
    return [];
  }
}
