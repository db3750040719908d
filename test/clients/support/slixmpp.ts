import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Deferred } from '../../../src/util/deferred.js';
import type { JabberServer } from '../../e2e/support/jabber-server.js';
import { program } from './program.js';

const AGENT = fileURLToPath(new URL('./slixmpp-agent.py', import.meta.url));

/** How long an event may take to come. */
const EVENT_TIMEOUT_MS = 20_000;

/** What the plug-ins of slixmpp made of a stanza. */
export interface ClientEvent {
  readonly event:
    | ('message' | 'presence' | 'invitation' | 'direct invitation' | 'error' | 'ready')
    | ('contact' | 'avatar' | 'avatar metadata' | 'mood');
  readonly [field: string]: unknown;
}

type Answer = { readonly result: unknown } | { readonly error: string; readonly text: string };

/** A client made with slixmpp, in a process of its own; it does what it is told by its own plug-ins. */
export class SlixmppClient {
  /** All that it was told, oldest first. */
  readonly events: ClientEvent[] = [];
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, Deferred<Answer>>();
  readonly #waiting = new Set<() => void>();
  readonly #input: NodeJS.WritableStream;
  #errors = '';
  #number = 0;

  private constructor(server: JabberServer, user: string, password: string, options: readonly string[]) {
    const args = [
      AGENT,
      `${user}@${server.domain}`,
      password,
      server.host,
      String(server.c2sPort),
      ...options,
    ];
    const child = spawn(program('python'), args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#input = child.stdin;
    child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    createInterface({ input: child.stdout }).on('line', (line) => this.#take(line));
    child.once('exit', () => {
      for (const answer of this.#answers.values()) answer.reject(new Error(`slixmpp ended: ${this.#errors}`));
    });
  }

  /** With an account of its own. @param options `contacts`: with the plug-ins of lists of contacts */
  static async login(server: JabberServer, user: string, ...options: 'contacts'[]): Promise<SlixmppClient> {
    const name = `${user}-${Math.random().toString(36).slice(2, 10)}`;
    await server.register(name, 'password');
    const client = new SlixmppClient(server, name, 'password', options);
    await client.expect('ready');
    return client;
  }

  /** Full JID. */
  get jid(): string {
    return String(this.events.find(({ event }) => event === 'ready')?.['jid']);
  }

  get bareJid(): string {
    return this.jid.split('/', 1)[0] ?? '';
  }

  /** @throws Error with condition and text when it is refused */
  async do(what: string, options: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const answer = await this.#ask(what, options);
    if ('result' in answer) return answer.result;
    throw new Error(`slixmpp could not ${what}: ${answer.error}: ${answer.text}\n${this.#errors}`);
  }

  /** The condition of the error that a request is refused with, undefined when it is not. */
  async refusal(what: string, options: Readonly<Record<string, unknown>>): Promise<string | undefined> {
    const answer = await this.#ask(what, options);
    return 'error' in answer ? answer.error : undefined;
  }

  /** The first event of this kind with these fields, whether it was there already or comes. */
  async expect(
    event: ClientEvent['event'],
    fields: Readonly<Record<string, unknown>> = {},
  ): Promise<ClientEvent> {
    const find = (): ClientEvent | undefined =>
      this.events.find((one) => one.event === event && fits(one, fields));
    const found = new Deferred<ClientEvent>();
    const look = (): void => {
      const one = find();
      if (one !== undefined) found.resolve(one);
    };
    const timer = setTimeout(() => {
      const seen = this.events.slice(-30).map((one) => JSON.stringify(one));
      const wanted = JSON.stringify({ event, ...fields });
      found.reject(new Error(`slixmpp was not told ${wanted}, but\n${seen.join('\n')}\n${this.#errors}`));
    }, EVENT_TIMEOUT_MS);
    this.#waiting.add(look);
    look();
    try {
      return await found.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }

  async logout(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#input.end();
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(force);
  }

  async #ask(what: string, options: Readonly<Record<string, unknown>>): Promise<Answer> {
    const number = ++this.#number;
    const answer = new Deferred<Answer>();
    this.#answers.set(number, answer);
    this.#input.write(`${JSON.stringify({ number, do: what, with: options })}\n`);
    return answer.promise.finally(() => this.#answers.delete(number));
  }

  #take(line: string): void {
    const told = JSON.parse(line) as ClientEvent | (Answer & { readonly answer: number });
    if ('answer' in told) {
      this.#answers.get(Number(told.answer))?.resolve(told as Answer);
      return;
    }
    this.events.push(told);
    for (const look of [...this.#waiting]) look();
  }
}

function fits(event: ClientEvent, fields: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(fields).every(
    ([name, value]) => JSON.stringify(event[name]) === JSON.stringify(value),
  );
}
