import pc from 'picocolors';
import { errorText } from './error-text.js';
import { errorFields } from './fields.js';
import { LineError, type Item, type Tone } from './item.js';
import { jsonLine, visible } from './visible.js';

/** Lines of one item that are printed for people: nobody is to fill the screens of others. JSON has them all. */
const MAX_LINES = 500;

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
    const shown = lines.slice(0, MAX_LINES);
    if (shown.length < lines.length) shown.push(`… and ${lines.length - shown.length} more lines`);
    const text = shown.map((line) => `${this.#stamp()}${this.#paint(visible(line), tone)}\n`).join('');
    this.#around(() => (aside ? errors : output).write(text));
  }

  /** Tells an error; `doing` is the command that failed. */
  fail(error: unknown, doing?: string): void {
    const message = errorText(error);
    const { lines = [] } = error instanceof LineError ? error.details : {};
    this.print({
      type: 'error',
      fields: { command: doing ?? null, ...errorFields(error) },
      lines: [doing === undefined ? message : `${doing}: ${message}`, ...lines.map((line) => `  ${line}`)],
      tone: 'bad',
      aside: true,
    });
  }

  /** Tells what is not as it should be, although nothing failed. */
  warn(text: string): void {
    this.print({ type: 'warning', fields: { text }, lines: [text], tone: 'bad', aside: true });
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
