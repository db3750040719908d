import { hostname } from 'node:os';
import { supportedAlgorithms } from '../silc/crypto/algorithms.js';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { displayFingerprint, fingerprintBytes } from '../silc/crypto/fingerprint.js';
import { generateKeyPair } from '../silc/crypto/key-pair.js';
import type { KeyPair } from '../silc/client/types.js';
import { SilcServer, type SilcServerEvent } from '../silc/server/index.js';
import type { ServerOperator } from '../silc/server/operators.js';
import type { Command } from './command.js';
import { CliError, ExitCode } from './exit-codes.js';
import { fileText, keyPairOfFile } from './key-files.js';
import { untilSignal } from './signals.js';

interface ServerOptions {
  host: string;
  port: number;
  name: string;
  key?: string | undefined;
  'key-passphrase-file'?: string | undefined;
  'passphrase-file'?: string | undefined;
  'weak-algorithms': boolean;
  motd?: string | undefined;
  operator?: string | undefined;
  'operator-passphrase-file'?: string | undefined;
}

/** The embedded SILC server alone. */
export const silcServerCommand: Command<ServerOptions> = {
  builder: (yargs) =>
    yargs
      .option('host', { type: 'string', default: '127.0.0.1', describe: 'address to listen on' })
      .option('port', {
        alias: 'p',
        type: 'number',
        default: 706,
        describe: 'port to listen on, 0 for a free one',
      })
      .option('name', { type: 'string', default: hostname(), describe: 'name of the server' })
      .option('key', {
        type: 'string',
        describe: 'private key file; the public one beside it ends in .pub. Default: a new key at each start',
      })
      .option('key-passphrase-file', {
        type: 'string',
        describe: 'file with the passphrase of the private key',
      })
      .option('passphrase-file', {
        type: 'string',
        describe: 'file with a passphrase that clients must give',
      })
      .option('weak-algorithms', {
        type: 'boolean',
        default: false,
        describe: 'let old clients use what they have, MD5 too',
      })
      .option('motd', { type: 'string', describe: 'message of the day' })
      .option('operator', {
        type: 'string',
        implies: 'operator-passphrase-file',
        describe: 'user name that becomes operator by OPER and SILCOPER; may KILL and SHUTDOWN',
      })
      .option('operator-passphrase-file', {
        type: 'string',
        implies: 'operator',
        describe: "file with the operator's passphrase",
      })
      .example('$0 silc-server --port 7706', 'then: silc -c localhost -p 7706'),
  handler: async (options) => {
    const keyPair = await serverKey(options);
    const passphrase = fileText(options['passphrase-file']);
    const operators = operatorsOf(options);
    let shutDown = (): void => undefined;
    const ended = new Promise<void>((resolve) => (shutDown = resolve));
    const server = await SilcServer.listen({
      host: options.host,
      port: options.port,
      name: options.name,
      keyPair,
      // As silcd does: nobody keeps all members of a channel busy by joining and leaving.
      throttle: true,
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(options['weak-algorithms'] ? { algorithms: supportedAlgorithms } : {}),
      ...(options.motd === undefined ? {} : { motd: options.motd }),
      ...(operators === undefined ? {} : { operators }),
      onEvent: (event) => {
        console.log(line(event));
        if (event.type === 'shutdown') shutDown();
      },
    }).catch((error: unknown) => {
      throw new CliError(ExitCode.failure, error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    });
    const fingerprint = displayFingerprint(fingerprintBytes(nodeBackend, keyPair.publicKey));
    console.log(
      `SILC server ${options.name} on ${options.host}:${server.port}\nkey fingerprint ${fingerprint}`,
    );
    const signal = untilSignal();
    await Promise.race([signal.promise, ended]);
    await server.close();
    signal.release();
  },
};

function line(event: SilcServerEvent): string {
  const from = event.address ?? 'an unknown address';
  return event.type === 'refused'
    ? `refused ${from}: ${event.reason}`
    : `${event.type} ${event.nickname} from ${from}`;
}

function operatorsOf(options: ServerOptions): ReadonlyMap<string, ServerOperator> | undefined {
  const passphrase = fileText(options['operator-passphrase-file']);
  if (options.operator === undefined || passphrase === undefined) return undefined;
  return new Map([[options.operator, { passphrase, router: true }]]);
}

async function serverKey({ key, name, ...options }: ServerOptions): Promise<KeyPair> {
  if (key === undefined) {
    return generateKeyPair(nodeBackend, { bits: 2048, identifier: { UN: 'silc-server', HN: name } });
  }
  return keyPairOfFile(key, options['key-passphrase-file']);
}
