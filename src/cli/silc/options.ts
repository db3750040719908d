import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AlgorithmProposal } from '../../silc/client/types.js';
import { supportedAlgorithms } from '../../silc/crypto/algorithms.js';
import type { ListenOptions } from '../../silc/peer/listener.js';
import { CliError, ExitCode } from '../exit-codes.js';

const DEFAULT_PORT = 706;

/** @throws CliError where a text is neither HOST nor HOST:PORT */
export function parseServer(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/i.exec(text);
  const [, v6, name, digits] = match ?? [];
  const host = v6 ?? name;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  if (host === undefined || port === 0 || port > 0xffff) throw usage(`not HOST or HOST:PORT: ${text}`);
  return { host, port };
}

/** @throws CliError where it is none */
export function parseFingerprint(text: string): string {
  const digits = text.replaceAll(/[\s:]/g, '').toLowerCase();
  if (!/^[0-9a-f]{40}$/.test(digits)) throw usage('--fingerprint needs 40 hexadecimal digits');
  return digits;
}

/** @throws CliError for ports that are none, or without an address */
export function parseListen(
  host: string | undefined,
  publicHost: string | undefined,
  ports: string | undefined,
): ListenOptions | undefined {
  if (host === undefined) {
    if (publicHost === undefined && ports === undefined) return undefined;
    throw usage('--listen-public and --listen-ports need --listen');
  }
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports ?? '') ?? [];
  if (ports !== undefined && first === undefined) throw usage('--listen-ports needs FIRST-LAST');
  return {
    host,
    ...(publicHost === undefined ? {} : { publicHost }),
    ...(first === undefined ? {} : { ports: { first: Number(first), last: Number(last ?? first) } }),
  };
}

/** Names of algorithms to offer. @throws CliError for one that is not known */
export function parseProposal(
  lists: Readonly<Record<keyof AlgorithmProposal, readonly string[]>>,
): Partial<AlgorithmProposal> {
  const proposal: { -readonly [Name in keyof AlgorithmProposal]?: readonly string[] } = {};
  for (const kind of ['ciphers', 'hmacs', 'hashes', 'groups'] as const) {
    const known: readonly string[] = supportedAlgorithms[kind];
    const unknown = lists[kind].find((name) => !known.includes(name));
    if (unknown !== undefined) throw usage(`${kind}: ${unknown} is not known; known are ${known.join(', ')}`);
    if (lists[kind].length > 0) proposal[kind] = lists[kind];
  }
  return proposal;
}

/** Where the keys of servers are remembered. */
export function knownServersFile(environment: NodeJS.ProcessEnv = process.env): string {
  const folder = environment['XDG_CONFIG_HOME'] ?? '';
  return join(folder === '' ? join(homedir(), '.config') : folder, 'silc-xmpp-gateway', 'known_servers');
}

function usage(text: string): CliError {
  return new CliError(ExitCode.usage, text);
}
