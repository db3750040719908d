import { CliError, ExitCode } from './exit-codes.js';

/**
 * Runs the command line. Results go to standard output, everything else to standard error.
 * @returns the exit code (`ExitCode`).
 */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode: number = ExitCode.ok;
  try {
    const file = configurationToServe(args);
    if (file === undefined) await (await import('./commands.js')).carryOut(args);
    else await (await import('./run.js')).run(file);
  } catch (error) {
    exitCode = report(error);
  }
  return process.exitCode === undefined || exitCode !== ExitCode.ok ? exitCode : Number(process.exitCode);
}

/**
 * The file of `run --config FILE`, as a service unit has it; undefined for every other command line. The library of command lines
 * would stay in memory for as long as the gateway runs.
 */
function configurationToServe([command, option, file, ...others]: readonly string[]): string | undefined {
  const isService = command === 'run' && (option === '-c' || option === '--config') && others.length === 0;
  return isService && file !== undefined && !file.startsWith('-') ? file : undefined;
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
