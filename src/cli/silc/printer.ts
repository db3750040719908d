import pc from 'picocolors';
import { SilcCommandError, SilcError } from '../../silc/errors.js';
import { errorText } from './error-text.js';
import { LineError, type Item, type Tone } from './item.js';
import { jsonLine, visible } from './visible.js';

/** Where text goes. */
export interface TextSink {
  write(text: string): unknown;
}

export interface PrinterOptions {
  readonly output: TextSink;
  readonly errors: TextSink;
  readonly json: boolean;
  readonly colours: boolean;
  /** Put before lines for people: of a terminal that somebody watches. */
  readonly clock: boolean;
  readonly now: () => Date;
}

/** Prints items. Whatever goes to a terminal goes through {@link visible} here. */
export class Printer {
  readonly #options: PrinterOptions;
  readonly #colours;
  #around: (write: () => void) => void = (write) => write();

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#colours = pc.createColors(options.colours);
  }

  /** For a prompt that has to make room. */
  surround(around: (write: () => void) => void): void {
    this.#around = around;
  }

  print({ type, fields, lines, tone = 'plain', aside = false }: Item): void {
    const { output, errors, json, now } = this.#options;
    if (json) {
      const line = jsonLine({ type, time: now().toISOString(), ...fields });
      this.#around(() => output.write(`${line}\n`));
      return;
    }
    if (lines.length === 0) return;
    const text = lines.map((line) => `${this.#stamp()}${this.#paint(visible(line), tone)}\n`).join('');
    this.#around(() => (aside ? errors : output).write(text));
  }

  /** Tells an error; `doing` is the command that failed. */
  fail(error: unknown, doing?: string): void {
    const message = errorText(error);
    const { lines = [], fields } = error instanceof LineError ? error.details : {};
    this.print({
      type: 'error',
      fields: {
        command: doing,
        code: error instanceof SilcError ? error.code : 'line',
        status: error instanceof SilcCommandError ? error.status : undefined,
        message,
        ...fields,
      },
      lines: [doing === undefined ? message : `${doing}: ${message}`, ...lines.map((line) => `  ${line}`)],
      tone: 'bad',
      aside: true,
    });
  }

  #stamp(): string {
    const { clock, now } = this.#options;
    return clock ? `${this.#colours.dim(now().toTimeString().slice(0, 8))} ` : '';
  }

  #paint(line: string, tone: Tone): string {
    const { dim, magenta, green, red } = this.#colours;
    switch (tone) {
      case 'plain':
        return line;
      case 'quiet':
        return dim(line);
      case 'private':
        return magenta(line);
      case 'good':
        return green(line);
      case 'bad':
        return red(line);
    }
  }
}
