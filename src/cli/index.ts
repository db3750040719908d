import yargs from 'yargs';
import { version } from '../version.js';
import { checkCommand } from './check.js';
import { CliError, ExitCode } from './exit-codes.js';
import { demoCommand } from './demo.js';
import { initCommand } from './init.js';
import { keygenCommand } from './keygen.js';
import { runCommand } from './run.js';
import { silcCommand } from './silc.js';
import { silcServerCommand } from './silc-server.js';

/**
 * Runs the command line. Results go to standard output, everything else to standard error.
 * @returns the exit code (`ExitCode`).
 */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode: number = ExitCode.ok;
  const parser = yargs([...args])
    .scriptName('silc-xmpp-gateway')
    .usage('$0 COMMAND\n\nA gateway between SILC and Jabber/XMPP.')
    .command(runCommand)
    .command(checkCommand)
    .command(initCommand)
    .command(keygenCommand)
    .command(silcServerCommand)
    .command(silcCommand)
    .command(demoCommand)
    .demandCommand(1, 'Which command? See --help.')
    .strict()
    .version(version)
    .alias({ help: 'h', version: 'V' })
    .wrap(Math.min(110, process.stdout.columns || 100))
    .example('$0 init > gateway.yaml', 'write a commented configuration')
    .example('$0 check -c gateway.yaml', 'find every mistake in it')
    .example('$0 run -c gateway.yaml', 'serve')
    .epilogue(
      `Exit codes: ${ExitCode.ok} success, ${ExitCode.failure} failure, ${ExitCode.usage} wrong usage, ${ExitCode.config} wrong configuration.`,
    )
    .exitProcess(false)
    .fail((message, error) => {
      // yargs gives usage errors as a message, what a command throws as an error.
      throw message ? new CliError(ExitCode.usage, message) : error;
    });
  try {
    await parser.parseAsync();
  } catch (error) {
    exitCode = report(error);
  }
  return process.exitCode === undefined || exitCode !== ExitCode.ok ? exitCode : Number(process.exitCode);
}

function report(error: unknown): number {
  if (error instanceof CliError) {
    console.error(
      error.exitCode === ExitCode.usage ? `${error.message}\nSee silc-xmpp-gateway --help.` : error.message,
    );
    return error.exitCode;
  }
  console.error(error);
  return ExitCode.failure;
}
