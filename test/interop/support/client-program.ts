import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';

/** Deadline of a wait for a line on the screen, in milliseconds: a client may take its time to connect. */
const DEADLINE_MS = 40_000;

/** Time to quit by itself. */
const QUIT_MS = 5_000;

/** Of what a program has printed the last so many characters are kept. */
const MAX_SCREEN = 1 << 20;

/** A SILC client that takes lines and prints lines: see `reference-client.test.ts`. */
export class ClientProgram {
  readonly #process: ChildProcessWithoutNullStreams;
  #screen = '';
  #errors = '';
  #over = false;
  #wake = (): void => undefined;

  constructor(command: readonly string[]) {
    const [program = '', ...args] = command;
    this.#process = spawn(program, args, { stdio: 'pipe' });
    const { stdin, stdout, stderr } = this.#process;
    const end = (): void => {
      this.#over = true;
      this.#wake();
    };
    this.#process.on('error', (error) => {
      this.#errors += String(error);
      end();
    });
    this.#process.on('close', end);
    // A program that has ended reads no more; what it was to do is missed on the screen.
    stdin.on('error', () => undefined);
    stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#screen = (this.#screen + text).slice(-MAX_SCREEN);
      this.#wake();
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-MAX_SCREEN);
    });
  }

  type(...lines: readonly string[]): void {
    for (const line of lines) this.#process.stdin.write(`${line}\n`);
  }

  /** The first line with all these words, in what was printed or will be. @throws when there is none in time */
  async line(...words: readonly string[]): Promise<string> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const lines = stripVTControlCharacters(this.#screen).split(/\r?\n/);
      const found = lines.find((line) => words.every((word) => line.includes(word)));
      if (found !== undefined) return found;
      const rest = deadline - performance.now();
      if (this.#over || rest <= 0) {
        const why = this.#over ? 'the program has ended' : `none within ${DEADLINE_MS} ms`;
        throw new Error(
          `no line with ${words.join(' and ')}: ${why}; it printed\n${this.#screen}\n${this.#errors}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, rest);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** @throws when the program has ended */
  async ended(): Promise<never> {
    if (!this.#over) await once(this.#process, 'close');
    throw new Error(`the program has ended; it printed\n${this.#screen}\n${this.#errors}`);
  }

  /** Lets the program quit, or else ends it. */
  async quit(): Promise<void> {
    if (this.#over) return;
    const closed = once(this.#process, 'close');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), QUIT_MS);
    this.type('/quit');
    this.#process.stdin.end();
    await closed;
    clearTimeout(timer);
  }
}
