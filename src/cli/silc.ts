import { hostname, userInfo } from 'node:os';
import pc from 'picocolors';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { generateKeyPair } from '../silc/crypto/key-pair.js';
import type { ConnectionAuth, KeyPair } from '../silc/client/types.js';
import type { Command } from './command.js';
import { CliError, ExitCode } from './exit-codes.js';
import { fileText } from './key-files.js';
import { untilSignal } from './signals.js';
import { loadSession } from './silc/detached-file.js';
import { KnownServers } from './silc/known-servers.js';
import {
  knownServersFile,
  parseFingerprint,
  parseListen,
  parseProposal,
  parseServer,
} from './silc/options.js';
import { ownKeyPair } from './silc/own-key.js';
import { runLineClient, type LineClientOptions } from './silc/run.js';
import { jsonLine } from './silc/visible.js';

interface SilcOptions {
  server: string;
  nick?: string | undefined;
  user?: string | undefined;
  key?: string | undefined;
  'key-passphrase-file'?: string | undefined;
  'passphrase-file'?: string | undefined;
  'key-auth': boolean;
  fingerprint?: string | undefined;
  trust: boolean;
  'known-servers'?: string | undefined;
  resume?: string | undefined;
  negotiate: boolean;
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
  'listen-public'?: string | undefined;
  'listen-ports'?: string | undefined;
  'any-address': boolean;
}

/** A small SILC client: for a look at a server, and for scripts. */
export const silcCommand: Command<SilcOptions> = {
  builder: (yargs) => {
    const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;
    const yes = (describe: string) => ({ type: 'boolean', default: false, describe }) as const;
    const repeated = (describe: string) =>
      ({ ...text(describe), array: true, nargs: 1, default: [] as string[] }) as const;
    return yargs
      .positional('server', { type: 'string', demandOption: true, describe: 'HOST or HOST:PORT' })
      .option('nick', { alias: 'n', ...text('nickname; default: the user name') })
      .option('user', text('user name; default: yours'))
      .option(
        'key',
        text('private key file; the public one beside it ends in .pub. Default: a new key for this run'),
      )
      .option(
        'key-passphrase-file',
        text('file with the passphrase of the key; default: asked for on a terminal'),
      )
      .option('passphrase-file', text('file with the passphrase that the server wants'))
      .option('key-auth', yes('show the server the key where it lets in only keys that it knows'))
      .option(
        'fingerprint',
        text("the server's key, 40 hexadecimal digits; default: the one of earlier runs"),
      )
      .option('trust', yes("take the server's key although it is another one than before, and remember it"))
      .option('known-servers', text(`file of the keys of servers; default: ${knownServersFile()}`))
      .option('resume', text('file of a session that /detach has left; --key has to be the same'))
      .option('negotiate', yes('negotiate keys for private messages; default: only where the other begins'))
      .option('join', { alias: 'j', ...repeated('channel to join; may be repeated') })
      .option('cipher', repeated('ciphers to offer, most wanted first'))
      .option('hmac', repeated('HMACs to offer'))
      .option('hash', repeated('hashes to offer'))
      .option('group', repeated('Diffie-Hellman groups to offer'))
      .option('json', yes('print each event as one line of JSON'))
      .option('exec', { alias: 'e', ...repeated('run this line, then quit; may be repeated') })
      .option('timeout', {
        type: 'number',
        default: 30,
        describe: 'seconds for connecting, and for each command',
      })
      .option('directory', { ...text('where accepted files go'), default: '.' })
      .option(
        'listen',
        text('address of this host to listen on for file transfers; default: the others have to'),
      )
      .option('listen-public', text('address that the others are told; default: the same'))
      .option('listen-ports', text('ports to listen on, FIRST-LAST; default: any'))
      .option('any-address', yes('take files from private and loopback addresses too'))
      .example('$0 silc silc.example.net --join lounge', 'talk; /help lists the commands')
      .example("$0 silc silc.example.net -e /list -e '/whois bob'", 'run lines and quit')
      .example('$0 silc silc.example.net --json < lines', 'run a script, events as JSON');
  },
  handler: async (options) => {
    try {
      const code = await runWith(options);
      if (code !== ExitCode.ok) process.exitCode = code;
    } catch (error) {
      if (!options.json || !(error instanceof CliError)) throw error;
      const { message, exitCode } = error;
      const time = new Date().toISOString();
      process.stdout.write(`${jsonLine({ type: 'error', time, command: null, code: 'start', message })}\n`);
      process.exitCode = exitCode;
    }
  },
};

async function runWith(options: SilcOptions): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const client = await clientOptions(options);
  const signal = untilSignal();
  // Whoever has read the output has gone.
  let leave = (): void => undefined;
  const unread = new Promise<void>((resolve) => (leave = resolve));
  stdout.on('error', leave);
  try {
    return await runLineClient(client, {
      input: stdin,
      output: stdout,
      errors: stderr,
      interactive: stdin.isTTY && stdout.isTTY && !options.json && client.lines === undefined,
      colours: stdout.isTTY && stderr.isTTY && pc.isColorSupported,
      interrupted: Promise.race([signal.promise, unread]),
      now: () => new Date(),
    });
  } finally {
    stdout.off('error', leave);
    signal.release();
  }
}

async function clientOptions(options: SilcOptions): Promise<LineClientOptions> {
  const { timeout, fingerprint, resume, listen } = options;
  if (!(timeout > 0 && timeout <= 86_400)) {
    throw new CliError(ExitCode.usage, '--timeout needs a number of seconds');
  }
  const username = options.user ?? userInfo().username;
  const { cipher: ciphers, hmac: hmacs, hash: hashes, group: groups } = options;
  return {
    ...parseServer(options.server),
    ...{ username, nickname: options.nick ?? username },
    proposal: parseProposal({ ciphers, hmacs, hashes, groups }),
    auth: authOf(options),
    serverKey: {
      fingerprint: fingerprint === undefined ? undefined : parseFingerprint(fingerprint),
      known: new KnownServers(options['known-servers'] ?? knownServersFile()),
      trust: options.trust,
    },
    listen: parseListen(listen, options['listen-public'], options['listen-ports']),
    anyAddress: options['any-address'],
    directory: options.directory,
    channels: options.join,
    lines: options.exec.length === 0 ? undefined : options.exec,
    json: options.json,
    timeoutMs: timeout * 1_000,
    negotiate: options.negotiate,
    resume: resume === undefined ? undefined : await loadSession(resume).catch(cannotStart),
    keyIsNew: options.key === undefined,
    keyPair: await keyPairFor(options, username),
  };
}

function cannotStart(error: unknown): never {
  throw new CliError(ExitCode.config, error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

function keyPairFor(options: SilcOptions, username: string): Promise<KeyPair> {
  const { key, 'key-passphrase-file': passphraseFile } = options;
  const { stdin, stderr } = process;
  const terminal = stdin.isTTY && stderr.isTTY ? { input: stdin, output: stderr } : undefined;
  return key === undefined
    ? generateKeyPair(nodeBackend, { bits: 2048, identifier: { UN: username, HN: hostname() } })
    : ownKeyPair(key, passphraseFile, terminal);
}

function authOf(options: SilcOptions): ConnectionAuth | undefined {
  const file = options['passphrase-file'];
  if (file !== undefined) return { method: 'passphrase', passphrase: fileText(file) };
  return options['key-auth'] ? { method: 'publickey' } : undefined;
}
