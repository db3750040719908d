import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { ConfigError, parseConfig } from '../app/config/load.js';
import { defaultProposal, isWeak, supportedAlgorithms } from '../silc/crypto/algorithms.js';
import { CliError, ExitCode } from './exit-codes.js';
import { parseServer } from './silc/options.js';

interface InitOptions {
  output?: string | undefined;
  domain: string;
  network: string;
  server: string;
}

/** Writes a commented configuration with a fresh component secret. */
export const initCommand: CommandModule<object, InitOptions> = {
  command: 'init',
  describe: 'Write a commented configuration, with a new component secret',
  builder: (yargs) =>
    yargs
      .option('output', {
        alias: 'o',
        type: 'string',
        describe: 'file to write, never overwritten; default: standard output',
      })
      .option('domain', {
        type: 'string',
        default: 'silc.example.org',
        describe: "the gateway's own host name",
      })
      .option('network', { type: 'string', default: 'silcnet', describe: 'short name of the SILC network' })
      .option('server', {
        type: 'string',
        default: 'silc.example.net:706',
        describe: 'SILC server, host[:port]',
      })
      .example(
        '$0 init -o gateway.yaml --domain silc.example.org --server silc.example.net',
        'a file for one network',
      ),
  handler: ({ output, domain, network, server }) => {
    const text = configurationText({
      domain,
      network,
      server,
      secret: randomBytes(24).toString('base64url'),
    });
    checkText(text);
    if (output === undefined) {
      process.stdout.write(text);
      return;
    }
    try {
      writeFileSync(output, text, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw new CliError(
        ExitCode.failure,
        `${output}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
    console.error(`${output} written. Look through it, then: silc-xmpp-gateway check -c ${output}`);
  },
};

/** What was given on the command line may not fit. @throws CliError */
function checkText(text: string): void {
  try {
    parseConfig(text, 'configuration');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(ExitCode.usage, `These values make no configuration:\n${error.message}`, {
      cause: error,
    });
  }
}

/** A comment with those algorithms of a sort that are not offered unless they are named. */
function algorithmNames(ofSort: (name: string) => boolean): string {
  const kinds = (['ciphers', 'hashes', 'hmacs', 'groups'] as const).map((kind) => {
    const offered: readonly string[] = defaultProposal[kind];
    const names = supportedAlgorithms[kind].filter((name) => !offered.includes(name) && ofSort(name));
    return names.length === 0 ? [] : [`${kind} ${names.join(', ')}`];
  });
  return `    #   ${kinds.flat().join('; ')}`;
}

/** The commented configuration. Every key that is not needed stands there as a comment with its default. */
export function configurationText(values: {
  domain: string;
  network: string;
  server: string;
  secret: string;
}): string {
  const server = parseServer(values.server);
  const host = JSON.stringify(server.host);
  return `# Configuration of silc-xmpp-gateway. Keys in comments show their defaults.

component:
  # The gateway's own host name, as the Jabber server knows the component.
  domain: ${values.domain}
  # Where the Jabber server listens for components (XEP-0114). The link is not encrypted: loopback or a tunnel.
  # host: 127.0.0.1
  # port: 5347
  # Shared with the Jabber server. Or secret_file: a file that holds it, or the environment variable SILC_XMPP_SECRET.
  secret: ${values.secret}

networks:
  # A short name; it appears in addresses (channel%${values.network}@${values.domain}) unless the network is the default.
  ${values.network}:
    default: true
    servers:
      # Tried in this order. Without fingerprint the server's key is pinned on first use;
      # \`silc-xmpp-gateway check --connect\` shows it.
      - { host: ${host}, port: ${server.port} }
      # - { host: ${host}, port: ${server.port}, fingerprint: "8A66 4545 ..." }
    # How the SILC server lets the gateway's users in: none, passphrase (with passphrase or passphrase_file), publickey.
    auth: { method: none }
    # What the server is offered, most wanted first; a list left out has this default. Not in it:
${algorithmNames((name) => !isWeak(name))}
    # and for old servers that have nothing better, since they are weak:
${algorithmNames(isWeak)}
    # algorithms:
    #   ciphers: [${defaultProposal.ciphers.join(', ')}]
    #   hashes: [${defaultProposal.hashes.join(', ')}]
    #   hmacs: [${defaultProposal.hmacs.join(', ')}]
    #   groups: [${defaultProposal.groups.join(', ')}]

# store:
#   url: "sqlite:/var/lib/silc-xmpp-gateway/gateway.db"
#   # Encrypts the users' private keys in the store; made on first use. Default: the database's path with .key behind it.
#   key_file: /var/lib/silc-xmpp-gateway/gateway.db.key

# Who may use the gateway: domains and bare JIDs. An empty allow list allows everybody, deny goes first.
# access: { allow: ["example.org"], deny: [], admins: ["root@example.org"] }

# What SILC users see of a Jabber user beside the nickname, and the size of the key pair that each user gets.
# users: { username: jabber, real_name: Jabber user, key_bits: 2048 }

# limits: { sessions: 5000, rooms_per_user: 50, resources_per_user: 20, new_users_per_hour: 200 }

# timeouts:
#   join_ms: 30000            # every join ends within this time
#   grace_ms: 120000          # occupants stay shown so long while the SILC link is down
#   rejoin_ms: 60000          # a user that was lost with the Jabber server stays on SILC so long
#   idle_ms: 600000           # a session used for private messages only ends after this
#   connect_spacing_ms: 200   # between two connections to one network

# Metrics and health for the operator, without authentication: loopback only.
# http: { listen: "127.0.0.1:9706" }

# crypto: { backend: node }   # node (OpenSSL) or noble (portable JavaScript)

# log: { level: info, format: json }   # fatal error warn info debug trace silent; json or pretty
`;
}
