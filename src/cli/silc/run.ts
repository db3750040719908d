import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import { connectSession } from '../../silc/client/connect.js';
import type { AlgorithmProposal, ConnectionAuth, KeyPair, SilcSession } from '../../silc/client/types.js';
import { fromHex } from '../../silc/bytes.js';
import { displayFingerprint } from '../../silc/crypto/fingerprint.js';
import { SilcError } from '../../silc/errors.js';
import { ExitCode } from '../exit-codes.js';
import { joinChannel } from './commands/channels.js';
import type { LineContext } from './commands/command.js';
import { runLine } from './commands/index.js';
import { describeEvent } from './events.js';
import { Files } from './files.js';
import { People, userReference } from './people.js';
import { Printer } from './printer.js';
import { visible } from './visible.js';

export interface LineClientOptions {
  readonly host: string;
  readonly port: number;
  readonly nickname: string;
  readonly username: string;
  readonly keyPair: KeyPair;
  readonly auth: ConnectionAuth | undefined;
  /** Of the server's key, 40 hex digits in lower case; undefined: any key is accepted. */
  readonly fingerprint: string | undefined;
  readonly proposal: Partial<AlgorithmProposal>;
  /** Channels to join at first. */
  readonly channels: readonly string[];
  /** Lines to run instead of those of the input. */
  readonly lines: readonly string[] | undefined;
  readonly json: boolean;
  /** Of connecting, and of each command. */
  readonly timeoutMs: number;
  readonly directory: string;
  readonly listen: string | undefined;
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
  const { output, errors, colours, interactive, now } = streams;
  const printer = new Printer({ output, errors, json, colours, clock: interactive, now });
  let session: SilcSession;
  try {
    session = await connect(options, streams, printer);
  } catch (error) {
    printer.fail(error);
    return ExitCode.failure;
  }
  return new LineClient(session, options, streams, printer).run();
}

async function connect(
  options: LineClientOptions,
  { interrupted }: Streams,
  printer: Printer,
): Promise<SilcSession> {
  const {
    host,
    port,
    nickname,
    username,
    keyPair,
    auth,
    proposal,
    timeoutMs,
    fingerprint: expected,
  } = options;
  const stop = new AbortController();
  void interrupted.then(() => stop.abort());
  let shown = '';
  try {
    const session = await connectSession({
      ...{ host, port, nickname, username, keyPair, proposal, timeoutMs },
      commandTimeoutMs: timeoutMs,
      signal: stop.signal,
      ...(auth === undefined ? {} : { auth }),
      verifyServerKey: (_key, fingerprint) => {
        shown = fingerprint;
        return expected === undefined || fingerprint === expected;
      },
    });
    tellConnected(session, shown, expected !== undefined, printer);
    return session;
  } catch (error) {
    if (!(error instanceof SilcError) || error.code !== 'server-key') throw error;
    const display = displayFingerprint(fromHex(shown));
    throw new SilcError('server-key', `the server shows another key than the expected one: ${display}`, {
      cause: error,
    });
  }
}

function tellConnected(session: SilcSession, fingerprint: string, expected: boolean, printer: Printer): void {
  const { self, serverVersion, algorithms } = session;
  const { cipher, hmac, hash, group } = algorithms;
  const verdict = expected
    ? 'as expected'
    : 'NOT CHECKED: accepted for this run only; compare it with what the operator of the server publishes, and give it with --fingerprint';
  printer.print({
    type: 'connected',
    fields: {
      self: userReference(self),
      fingerprint,
      fingerprintExpected: expected,
      serverVersion,
      algorithms: { cipher, hmac, hash, group },
    },
    lines: [
      `server key fingerprint "${displayFingerprint(fromHex(fingerprint))}" (${verdict})`,
      `connected as ${self.nickname ?? '?'}, Client ID ${self.clientId}; ${serverVersion}, ${cipher}, ${hmac}, ${group}`,
    ],
    aside: true,
  });
}

/** One run, connected. */
class LineClient implements LineContext {
  readonly session: SilcSession;
  readonly keyPair: KeyPair;
  readonly people: People;
  readonly printer: Printer;
  readonly files: Files;
  readonly #options: LineClientOptions;
  readonly #streams: Streams;
  readonly #closed: Promise<SilcError | undefined>;
  #current: LineContext['current'];
  #reader: Interface | undefined;
  #quitting: Promise<void> | undefined;
  #over = false;

  constructor(session: SilcSession, options: LineClientOptions, streams: Streams, printer: Printer) {
    this.session = session;
    this.keyPair = options.keyPair;
    this.printer = printer;
    this.people = new People(session);
    this.#options = options;
    this.#streams = streams;
    const { people, keyPair } = this;
    const { directory, listen, anyAddress, timeoutMs, lines } = options;
    const waits = lines !== undefined || !streams.interactive;
    const toFiles = { session, keyPair, people, printer, directory, listen, anyAddress, waits, timeoutMs };
    this.files = new Files(toFiles);
    this.#closed = new Promise((resolve) => {
      session.subscribe((event) => {
        this.#meet(event);
        printer.print(describeEvent(event, people));
        this.#part(event);
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
    let good = true;
    for (const name of channels) good = (await this.#join(name)) && good;
    if (lines === undefined) await this.#readLines();
    else {
      for (const line of lines) {
        if (this.#over) break;
        good = (await runLine(this, line)) && good;
      }
    }
    this.quit(undefined);
    await this.#quitting;
    this.files.close();
    const error = await this.#closed;
    return error !== undefined || (lines !== undefined && !good) ? ExitCode.failure : ExitCode.ok;
  }

  async #join(name: string): Promise<boolean> {
    if (this.#over) return false;
    try {
      await joinChannel(this, name, undefined);
      return true;
    } catch (error) {
      this.printer.fail(error, `--join ${name}`);
      return false;
    }
  }

  async #readLines(): Promise<void> {
    if (this.#over) return;
    const { input, output, interactive } = this.#streams;
    const reader = interactive
      ? createInterface({ input, output, terminal: true, prompt: this.#prompt() })
      : createInterface({ input, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
    this.#reader = reader;
    // The end of the input closes it while the last lines are still run, and a closed reader throws on a prompt.
    let closed = false;
    reader.once('close', () => (closed = true));
    const prompt = (preserveCursor?: boolean): void => {
      if (!closed) reader.prompt(preserveCursor);
    };
    if (interactive) {
      this.printer.surround((write) => {
        clearLine(output, 0);
        cursorTo(output, 0);
        write();
        if (!this.#over) prompt(true);
      });
      prompt();
    }
    for await (const line of reader) {
      await runLine(this, line);
      if (this.#isOver()) break;
      if (interactive) prompt();
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
  #meet(event: Parameters<typeof describeEvent>[0]): void {
    if (event.type === 'channel-message' || event.type === 'private-message') this.people.note(event.sender);
    else if (event.type === 'member-joined') this.people.note(event.member.user);
    else if (event.type === 'nick-changed' || event.type === 'user-resolved') this.people.note(event.user);
  }

  /** Forgets whom an event takes away, once it has been told. */
  #part(event: Parameters<typeof describeEvent>[0]): void {
    if (event.type !== 'member-left') return;
    const { user, cause, self, channel } = event;
    if (cause.kind === 'signoff' || cause.kind === 'killed' || cause.kind === 'server-signoff') {
      this.people.forget(user);
    }
    if (self && this.#current === channel) this.current = [...this.session.channels.values()].at(-1);
  }
}
