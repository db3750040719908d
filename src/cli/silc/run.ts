import { clearScreenDown, createInterface, cursorTo, moveCursor, type Interface } from 'node:readline';
import { decodePublicKey } from '../../silc/crypto/public-key.js';
import { fromHex } from '../../silc/bytes.js';
import type { DetachedSession } from '../../silc/client/detached-session.js';
import type { KeyPair, SessionEvent, SilcSession } from '../../silc/client/types.js';
import type { SilcError } from '../../silc/errors.js';
import type { ListenOptions } from '../../silc/peer/listener.js';
import { ExitCode } from '../exit-codes.js';
import { Agreements } from './agreements.js';
import { joinChannel } from './commands/channels.js';
import type { LineContext } from './commands/command.js';
import { commands, runLine } from './commands/index.js';
import { complete } from './complete.js';
import { connect, type ConnectingOptions } from './connect.js';
import { describeEvent } from './events/index.js';
import { Files } from './files.js';
import { fingerprintOf } from './key-text.js';
import { newOwnState, type OwnState } from './own-state.js';
import { People } from './people.js';
import { Printer } from './printer.js';
import { visible } from './visible.js';
import { Waits } from './waits.js';

export interface LineClientOptions extends ConnectingOptions {
  /** The key pair was made for this run. */
  readonly keyIsNew: boolean;
  /** Channels to join at first. */
  readonly channels: readonly string[];
  /** Lines to run instead of those of the input. */
  readonly lines: readonly string[] | undefined;
  readonly json: boolean;
  readonly directory: string;
  readonly listen: ListenOptions | undefined;
  readonly anyAddress: boolean;
}

/** Where lines come from and text goes to. */
export interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
  /** Input and output are a terminal: there is a prompt. */
  readonly interactive: boolean;
  readonly colours: boolean;
  /** Resolves when the run is to end. */
  readonly interrupted: Promise<unknown>;
  readonly now: () => Date;
}

/** Connects, runs the lines, quits. @returns the exit code */
export async function runLineClient(options: LineClientOptions, streams: Streams): Promise<number> {
  const { json } = options;
  const { output, errors, colours, interactive, now, interrupted } = streams;
  const printer = new Printer({ output, errors, json, colours, clock: interactive, now });
  let session: SilcSession;
  try {
    session = await connect(options, printer, interrupted);
  } catch (error) {
    printer.fail(error);
    return ExitCode.failure;
  }
  return new LineClient(session, options, streams, printer).run();
}

/** One run, connected. */
class LineClient implements LineContext {
  readonly session: SilcSession;
  readonly keyPair: KeyPair;
  readonly keyIsNew: boolean;
  readonly people: People;
  readonly printer: Printer;
  readonly files: Files;
  readonly agreements: Agreements;
  readonly waits: Waits;
  readonly own: OwnState;
  readonly #options: LineClientOptions;
  readonly #streams: Streams;
  readonly #resumed: Promise<void> | undefined;
  readonly #closed: Promise<SilcError | undefined>;
  #current: LineContext['current'];
  #reader: Interface | undefined;
  #quitting: Promise<void> | undefined;
  #over = false;

  constructor(session: SilcSession, options: LineClientOptions, streams: Streams, printer: Printer) {
    this.session = session;
    this.keyPair = options.keyPair;
    this.keyIsNew = options.keyIsNew;
    this.printer = printer;
    this.people = new People(session);
    this.own = ownStateOf(options.resume);
    this.waits = new Waits(options.timeoutMs);
    this.#options = options;
    this.#streams = streams;
    this.#current = [...session.channels.values()].at(-1);
    const parts = { ...options, session, printer, people: this.people, waits: !streams.interactive };
    this.files = new Files(parts);
    this.agreements = new Agreements(parts);
    let resumed = (): void => undefined;
    this.#resumed = options.resume && new Promise((resolve) => (resumed = resolve));
    this.#closed = new Promise((resolve) => {
      session.subscribe((event) => {
        this.#meet(event);
        printer.print(describeEvent(event, this.people));
        this.#part(event);
        this.waits.note(event.type);
        if (event.type === 'resumed' || event.type === 'closed') resumed();
        if (event.type === 'closed') resolve(event.error);
      });
    });
    void this.#closed.then(() => this.#end());
    void streams.interrupted.then(() => this.quit(undefined));
  }

  get current(): LineContext['current'] {
    return this.#current;
  }

  set current(channel: LineContext['current']) {
    this.#current = channel;
    this.#reader?.setPrompt(this.#prompt());
  }

  quit(message: string | undefined): void {
    this.#quitting ??= this.session.quit(message);
    this.#end();
  }

  async run(): Promise<number> {
    const { channels, lines } = this.#options;
    await this.#resumed;
    let good = true;
    for (const name of channels) good = (await this.#join(name)) && good;
    for await (const line of lines ?? this.#typed()) {
      if (this.#isOver()) break;
      good = (await runLine(this, line)) && good;
    }
    this.quit(undefined);
    await this.#quitting;
    this.files.close();
    const error = await this.#closed;
    // Whoever sits at a terminal has seen what went wrong, and gone on.
    const failed = error !== undefined || (!good && !this.#streams.interactive);
    return failed ? ExitCode.failure : ExitCode.ok;
  }

  async #join(name: string): Promise<boolean> {
    if (this.#over) return false;
    try {
      await joinChannel(this, name, {});
      return true;
    } catch (error) {
      this.printer.fail(error, `--join ${name}`);
      return false;
    }
  }

  /** The lines of the input, with a prompt before each where somebody types them. */
  async *#typed(): AsyncGenerator<string> {
    if (this.#over) return;
    const { input, output, interactive } = this.#streams;
    const reader = interactive
      ? createInterface({
          ...{ input, output, terminal: true, prompt: this.#prompt() },
          completer: (line: string) => complete(line, commands.values(), this),
        })
      : createInterface({ input, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
    this.#reader = reader;
    // The end of the input closes it while the last lines are still run, and a closed reader throws on a prompt.
    let closed = false;
    reader.once('close', () => (closed = true));
    const prompt = (preserveCursor?: boolean): void => {
      if (interactive && !closed) reader.prompt(preserveCursor);
    };
    if (interactive) this.printer.surround((write) => makeRoom(reader, output, write, prompt));
    prompt();
    for await (const line of reader) {
      yield line;
      if (this.#isOver()) break;
      prompt();
    }
    this.printer.surround((write) => write());
    if (interactive) output.write('\n');
  }

  /** A method, because an `await` lies between two looks at it. */
  #isOver(): boolean {
    return this.#over;
  }

  #end(): void {
    this.#over = true;
    this.#reader?.close();
  }

  #prompt(): string {
    return `${visible(this.#current?.name ?? this.#options.host)}> `;
  }

  /** Remembers whom an event shows. */
  #meet(event: SessionEvent): void {
    if (event.type === 'key-agreement-offered') this.agreements.note(event);
    if ('sender' in event) this.people.note(event.sender);
    else if ('member' in event) this.people.note(event.member.user);
    else if (event.type === 'nick-changed' || event.type === 'user-resolved') this.people.note(event.user);
  }

  /** Forgets whom an event takes away, once it has been told. */
  #part(event: SessionEvent): void {
    if (event.type !== 'member-left') return;
    const { user, cause, self, channel } = event;
    if (cause.kind === 'signoff' || cause.kind === 'killed' || cause.kind === 'server-signoff') {
      this.people.forget(user);
    }
    if (self && this.#current === channel) this.current = [...this.session.channels.values()].at(-1);
  }
}

/** Prints above the line that is being typed, however many rows that takes. */
function makeRoom(
  reader: Interface,
  output: NodeJS.WritableStream,
  write: () => void,
  prompt: (preserveCursor: boolean) => void,
): void {
  const { rows } = reader.getCursorPos();
  moveCursor(output, 0, -rows);
  cursorTo(output, 0);
  clearScreenDown(output);
  write();
  // The prompt is drawn so many rows higher.
  output.write('\n'.repeat(rows));
  prompt(true);
}

/** Watches go on with a session that is taken up. */
function ownStateOf(resumed: DetachedSession | undefined): OwnState {
  const own = newOwnState();
  for (const nickname of resumed?.watches.nicknames ?? []) own.watches.set(nickname, { nickname });
  for (const encoded of resumed?.watches.publicKeys ?? []) {
    const publicKey = decodePublicKey(fromHex(encoded));
    own.watches.set(`key:${fingerprintOf(publicKey)}`, { publicKey });
  }
  return own;
}
