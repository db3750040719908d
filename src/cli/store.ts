import type { Argv, CommandModule } from 'yargs';
import { locateStore } from '../store/dialects/index.js';
import { copyStore } from '../store/copy.js';
import { StoreError } from '../store/errors.js';
import { nameOfKey, type StoreKey } from '../store/key-source.js';
import { rotateKey } from '../store/rotate-key.js';
import type { Command } from './command.js';
import { CliError, ExitCode } from './exit-codes.js';
import { fileText } from './key-files.js';
import { readConfig } from './read-config.js';

interface CopyOptions {
  from: string;
  to: string;
  'key-file'?: string | undefined;
  'key-variable'?: string | undefined;
  'from-password-file'?: string | undefined;
  'to-password-file'?: string | undefined;
}

interface RotateOptions {
  config: string;
  'new-key-file'?: string | undefined;
  'new-key-variable'?: string | undefined;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Lines of the store go where a person sees them. */
const log = {
  warn: ({ reason }: Readonly<Record<string, unknown>>, text: string): void => {
    process.stderr.write(`${text}${typeof reason === 'string' ? `: ${reason}` : ''}\n`);
  },
  info: (): void => undefined,
};

const copyCommand: CommandModule<object, CopyOptions> = {
  command: 'copy <from> <to>',
  describe: 'Copy everything into an empty store, of whichever kind; the gateway must be stopped',
  builder: (yargs) =>
    yargs
      .positional('from', { type: 'string', demandOption: true, describe: 'URL of the store' })
      .positional('to', { type: 'string', demandOption: true, describe: 'URL of the empty one' })
      .option('key-file', {
        type: 'string',
        describe: 'key file of the store; default: the one beside an SQLite file',
      })
      .option('key-variable', {
        type: 'string',
        describe: 'variable of the environment that holds the key instead',
      })
      .option('from-password-file', { type: 'string', describe: 'file with the password for the first' })
      .option('to-password-file', { type: 'string', describe: 'file with the password for the second' })
      .conflicts('key-file', 'key-variable')
      .example(
        '$0 store copy sqlite:/var/lib/silc-xmpp-gateway/gateway.db postgres://gateway@127.0.0.1/gateway',
        'move to PostgreSQL',
      ),
  handler: (options) =>
    withStoreErrors(async () => {
      const { file } = locateStore(options.from);
      const key =
        keyOf(options['key-file'], options['key-variable']) ??
        (file === undefined ? undefined : { file: `${file}.key` });
      if (key === undefined)
        throw new CliError(ExitCode.usage, 'Which key? Give --key-file or --key-variable.');
      const copied = await copyStore(
        { url: options.from, password: fileText(options['from-password-file']), log },
        { url: options.to, password: fileText(options['to-password-file']), log },
        key,
      );
      for (const [table, rows] of Object.entries(copied)) print(`${table}: ${rows}`);
      print(`Everything was copied and compared. The copy has the same key: ${nameOfKey(key)} goes with it.`);
    }),
};

const rotateCommand: CommandModule<object, RotateOptions> = {
  command: 'rotate-key',
  describe: 'Seal all secrets in the store with a new key; the gateway must be stopped',
  builder: (yargs) =>
    yargs
      .option('config', { alias: 'c', type: 'string', demandOption: true, describe: 'configuration file' })
      .option('new-key-file', {
        type: 'string',
        describe: 'file with the new key; default: a new one takes the place of the key file',
      })
      .option('new-key-variable', {
        type: 'string',
        describe: 'variable of the environment that holds the new key: 64 hex digits',
      })
      .conflicts('new-key-file', 'new-key-variable')
      .example('$0 store rotate-key -c gateway.yaml', 'a new key in the place of the key file'),
  handler: (options) =>
    withStoreErrors(async () => {
      const { store } = readConfig(options.config);
      const to = keyOf(options['new-key-file'], options['new-key-variable']);
      const { sealed, damaged, oldKeyFile } = await rotateKey({ ...store, log }, to);
      print(`Sealed anew: ${sealed}.`);
      if (damaged > 0) print(`Could not be opened before either, and were left as they are: ${damaged}.`);
      if (oldKeyFile !== undefined) {
        print(`${nameOfKey(store.key)} is new. Backups made before need ${oldKeyFile}: delete it with them.`);
      } else if (to !== undefined) {
        print(`From now on the store needs ${nameOfKey(to)}: give it to the gateway before it starts.`);
      }
    }),
};

/** What is done to a store while no gateway uses it. */
export const storeCommand: Command<object> = {
  builder: (yargs: Argv) =>
    yargs.command(copyCommand).command(rotateCommand).demandCommand(1, 'What? See store --help.'),
  handler: () => undefined,
};

function keyOf(file: string | undefined, variable: string | undefined): StoreKey | undefined {
  if (file !== undefined) return { file };
  return variable === undefined ? undefined : { variable };
}

async function withStoreErrors(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new CliError(ExitCode.failure, error.message, { cause: error });
  }
}
