import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Deferred } from '../../../src/util/deferred.js';
import { program } from './program.js';

/** How long a page may take to show something. */
const SHOWN_TIMEOUT_MS = 20_000;

interface Reply {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A headless chromium with one page, driven by the DevTools protocol over a pipe. */
export class Chromium {
  /** What the page wrote to its console, and its uncaught errors. */
  readonly console: string[] = [];
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #input: Writable;
  readonly #replies = new Map<number, Deferred<Readonly<Record<string, unknown>>>>();
  #sessionId: string | undefined;
  #number = 0;

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'chromium-'));
    const args = [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'],
      ...['--no-first-run', '--disable-extensions', '--disable-background-networking', '--lang=en'],
      ...[
        '--window-size=1200,800',
        `--user-data-dir=${this.#folder}`,
        '--remote-debugging-pipe',
        'about:blank',
      ],
    ];
    const child = spawn(program('chromium'), args, {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOME: this.#folder },
    });
    this.#child = child;
    this.#input = child.stdio[3] as Writable;
    this.#read(child.stdio[4] as Readable);
    child.once('exit', (code) => {
      for (const reply of this.#replies.values()) reply.reject(new Error(`chromium ended (${String(code)})`));
    });
  }

  static async start(): Promise<Chromium> {
    const browser = new Chromium();
    const { targetId } = await browser.#send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.#send('Target.attachToTarget', { targetId, flatten: true });
    browser.#sessionId = String(sessionId);
    await browser.#send('Runtime.enable');
    await browser.#send('Page.enable');
    return browser;
  }

  async open(url: string): Promise<void> {
    await this.#send('Page.navigate', { url });
  }

  /** The value of an expression in the page. @throws Error with what the page threw */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    const { result, exceptionDetails } = answer as {
      readonly result: { readonly value?: unknown };
      readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
    };
    if (exceptionDetails === undefined) return result.value;
    throw new Error(`the page threw ${exceptionDetails.exception?.description ?? 'something'}`);
  }

  /** Resolves when the expression is true in the page: looked at whenever the page has drawn. */
  async until(expression: string): Promise<void> {
    const look = `new Promise((resolve, reject) => {
      const end = performance.now() + ${SHOWN_TIMEOUT_MS};
      const look = () => {
        let is = false;
        try { is = Boolean(${expression}); } catch {}
        if (is) resolve();
        else if (performance.now() > end) reject(new Error('not within ${SHOWN_TIMEOUT_MS} ms'));
        else setTimeout(look, 50);
      };
      look();
    })`;
    try {
      await this.evaluate(look);
    } catch (error) {
      const text = String(await this.evaluate('document.body.innerText').catch(String));
      const log = this.console.slice(-30).join('\n');
      throw new Error(`the page does not come to ${expression}. It shows\n${text}\nConsole:\n${log}`, {
        cause: error,
      });
    }
  }

  /** Resolves when the page shows the text somewhere. */
  async shows(text: string): Promise<void> {
    await this.until(`document.body.innerText.includes(${JSON.stringify(text)})`);
  }

  /** Types into the element, and presses enter. */
  async type(selector: string, text: string): Promise<void> {
    await this.#typeInto('document', selector, text);
  }

  /** Likewise, into an element of the page in a frame of the same site. */
  async typeInFrame(frame: string, selector: string, text: string): Promise<void> {
    await this.#typeInto(`document.querySelector(${JSON.stringify(frame)}).contentDocument`, selector, text);
  }

  async #typeInto(document: string, selector: string, text: string): Promise<void> {
    const element = `${document}.querySelector(${JSON.stringify(selector)})`;
    await this.until(element);
    await this.evaluate(`${document}.defaultView.focus()`);
    await this.evaluate(`${element}.focus()`);
    await this.#send('Input.insertText', { text });
    const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
    await this.#send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
    await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  }

  /** As PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.#send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(String(data), 'base64');
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      const force = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
      this.#sessionId = undefined;
      await Promise.race([this.#send('Browser.close').catch(() => undefined), ended]);
      await ended;
      clearTimeout(force);
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #send(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#number;
    const reply = new Deferred<Readonly<Record<string, unknown>>>();
    this.#replies.set(id, reply);
    this.#input.write(`${JSON.stringify({ id, method, params, sessionId: this.#sessionId })}\0`);
    return reply.promise.finally(() => this.#replies.delete(id));
  }

  /** Messages end with a zero octet. */
  #read(output: Readable): void {
    let rest = '';
    output.setEncoding('utf8');
    output.on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.#take(JSON.parse(message) as Reply);
    });
  }

  #take({ id, result, error, method, params }: Reply): void {
    if (id !== undefined) {
      const reply = this.#replies.get(id);
      if (error === undefined) reply?.resolve(result ?? {});
      else reply?.reject(new Error(`chromium: ${error.message}`));
    } else if (method === 'Runtime.consoleAPICalled' || method === 'Runtime.exceptionThrown') {
      this.console.push(JSON.stringify(params).slice(0, 2_000));
    }
  }
}
