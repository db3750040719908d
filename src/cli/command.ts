import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { runAtFullSpeed } from './start-small.js';

/** What a command takes and does. Its name and description are in the table of `commands.ts`. */
export interface Command<Options> {
  /** The start lasts until the handler says that it is over; else until the code is loaded. */
  readonly endsStartItself?: true;
  readonly builder: (yargs: Argv) => Argv<Options>;
  readonly handler: (options: ArgumentsCamelCase<Options>) => void | Promise<void>;
}

/** A command whose code is loaded when it is asked for: a gateway that runs holds nothing of the others. */
export function lazyCommand<Options>(
  command: string,
  describe: string,
  load: () => Promise<Command<Options>>,
): CommandModule<object, Options> {
  return {
    command,
    describe,
    builder: async (yargs: Argv): Promise<Argv<Options>> => (await load()).builder(yargs),
    handler: async (options) => {
      const loaded = await load();
      if (loaded.endsStartItself !== true) runAtFullSpeed();
      return loaded.handler(options);
    },
  };
}
