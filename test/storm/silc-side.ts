import { execFileSync } from 'node:child_process';
import { reply, startModule, type Child } from '../../bench/gateway/children.js';
import { connectSession } from '../../src/silc/client/connect.js';
import { DEFAULT_PORT } from '../../src/silc/client/connect.js';
import type { SilcSession } from '../../src/silc/client/types.js';
import { testKeyPair } from '../support/keys.js';

const READY_MS = 30_000;

/** A SILC server that can be restarted, and what a user of its own sees there. */
export class SilcSide {
  readonly host: string;
  readonly port: number;
  readonly #log: string;
  readonly #restartCommand: string | undefined;
  #child: Child | undefined;
  #watch: SilcSession | undefined;

  private constructor(
    [host, port]: readonly [string, number],
    log: string,
    { child, restart }: { readonly child?: Child; readonly restart?: string | undefined },
  ) {
    this.host = host;
    this.port = port;
    this.#log = log;
    this.#child = child;
    this.#restartCommand = restart;
  }

  /** The server that `SILC_STORM_SERVER` names as HOST:PORT, restarted by the command of `SILC_STORM_RESTART`; or the embedded one. */
  static async start(log: string): Promise<SilcSide> {
    const { SILC_STORM_SERVER: external, SILC_STORM_RESTART: restart } = process.env;
    if (external !== undefined) {
      const [host = '', port] = external.split(':');
      return new SilcSide([host, Number(port ?? DEFAULT_PORT)], log, { restart });
    }
    const { child, port } = await embedded(0, log);
    return new SilcSide(['127.0.0.1', port], log, { child });
  }

  get canRestart(): boolean {
    return this.#child !== undefined || this.#restartCommand !== undefined;
  }

  /** The server ends without a word and comes back without memory, `downMs` later. A command sees to that itself. */
  async restart(downMs: number): Promise<void> {
    this.#watch?.destroy();
    this.#watch = undefined;
    if (this.#restartCommand !== undefined) {
      execFileSync('/bin/sh', ['-c', this.#restartCommand], { stdio: 'ignore' });
      return;
    }
    this.#child?.process.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, downMs));
    this.#child = (await embedded(this.port, this.#log)).child;
  }

  /** How many are on the channels whose names begin so. */
  async usersOn(prefix: string): Promise<number> {
    if (this.#watch?.state !== 'ready') this.#watch = await this.#connect();
    const channels = await this.#watch.list();
    return channels
      .filter(({ name }) => name.startsWith(prefix))
      .reduce((sum, channel) => sum + channel.users, 0);
  }

  async stop(): Promise<void> {
    this.#watch?.destroy();
    await this.#child?.stop();
  }

  #connect(): Promise<SilcSession> {
    return connectSession({
      ...{ host: this.host, port: this.port, keyPair: testKeyPair('k1024v1') },
      ...{ nickname: 'watch', username: 'watch', auth: { method: 'none' } },
      verifyServerKey: () => true,
    });
  }
}

async function embedded(port: number, log: string): Promise<{ child: Child; port: number }> {
  const child = await startModule('../../test/storm/silc-server.ts', [String(port)], log);
  return { child, ...(await reply<{ port: number }>(child, READY_MS)) };
}
