import type { Channel, KeyPair, SilcSession } from '../../../silc/client/types.js';
import type { Agreements } from '../agreements.js';
import type { Files } from '../files.js';
import { UsageError } from '../item.js';
import type { Words } from '../line.js';
import type { OwnState } from '../own-state.js';
import type { People } from '../people.js';
import type { Printer } from '../printer.js';
import type { Waits } from '../waits.js';

/** What commands work on. */
export interface LineContext {
  readonly session: SilcSession;
  readonly keyPair: KeyPair;
  /** The key pair ends with the run. */
  readonly keyIsNew: boolean;
  readonly people: People;
  readonly printer: Printer;
  readonly files: Files;
  readonly agreements: Agreements;
  readonly waits: Waits;
  readonly own: OwnState;
  /** Where plain text goes. */
  current: Channel | undefined;
  /** Ends the run; the message goes with QUIT. */
  quit(message: string | undefined): void;
}

/** What tab completion offers for an argument. */
export type Completion = 'person' | 'channel' | 'path' | readonly string[];

/** What a value is made of, once the whole line was read: that may need the network. */
type Resolve<T> = (context: LineContext) => T | Promise<T>;

/** An argument of a command. */
export interface Parameter<T> {
  /** As `/help` shows it; empty for what is not typed. */
  readonly usage: string;
  readonly completes?: Completion;
  /** Takes its words. @throws UsageError where they are missing or cannot be */
  read(words: Words): Resolve<T>;
}

/** A command, as everything else sees it. */
export interface Command {
  /** Words, such as `key msg set`. */
  readonly name: string;
  /** With its arguments. */
  readonly usage: string;
  readonly summary: string;
  readonly parameters: readonly Parameter<unknown>[];
  /** @throws what is told to the user; the client goes on */
  run(context: LineContext, words: Words): Promise<void>;
}

/** A command in the making: its arguments are the values of its action, in order. */
class Syntax<Values extends readonly unknown[]> {
  readonly #name: string;
  readonly #parameters: readonly Parameter<unknown>[];
  readonly #read: (words: Words) => (context: LineContext) => Promise<Values>;

  constructor(
    name: string,
    parameters: readonly Parameter<unknown>[],
    read: (words: Words) => (context: LineContext) => Promise<Values>,
  ) {
    this.#name = name;
    this.#parameters = parameters;
    this.#read = read;
  }

  takes<T>(parameter: Parameter<T>): Syntax<[...Values, T]> {
    return new Syntax<[...Values, T]>(this.#name, [...this.#parameters, parameter], (words) => {
      const before = this.#read(words);
      const last = parameter.read(words);
      return async (context) => [...(await before(context)), await last(context)];
    });
  }

  does(summary: string, act: (context: LineContext, ...values: Values) => Promise<void> | void): Command {
    const shown = this.#parameters.map(({ usage }) => usage).filter((usage) => usage !== '');
    return {
      name: this.#name,
      usage: [`/${this.#name}`, ...shown].join(' '),
      summary,
      parameters: this.#parameters,
      run: async (context, words) => {
        const resolve = this.#read(words);
        if (!words.done) throw new UsageError();
        await act(context, ...(await resolve(context)));
      },
    };
  }
}

/** Begins a command: `line('kick').takes(here).takes(person('NICK')).does('…', async (context, channel, user) => …)`. */
export function line(name: string): Syntax<[]> {
  return new Syntax<[]>(name, [], () => () => Promise.resolve([]));
}
