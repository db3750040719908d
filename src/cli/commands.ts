import yargs from 'yargs';
import { version } from '../version.js';
import { lazyCommand } from './command.js';
import { CliError, ExitCode } from './exit-codes.js';

/** Carries out any command line. @throws CliError; what a command throws */
export async function carryOut(args: readonly string[]): Promise<void> {
  await yargs([...args])
    .scriptName('silc-xmpp-gateway')
    .usage('$0 COMMAND\n\nA gateway between SILC and Jabber/XMPP.')
    .command(
      lazyCommand(
        'run',
        'Run the gateway until SIGTERM or SIGINT',
        async () => (await import('./run.js')).runCommand,
      ),
    )
    .command(
      lazyCommand(
        'check',
        'Check a configuration: every fault at once, with its line',
        async () => (await import('./check.js')).checkCommand,
      ),
    )
    .command(
      lazyCommand(
        'init',
        'Write a commented configuration, with a new component secret',
        async () => (await import('./init.js')).initCommand,
      ),
    )
    .command(
      lazyCommand(
        'keygen',
        "Make a SILC key pair in the SILC client's own file formats; show and convert such files",
        async () => (await import('./keygen.js')).keygenCommand,
      ),
    )
    .command(
      lazyCommand(
        'store',
        'Copy a store to another database, rotate its key',
        async () => (await import('./store.js')).storeCommand,
      ),
    )
    .command(
      lazyCommand(
        'support-bundle',
        'Collect what somebody who helps has to know, and nothing secret',
        async () => (await import('./support-bundle.js')).supportBundleCommand,
      ),
    )
    .command(
      lazyCommand(
        'silc-server',
        'Run the embedded SILC server alone: for tests and small sites',
        async () => (await import('./silc-server.js')).silcServerCommand,
      ),
    )
    .command(
      lazyCommand(
        'silc <server>',
        'A small SILC client: look at a server, talk, run scripts',
        async () => (await import('./silc.js')).silcCommand,
      ),
    )
    .command(
      lazyCommand(
        'demo',
        'Show it working: SILC server, Prosody and gateway on this machine, and a conversation',
        async () => (await import('./demo.js')).demoCommand,
      ),
    )
    .demandCommand(1, 'Which command? See --help.')
    .strict()
    .version(version)
    .alias({ help: 'h', version: 'V' })
    .wrap(Math.min(110, process.stdout.columns || 100))
    .example('$0 init -o gateway.yaml', 'write a commented configuration')
    .example('$0 check -c gateway.yaml', 'find every mistake in it')
    .example('$0 run -c gateway.yaml', 'serve')
    .epilogue(
      `Exit codes: ${ExitCode.ok} success, ${ExitCode.failure} failure, ${ExitCode.usage} wrong usage, ${ExitCode.config} wrong configuration.`,
    )
    .exitProcess(false)
    .fail((message, error) => {
      // yargs gives usage errors as a message, what a command throws as an error.
      throw message ? new CliError(ExitCode.usage, message) : error;
    })
    .parseAsync();
}
