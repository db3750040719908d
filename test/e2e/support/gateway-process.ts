import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { LogWatch } from '../../support/log-watch.js';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const ATTACHED = 'attached to the Jabber server';

/** The gateway in a process of its own, by the command that operators use. */
export class GatewayProcess {
  readonly #child: ChildProcess & { readonly stderr: Readable };

  private constructor(child: ChildProcess & { readonly stderr: Readable }) {
    this.#child = child;
  }

  /**
   * Resolves when it is attached to the Jabber server. @throws with what it printed when it ends before
   * @param log is given all that it logs
   */
  static async start(configFile: string, log?: LogWatch): Promise<GatewayProcess> {
    const args = ['--import', 'tsx', MAIN, 'run', '-c', configFile];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let printed = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        log?.write(chunk.toString());
        if (printed.includes(ATTACHED)) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`the gateway ended early: ${printed}`)));
    });
    return new GatewayProcess(child);
  }

  /** Has it read its configuration again, as `systemctl reload` does. @returns what it logs until it has logged this, with the line */
  async reload(end: string): Promise<string> {
    let printed = '';
    const told = new Promise<void>((resolve, reject) => {
      const listener = (chunk: Buffer): void => {
        printed += chunk.toString();
        const at = printed.indexOf(end);
        if (at < 0 || !printed.includes('\n', at)) return;
        this.#child.stderr.off('data', listener);
        resolve();
      };
      this.#child.stderr.on('data', listener);
      this.#child.once('exit', () => reject(new Error(`the gateway has ended: ${printed}`)));
    });
    this.#child.kill('SIGHUP');
    await told;
    return printed;
  }

  /** Ends it without a warning. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to end. @returns its exit code */
  async terminate(): Promise<number | null> {
    await this.#end('SIGTERM');
    return this.#child.exitCode;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
