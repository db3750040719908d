import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export type Question = { readonly add: string } | { readonly find: string } | { readonly health: true };

const PROGRAM = fileURLToPath(new URL('limited.ts', import.meta.url));

/** Sets how large files of a process may become; undefined: as large as they like. @param owner whose process it is */
export function limitFiles(
  pid: number,
  octets: number | undefined,
  owner: { readonly uid?: number; readonly gid?: number } = {},
): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${octets ?? 'unlimited'}:unlimited`], owner);
}

/** A store in a process of its own, whose disk gets full when the test says so: without a mount, and for nobody else. */
export class LimitedProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(url: string, keyFile: string): Promise<LimitedProcess> {
    const child = fork(PROGRAM, [url, keyFile], { execArgv: ['--import', 'tsx'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    return new LimitedProcess(child);
  }

  limitFiles(octets: number | undefined): void {
    limitFiles(this.#child.pid ?? 0, octets);
  }

  async ask(question: Question): Promise<string> {
    const answer = once(this.#child, 'message');
    this.#child.send(question);
    const [text] = (await answer) as [string];
    return text;
  }

  async end(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }
}
