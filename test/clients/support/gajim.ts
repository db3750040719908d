import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Deferred } from '../../../src/util/deferred.js';
import type { JabberServer } from '../../e2e/support/jabber-server.js';
import { program } from './program.js';

const AGENT = fileURLToPath(new URL('./gajim-agent.py', import.meta.url));

/** gajim refuses to run as root: it gets this user then, `nobody`. */
const NOBODY = 65_534;

/** What is looked for on the screen: everything that is given must fit. */
export interface Wanted {
  readonly role?: string;
  readonly name?: string;
  /** Text that the name or the content has in it. */
  readonly shows?: string;
}

interface Answer {
  readonly answer: number;
  readonly result?: readonly string[] | null;
  readonly error?: string;
}

/** A gajim on a display of its own without a screen, driven through the accessibility interface. */
export class Gajim {
  readonly account: string;
  readonly #folder: string;
  readonly #display: ChildProcess;
  readonly #agent: ChildProcess;
  readonly #input: NodeJS.WritableStream;
  readonly #answers = new Map<number, Deferred<Answer>>();
  #errors = '';
  #number = 0;

  private constructor(account: string, folder: string, display: ChildProcess, name: string) {
    this.account = account;
    this.#folder = folder;
    this.#display = display;
    const isRoot = process.getuid?.() === 0;
    const id = String(NOBODY);
    const user = isRoot ? ['setpriv', '--reuid', id, '--regid', id, '--clear-groups'] : [];
    const command = [...user, 'dbus-run-session', '--', '/usr/bin/python3', '-W', 'ignore', 'agent.py'];
    // A group of its own: bus, gajim and agent end together.
    const agent = spawn('/usr/bin/env', command, {
      cwd: folder,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        LANG: 'C.UTF-8',
        DISPLAY: name,
        XDG_CONFIG_HOME: join(folder, 'config'),
        XDG_DATA_HOME: join(folder, 'data'),
        XDG_CACHE_HOME: join(folder, 'cache'),
        XDG_RUNTIME_DIR: join(folder, 'run'),
      },
    });
    this.#agent = agent;
    this.#input = agent.stdin;
    agent.stdin.on('error', () => undefined);
    agent.stderr.on(
      'data',
      (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-4_000)),
    );
    createInterface({ input: agent.stdout }).on('line', (line) => {
      // The bus and what it starts write there, too.
      if (!line.startsWith('{"answer"')) return;
      const answer = JSON.parse(line) as Answer;
      this.#answers.get(answer.answer)?.resolve(answer);
    });
    agent.once('exit', () => {
      for (const answer of this.#answers.values()) answer.reject(new Error(`gajim ended: ${this.#errors}`));
    });
  }

  /** With an account, which is made where there is none; its name is also the nickname. */
  static async login(server: JabberServer, account: string): Promise<Gajim> {
    program('gajim');
    await server.register(account, 'password').catch((error: unknown) => {
      if (!String(error).includes('<conflict')) throw error;
    });
    const folder = mkdtempSync(join(tmpdir(), 'gajim-'));
    const made = ['', 'config', 'config/gtk-3.0', 'data', 'cache', 'run'].map((name) => join(folder, name));
    for (const path of made) mkdirSync(path, { recursive: true, mode: 0o700 });
    const [settings, agent] = [join(folder, 'config/gtk-3.0/settings.ini'), join(folder, 'agent.py')];
    writeFileSync(settings, '[Settings]\ngtk-enable-animations=0\ngtk-cursor-blink=0\n');
    copyFileSync(AGENT, agent);
    if (process.getuid?.() === 0)
      for (const path of [...made, settings, agent]) chownSync(path, NOBODY, NOBODY);
    const { display, name } = await startDisplay();
    const gajim = new Gajim(account, folder, display, name);
    const { domain, host, c2sPort } = server;
    await gajim.#ask('start', { user: account, password: 'password', domain, host, port: c2sPort });
    return gajim;
  }

  /** One of gajim's actions, as its menus do them. */
  async action(action: string, parameter?: string | readonly string[]): Promise<void> {
    await this.#ask('action', { action, parameter });
  }

  /** Likewise, of the conversation that is open. */
  async windowAction(action: string, parameter?: string): Promise<void> {
    await this.#ask('action', { action, parameter, window: true });
  }

  /** Opens its dialog for a new contact or room, which asks what the address is. */
  async addContact(address: string): Promise<void> {
    await this.#ask('add_contact', { address });
  }

  async press(wanted: Wanted): Promise<void> {
    await this.#ask('press', wanted);
  }

  /** The row of a table that has such a cell. */
  async select(name: string): Promise<void> {
    await this.#ask('select', { role: 'table cell', name });
  }

  async click(wanted: Wanted): Promise<void> {
    await this.#ask('click', wanted);
  }

  /** Turns the wheel of the mouse above it, down. */
  async wheel(wanted: Wanted): Promise<void> {
    await this.#ask('click', { ...wanted, event: 'b5c' });
  }

  async write(wanted: Wanted, text: string): Promise<void> {
    await this.#ask('write', { ...wanted, text });
  }

  /** The fields for text of the form that is open, one after the other. */
  async fill(texts: readonly string[]): Promise<void> {
    await this.#ask('fill', { texts });
  }

  /** The first of these buttons that can be pressed. @returns whether there was one */
  async pressAny(names: readonly string[]): Promise<boolean> {
    return ((await this.#ask('press_any', { names })).result ?? []).length > 0;
  }

  /** Resolves when the screen shows it: it is looked at until then. */
  async shows(text: string, wanted: Wanted = {}): Promise<void> {
    await this.#ask('shows', { shows: text, ...wanted });
  }

  /** Resolves when so many pixels of the screen have the colour. */
  async paints(colour: readonly [red: number, green: number, blue: number], pixels: number): Promise<void> {
    await this.#ask('paints', { colour, pixels });
  }

  async screenshot(): Promise<Buffer> {
    const file = join(this.#folder, 'picture.png');
    await this.#ask('picture', { file });
    return readFileSync(file);
  }

  /** What the screen shows, and the end of gajim's log: for tests that fail. */
  async state(): Promise<string> {
    const lines = (await this.#ask('tree', {})).result ?? [];
    const log = readFileSync(join(this.#folder, 'gajim.log'), 'utf8').slice(-3_000);
    return `${lines.join('\n')}\n--- log\n${log}`;
  }

  async close(): Promise<void> {
    const { pid } = this.#agent;
    if (this.#agent.exitCode === null && this.#agent.signalCode === null && pid !== undefined) {
      const ended = once(this.#agent, 'exit');
      process.kill(-pid, 'SIGTERM');
      const force = setTimeout(() => process.kill(-pid, 'SIGKILL'), 5_000);
      await ended;
      clearTimeout(force);
    }
    this.#display.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }

  async #ask(what: string, options: object): Promise<Answer> {
    const number = ++this.#number;
    const deferred = new Deferred<Answer>();
    this.#answers.set(number, deferred);
    this.#input.write(`${JSON.stringify({ ...options, number, do: what })}\n`);
    const answer = await deferred.promise.finally(() => this.#answers.delete(number));
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }
}

/** A display that no other one has. */
async function startDisplay(): Promise<{ readonly display: ChildProcess; readonly name: string }> {
  const args = ['-displayfd', '3', '-screen', '0', '1000x640x24', '-nolisten', 'tcp'];
  const display = spawn('/usr/bin/Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const told = createInterface({ input: display.stdio[3] as Readable });
  const ended = once(display, 'exit').then(([code]) => {
    throw new Error(`Xvfb ended (${String(code)})`);
  });
  const [number] = (await Promise.race([once(told, 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return { display, name: `:${number}` };
}
