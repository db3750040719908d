import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';

const run = promisify(execFile);

/** A terminal of tmux, on a server of its own, in which one program runs. */
export class Terminal {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** @param folder where tmux keeps its socket; also the program's working directory */
  static async start(
    folder: string,
    command: string,
    env: Readonly<Record<string, string>>,
    rows = 50,
  ): Promise<Terminal> {
    const terminal = new Terminal(join(folder, 'tmux'));
    const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const size = ['-x', '140', '-y', String(rows)];
    await terminal.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      ...size,
      '-c',
      folder,
      ...variables,
      command,
    );
    return terminal;
  }

  /** Types a line and presses enter. */
  async type(line: string): Promise<void> {
    await this.#tmux('send-keys', '-l', line);
    await this.#tmux('send-keys', 'Enter');
  }

  async screen(): Promise<string> {
    return (await this.#tmux('capture-pane', '-p')).trimEnd();
  }

  /** Resolves when the screen shows it: a terminal tells of no event, so it is looked at. */
  async shows(what: RegExp): Promise<void> {
    await vi.waitFor(
      async () => {
        const screen = await this.screen();
        if (!what.test(screen)) throw new Error(`the screen does not show ${String(what)}:\n${screen}`);
      },
      { timeout: 20_000, interval: 100 },
    );
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined);
    rmSync(this.#socket, { force: true });
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-S', this.#socket, ...args], {
      timeout: 10_000,
      env: { ...process.env, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
    });
    return stdout;
  }
}
