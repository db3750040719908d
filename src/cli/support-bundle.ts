import { readFileSync, writeFileSync } from 'node:fs';
import type { Config } from '../app/config/load.js';
import { secretsOf } from '../app/config/secrets.js';
import type { Command } from './command.js';
import { CliError, ExitCode } from './exit-codes.js';
import { readConfig } from './read-config.js';
import { sectionsOf } from './support-bundle/sections.js';
import { Scrubber } from './support-bundle/scrubber.js';

interface BundleOptions {
  config: string;
  output?: string | undefined;
  log?: string | undefined;
}

/** Lines of a log that are taken along. */
const LOG_LINES = 2_000;

/** Collects what somebody who helps has to know, and nothing secret: one text file, to be read before it is sent. */
export const supportBundleCommand: Command<BundleOptions> = {
  builder: (yargs) =>
    yargs
      .option('config', { alias: 'c', type: 'string', demandOption: true, describe: 'configuration file' })
      .option('output', {
        alias: 'o',
        type: 'string',
        describe: 'file to write, never overwritten; default: standard output',
      })
      .option('log', {
        type: 'string',
        // Without it a lone - is no value.
        nargs: 1,
        describe: `file with the log, of which the last ${LOG_LINES} lines are taken; - for standard input`,
      })
      .example(
        'journalctl -u silc-xmpp-gateway -o cat | $0 support-bundle -c gateway.yaml --log - -o bundle.txt',
        'with the log of the service',
      ),
  handler: async ({ config: file, output, log }) => {
    const config = readConfig(file);
    const text = await bundleOf(config, log === undefined ? undefined : lastLines(log));
    if (output === undefined) {
      process.stdout.write(text);
      return;
    }
    try {
      writeFileSync(output, text, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw new CliError(ExitCode.failure, error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
    console.error(`${output} written. Read it before you send it to anybody.`);
  },
};

async function bundleOf(config: Config, log: readonly string[] | undefined): Promise<string> {
  const scrubber = new Scrubber(secretsOf(config), config.component.domain);
  const sections = await sectionsOf(config);
  const parts = sections.map(([title, text]) => [title, scrubber.text(text)] as const);
  if (log !== undefined) parts.push(['log', scrubber.log(log)]);
  return parts.map(([title, text]) => `== ${title}\n\n${text.trimEnd()}\n\n`).join('');
}

/** @throws CliError */
function lastLines(file: string): readonly string[] {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8');
    return text.trimEnd().split('\n').slice(-LOG_LINES);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(ExitCode.failure, `cannot read the log: ${reason}`, { cause: error });
  }
}
