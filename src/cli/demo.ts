import { runDemo } from '../demo/index.js';
import type { Command } from './command.js';
import { CliError, ExitCode } from './exit-codes.js';
import { untilSignal } from './signals.js';

interface DemoOptions {
  once: boolean;
  verbose: boolean;
}

/** The demonstration: everything on this machine, a conversation shown. */
export const demoCommand: Command<DemoOptions> = {
  builder: (yargs) =>
    yargs
      .option('once', {
        type: 'boolean',
        default: false,
        describe: 'end after the conversation; exit code 0 only if every line arrived',
      })
      .option('verbose', { type: 'boolean', default: false, describe: "show the gateway's log" })
      .example('$0 demo --once', 'a test of the installation'),
  handler: async ({ once, verbose }) => {
    const signal = untilSignal();
    try {
      await runDemo({
        once,
        print: (line) => console.log(line),
        interrupted: signal.promise,
        logLevel: verbose ? 'debug' : 'silent',
      });
    } catch (error) {
      throw new CliError(
        ExitCode.failure,
        `The demonstration failed: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      );
    } finally {
      signal.release();
    }
  },
};
