import { readFileSync } from 'node:fs';
import { connectSession } from '../../../src/silc/client/connect.js';
import { ClientSession } from '../../../src/silc/client/session.js';
import type { ConnectionAuth, ConnectOptions, KeyPair, SilcSession } from '../../../src/silc/client/types.js';
import { supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../../../src/silc/crypto/key-file.js';
import { joinKeyPair } from '../../../src/silc/crypto/key-pair.js';
import { SilcServer, type SilcServerOptions } from '../../../src/silc/server/index.js';
import { testKeyPair } from '../../support/keys.js';
import { RawClient, type RawClientOptions } from '../../support/raw-client.js';
import { keyPairNamed } from '../../support/silc-world.js';

/**
 * What the interoperability tests talk to. The environment names running servers:
 * - `SILC_INTEROP=host:port`: one that wants no authentication
 * - `SILC_INTEROP_PASS=host:port:passphrase`: one that wants this passphrase
 * - `SILC_INTEROP_PUBKEY=host:port:keyfile`: one that wants this key; a private key file without a passphrase, the public
 *   key beside it with the ending `.pub`
 * - `SILC_INTEROP_ROUTER=host:port`: a router, or a server behind one, that wants no authentication: only these notify
 * - `SILC_INTEROP_LINKED=host:port`: another server of the network of that one, also without authentication
 * - `SILC_INTEROP_OPER=user:passphrase`: an operator of all of them, on the router of the router too
 *
 * What is not named is an embedded server. The tests are the same.
 */
const kinds = {
  none: 'SILC_INTEROP',
  passphrase: 'SILC_INTEROP_PASS',
  publickey: 'SILC_INTEROP_PUBKEY',
  router: 'SILC_INTEROP_ROUTER',
  linked: 'SILC_INTEROP_LINKED',
} as const;

export type TargetKind = keyof typeof kinds;

const EMBEDDED_PASSPHRASE = 'embedded passphrase';
const EMBEDDED_KEY_OWNER = 'authorised';
const EMBEDDED_OPERATOR = { username: 'operator', passphrase: 'embedded operator' };

/** A running server drops a connection that comes while it is busy with the end of another one. */
const LIVE_PAUSE_MS = 200;

/** A throttled command is answered within two seconds, a look-up of somebody unknown within twelve. */
const LIVE_ANSWER_MS = 13_000;

/** Time for what a server has sent to arrive. */
const LIVE_SETTLE_MS = 100;

export interface TargetClientOptions extends Partial<Omit<ConnectOptions, 'auth'>> {
  /** Default: what gets a client in. `ask`: the client has to ask the server for the method. */
  readonly auth?: ConnectionAuth | 'ask';
}

export interface OperatorName {
  readonly username: string;
  readonly passphrase: string;
}

/** Names that were given out, on all servers: those of one network must not have the same one. */
let names = 0;

/** A server to test against, and clients on it. Connects are made one after the other. */
export class Target {
  readonly live: boolean;
  readonly host: string;
  readonly port: number;
  /** What gets a client in. */
  readonly auth: ConnectionAuth;
  /** The key that a client has to have, if any. */
  readonly keyPair: KeyPair | undefined;
  /** Who may become operator; undefined where nothing is known of one. */
  readonly operator: OperatorName | undefined;
  readonly #server: SilcServer | undefined;
  #sessions: SilcSession[] = [];
  #raw: RawClient[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: {
    host: string;
    port: number;
    auth: ConnectionAuth;
    keyPair?: KeyPair | undefined;
    operator: OperatorName | undefined;
    server?: SilcServer;
  }) {
    this.host = parts.host;
    this.port = parts.port;
    this.auth = parts.auth;
    this.keyPair = parts.keyPair;
    this.operator = parts.operator;
    this.live = parts.server === undefined;
    this.#server = parts.server;
  }

  /** A registered session with a nickname that nobody else has. */
  async client(name: string, options: TargetClientOptions = {}): Promise<SilcSession> {
    const { auth = this.auth, nickname = this.unique(name), ...rest } = options;
    const session = await this.#inTurn(() =>
      connectSession({
        host: this.host,
        port: this.port,
        keyPair: this.keyPair ?? keyPairNamed(nickname),
        username: name,
        realName: `${name} of the interoperability tests`,
        verifyServerKey: () => true,
        ...(auth === 'ask' ? {} : { auth }),
        ...rest,
        nickname,
      }),
    );
    this.#sessions.push(session);
    return session;
  }

  /** A client that shows single packets and what the key exchange agreed on. */
  async raw(name: string, options: RawClientOptions = {}): Promise<RawClient> {
    const nickname = this.unique(name);
    const client = await this.#inTurn(() =>
      RawClient.connect(this.port, nickname, {
        host: this.host,
        auth: this.auth,
        keyPair: this.keyPair ?? keyPairNamed(nickname),
        ...options,
      }),
    );
    this.#raw.push(client);
    return client;
  }

  /** A name that no earlier run has left behind on a server that remembers. */
  unique(name: string): string {
    return `${name}${process.pid.toString(36)}${(Date.now() % 0x1000000).toString(36)}x${++names}`;
  }

  /** One client says good-bye, once it has its answers: see `allAnswered`. */
  async quit(session: SilcSession, message?: string): Promise<void> {
    if (this.live) await allAnswered([session]);
    await this.#inTurn(() => session.quit(message));
  }

  /** All clients say good-bye: a server can suffer when they just vanish. */
  async quitAll(): Promise<void> {
    const [sessions, raw] = [this.#sessions, this.#raw];
    this.#sessions = [];
    this.#raw = [];
    if (this.live) await allAnswered(sessions);
    await Promise.all([...sessions.map((session) => session.quit()), ...raw.map((client) => client.quit())]);
  }

  async close(): Promise<void> {
    await this.quitAll();
    await this.#server?.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined).then(() => (this.live ? pause(LIVE_PAUSE_MS) : undefined));
    return turn;
  }
}

/** The server of a kind, from the environment or embedded; says which. `embedded` holds options of an embedded one. */
export async function openTarget(
  kind: TargetKind = 'none',
  embedded: Partial<SilcServerOptions> = {},
): Promise<Target> {
  const variable = kinds[kind];
  const value = process.env[variable];
  const target =
    value === undefined || value === '' ? await embeddedTarget(kind, embedded) : live(kind, value);
  const where = target.live
    ? `the running SILC server at ${target.host}:${target.port} (${variable})`
    : `AN EMBEDDED SERVER: ${variable} is not set`;
  console.log(`interop (${kind === 'router' ? kind : `authentication: ${kind}`}) talks to ${where}`);
  return target;
}

/** A server that is always embedded, for what no running server does. */
export async function embeddedTarget(
  kind: TargetKind = 'none',
  options: Partial<SilcServerOptions> = {},
): Promise<Target> {
  const authorised = keyPairNamed(EMBEDDED_KEY_OWNER);
  const server = await SilcServer.listen({
    port: 0,
    name: 'embedded.silc.test',
    motd: 'Message of the day',
    // As a silcd with its stock configuration, which has MD5.
    algorithms: supportedAlgorithms,
    keyPair: testKeyPair('k2048v1'),
    ...(kind === 'passphrase' ? { passphrase: EMBEDDED_PASSPHRASE } : {}),
    ...(kind === 'publickey'
      ? { authorizedKeys: new Set([fingerprint(nodeBackend, authorised.publicKey)]) }
      : {}),
    operators: new Map([
      [EMBEDDED_OPERATOR.username, { passphrase: EMBEDDED_OPERATOR.passphrase, router: kind === 'router' }],
    ]),
    ...options,
  });
  return new Target({
    operator: EMBEDDED_OPERATOR,
    host: '127.0.0.1',
    port: server.port,
    auth: authOf(kind, EMBEDDED_PASSPHRASE),
    keyPair: kind === 'publickey' ? authorised : undefined,
    server,
  });
}

function live(kind: TargetKind, value: string): Target {
  const [, host, port, credential = ''] = /^(\[.*\]|[^:]*):(\d+)(?::(.*))?$/.exec(value) ?? [];
  if (host === undefined || port === undefined || (wantsCredential(kind) && credential === '')) {
    throw new Error(`${kinds[kind]} has to be host:port${wantsCredential(kind) ? `:${kind}` : ''}`);
  }
  return new Target({
    operator: liveOperator(),
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
    auth: authOf(kind, credential),
    keyPair: kind === 'publickey' ? keyPairOfFile(credential) : undefined,
  });
}

function liveOperator(): OperatorName | undefined {
  const value = process.env['SILC_INTEROP_OPER'] ?? '';
  if (value === '') return undefined;
  const [username = '', ...rest] = value.split(':');
  const passphrase = rest.join(':');
  if (username === '' || passphrase === '') {
    throw new Error('SILC_INTEROP_OPER has to be user:passphrase');
  }
  return { username, passphrase };
}

function keyPairOfFile(path: string): KeyPair {
  const publicKey = readPublicKeyFile(readFileSync(`${path.replace(/\.prv$/, '')}.pub`));
  return joinKeyPair(publicKey, readPrivateKeyFile(nodeBackend, readFileSync(path), '').numbers);
}

function authOf(kind: TargetKind, passphrase: string): ConnectionAuth {
  if (kind === 'passphrase') return { method: kind, passphrase };
  return { method: kind === 'publickey' ? kind : 'none' };
}

function wantsCredential(kind: TargetKind): boolean {
  return kind === 'passphrase' || kind === 'publickey';
}

/**
 * Waits until the server has answered everything. A silcd that still holds back a command of a client that has quit closes
 * the client's descriptor a second time when it comes to it; by then it belongs to somebody else's connection.
 */
async function allAnswered(sessions: readonly SilcSession[]): Promise<void> {
  const deadline = performance.now() + LIVE_ANSWER_MS;
  const busy = (session: SilcSession): boolean =>
    session instanceof ClientSession && session.state === 'ready' && session.core.queue.length > 0;
  // What is on its way, the joining of another client for instance, makes a session ask who that is.
  do await pause(LIVE_SETTLE_MS);
  while (sessions.some(busy) && performance.now() < deadline);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
