import { connectSession } from '../../src/silc/client/connect.js';
import type { ConnectOptions, KeyPair, SilcSession } from '../../src/silc/client/types.js';
import { encodePublicKey } from '../../src/silc/crypto/public-key.js';
import { SilcServer, type SilcServerOptions } from '../../src/silc/server/index.js';
import { testKeyPair } from './keys.js';
import { RawClient, type RawClientOptions } from './raw-client.js';

export { EventLog, nextEvent } from './session-events.js';

export type SilcWorldOptions = Partial<SilcServerOptions>;

export type WorldClientOptions = Partial<Omit<ConnectOptions, 'nickname'>>;

/**
 * A key pair of one's own for each name: the numbers are the same test key, the identifier and so the fingerprint differ.
 * No time is spent on generating.
 */
export function keyPairNamed(name: string): KeyPair {
  const { privateKey } = testKeyPair('k1024v1');
  return { publicKey: encodePublicKey({ UN: name, HN: 'silc.test' }, privateKey), privateKey };
}

/** An embedded SILC server on a free port of the loopback, and clients on it. */
export class SilcWorld {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #options: SilcServerOptions;
  readonly #sessions: SilcSession[] = [];
  readonly #rawClients: RawClient[] = [];
  #server: SilcServer;

  static async start(options: SilcWorldOptions = {}): Promise<SilcWorld> {
    const complete = { port: 0, name: 'silc.test', keyPair: testKeyPair('k2048v1'), ...options };
    const server = await SilcServer.listen(complete);
    return new SilcWorld(server, { ...complete, port: server.port });
  }

  private constructor(server: SilcServer, options: SilcServerOptions) {
    this.#server = server;
    this.#options = options;
    this.port = server.port;
  }

  get server(): SilcServer {
    return this.#server;
  }

  /** A native session. The user name is the nickname, the key the one of {@link keyPairNamed}. */
  async client(nickname: string, options: WorldClientOptions = {}): Promise<SilcSession> {
    const session = await connectSession({
      host: this.host,
      port: this.port,
      keyPair: keyPairNamed(nickname),
      auth: { method: 'none' },
      username: nickname,
      realName: `${nickname} of the tests`,
      verifyServerKey: () => true,
      ...options,
      nickname,
    });
    this.#sessions.push(session);
    return session;
  }

  /** A client that shows single packets. */
  async raw(nickname: string, options: RawClientOptions = {}): Promise<RawClient> {
    const client = await RawClient.connect(this.port, nickname, {
      keyPair: keyPairNamed(nickname),
      ...options,
    });
    this.#rawClients.push(client);
    return client;
  }

  /** Stops the server; {@link startServer} brings a new one, without memory, to the same port. */
  async stopServer(): Promise<void> {
    await this.#server.close();
  }

  async startServer(): Promise<void> {
    this.#server = await SilcServer.listen(this.#options);
  }

  /** Ends all clients and the server. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    for (const client of this.#rawClients) client.drop();
    await this.#server.close();
  }
}

/** Starts a world; close it at the end of the test. */
export function startSilcWorld(options: SilcWorldOptions = {}): Promise<SilcWorld> {
  return SilcWorld.start(options);
}
