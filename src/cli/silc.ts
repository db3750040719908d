import { hostname, userInfo } from 'node:os';
import pc from 'picocolors';
import type { CommandModule } from 'yargs';
import { supportedAlgorithms } from '../silc/crypto/algorithms.js';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { generateKeyPair } from '../silc/crypto/key-pair.js';
import type { AlgorithmProposal, ConnectionAuth } from '../silc/client/types.js';
import { CliError, ExitCode } from './exit-codes.js';
import { fileText, keyPairOfFile } from './key-files.js';
import { untilSignal } from './signals.js';
import { runLineClient } from './silc/run.js';

const DEFAULT_PORT = 706;

interface SilcOptions {
  server: string;
  nick?: string | undefined;
  user?: string | undefined;
  key?: string | undefined;
  'key-passphrase-file'?: string | undefined;
  'passphrase-file'?: string | undefined;
  fingerprint?: string | undefined;
  join: string[];
  cipher: string[];
  hmac: string[];
  hash: string[];
  group: string[];
  json: boolean;
  exec: string[];
  timeout: number;
  directory: string;
  listen?: string | undefined;
  'any-address': boolean;
}

/** A small SILC client: for a look at a server, and for scripts. */
export const silcCommand: CommandModule<object, SilcOptions> = {
  command: 'silc <server>',
  describe: 'A small SILC client: look at a server, talk, run scripts',
  builder: (yargs) => {
    const repeated = (describe: string) =>
      ({
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        default: [] as string[],
        describe,
      }) as const;
    return yargs
      .positional('server', { type: 'string', demandOption: true, describe: 'HOST or HOST:PORT' })
      .option('nick', { alias: 'n', type: 'string', describe: 'nickname; default: the user name' })
      .option('user', { type: 'string', describe: 'user name; default: yours' })
      .option('key', {
        type: 'string',
        describe: 'private key file; the public one beside it ends in .pub. Default: a new key for this run',
      })
      .option('key-passphrase-file', {
        type: 'string',
        describe: 'file with the passphrase of the private key',
      })
      .option('passphrase-file', {
        type: 'string',
        describe: 'file with the passphrase that the server wants',
      })
      .option('fingerprint', {
        type: 'string',
        describe: "the server's key, 40 hexadecimal digits; default: any, accepted for this run",
      })
      .option('join', { alias: 'j', ...repeated('channel to join; may be repeated') })
      .option('cipher', repeated('ciphers to offer, most wanted first'))
      .option('hmac', repeated('HMACs to offer'))
      .option('hash', repeated('hashes to offer'))
      .option('group', repeated('Diffie-Hellman groups to offer'))
      .option('json', { type: 'boolean', default: false, describe: 'print each event as one line of JSON' })
      .option('exec', { alias: 'e', ...repeated('run this line, then quit; may be repeated') })
      .option('timeout', {
        type: 'number',
        default: 30,
        describe: 'seconds for connecting, and for each command',
      })
      .option('directory', { type: 'string', default: '.', describe: 'where accepted files go' })
      .option('listen', {
        type: 'string',
        describe: 'address of this host to listen on for file transfers; default: the others have to',
      })
      .option('any-address', {
        type: 'boolean',
        default: false,
        describe: 'take files from private and loopback addresses too',
      })
      .example('$0 silc silc.example.net --join lounge', 'talk; /help lists the commands')
      .example("$0 silc silc.example.net -e /list -e '/whois bob'", 'run lines and quit')
      .example('$0 silc silc.example.net --json < lines', 'run a script, events as JSON');
  },
  handler: async (options) => {
    const { timeout } = options;
    if (!(timeout > 0 && timeout <= 86_400)) {
      throw new CliError(ExitCode.usage, '--timeout needs a number of seconds');
    }
    const user = options.user ?? userInfo().username;
    const { host, port } = parseServer(options.server);
    const fingerprint = options.fingerprint === undefined ? undefined : parseFingerprint(options.fingerprint);
    const proposal = proposalOf(options);
    const auth = authOf(options);
    const keyPair =
      options.key === undefined
        ? await generateKeyPair(nodeBackend, { bits: 2048, identifier: { UN: user, HN: hostname() } })
        : keyPairOfFile(options.key, options['key-passphrase-file']);
    const { stdin, stdout, stderr } = process;
    const signal = untilSignal();
    try {
      const code = await runLineClient(
        {
          ...{ host, port, keyPair, auth, fingerprint, proposal },
          nickname: options.nick ?? user,
          username: user,
          channels: options.join,
          lines: options.exec.length === 0 ? undefined : options.exec,
          json: options.json,
          timeoutMs: timeout * 1_000,
          directory: options.directory,
          listen: options.listen,
          anyAddress: options['any-address'],
        },
        {
          input: stdin,
          output: stdout,
          errors: stderr,
          interactive: stdin.isTTY && stdout.isTTY && options.exec.length === 0,
          colours: stdout.isTTY && stderr.isTTY && pc.isColorSupported,
          interrupted: signal.promise,
          now: () => new Date(),
        },
      );
      if (code !== ExitCode.ok) process.exitCode = code;
    } finally {
      signal.release();
    }
  },
};

function parseServer(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/i.exec(text);
  const [, v6, name, digits] = match ?? [];
  const host = v6 ?? name;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  if (host === undefined || port === 0 || port > 0xffff) {
    throw new CliError(ExitCode.usage, `not HOST or HOST:PORT: ${text}`);
  }
  return { host, port };
}

function parseFingerprint(text: string): string {
  const digits = text.replaceAll(/[\s:]/g, '').toLowerCase();
  if (!/^[0-9a-f]{40}$/.test(digits))
    throw new CliError(ExitCode.usage, '--fingerprint needs 40 hexadecimal digits');
  return digits;
}

function authOf(options: SilcOptions): ConnectionAuth | undefined {
  const file = options['passphrase-file'];
  return file === undefined ? undefined : { method: 'passphrase', passphrase: fileText(file) };
}

function proposalOf({ cipher, hmac, hash, group }: SilcOptions): Partial<AlgorithmProposal> {
  const lists = { ciphers: cipher, hmacs: hmac, hashes: hash, groups: group };
  const proposal: { -readonly [Name in keyof AlgorithmProposal]?: readonly string[] } = {};
  for (const kind of ['ciphers', 'hmacs', 'hashes', 'groups'] as const) {
    const known: readonly string[] = supportedAlgorithms[kind];
    const unknown = lists[kind].find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new CliError(ExitCode.usage, `${kind}: ${unknown} is not known; known are ${known.join(', ')}`);
    }
    if (lists[kind].length > 0) proposal[kind] = lists[kind];
  }
  return proposal;
}
