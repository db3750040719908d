import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { readAsset } from './assets.js';
import { ProsodyRoad } from './prosody-road.js';
import { SpeechError, type SilcChange, type SilcSide } from './silc-side.js';

/** What the page is made of. */
export interface PageOptions {
  readonly port: number;
  /** Prosody's web port. */
  readonly prosodyPort: number;
  /** The folder `dist` of converse.js. */
  readonly converse: string;
  readonly silc: SilcSide;
  /** What the Jabber client in the page logs in as, and where it goes. It is given to whoever knows the token. */
  readonly jabber: {
    readonly jid: string;
    readonly password: string;
    readonly room: string;
    readonly nickname: string;
  };
  readonly channel: string;
}

const MAX_CONNECTIONS = 64;
const MAX_BODY = 16_384;
/** An open page that does not read is given up with so many octets waiting for it. */
const MAX_WAITING = 1 << 20;

const NO_STORE = { 'cache-control': 'no-store' };

/**
 * The page of the demonstration, on the loopback interface. Whoever is to have it knows the token in its address. Other sites
 * in the same browser neither know it nor get through: `Host` must name this machine (else a site whose name leads here
 * could read the page), and what acts must come from the page itself (`Origin`).
 */
export class PageServer {
  readonly #options: PageOptions;
  readonly #token = randomBytes(18).toString('base64url');
  readonly #road: ProsodyRoad;
  readonly #server: Server;

  private constructor(options: PageOptions) {
    this.#options = options;
    this.#road = new ProsodyRoad(options.prosodyPort);
    this.#server = createServer({ headersTimeout: 5_000, requestTimeout: 60_000 }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => undefined);
      if (this.#isOurs(request) && this.#pathOf(request) === 'xmpp-websocket' && isFromPage(request)) {
        this.#road.openWebSocket(request, socket, head);
      } else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    });
  }

  static async start(options: PageOptions): Promise<PageServer> {
    const page = new PageServer(options);
    page.#server.listen(options.port, '127.0.0.1');
    await once(page.#server, 'listening');
    return page;
  }

  /** Where a browser finds the page. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${this.#token}/`;
  }

  async close(): Promise<void> {
    this.#road.close();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SAFETY)) response.setHeader(name, value);
    const refusal = await this.#serve(request, response);
    if (refusal !== undefined) response.writeHead(refusal, NO_STORE).end();
  }

  /** Answers; returns the status where that is refused. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<number | undefined> {
    if (!this.#isOurs(request)) return 403;
    // The address of a file is for whoever was told it, and as hard to guess as the token.
    if (request.url?.startsWith('/file_share/') === true) return this.#share(request, response);
    const path = this.#pathOf(request);
    if (path === undefined) return 404;
    if (path === 'say') return this.#say(request, response);
    if (request.method !== 'GET') return 405;
    if (path === 'events') this.#stream(request, response);
    else if (path === 'settings.json') this.#settings(response);
    else return this.#file(path === '' ? 'index.html' : path, request, response);
    return undefined;
  }

  async #file(
    path: string,
    { headers }: IncomingMessage,
    response: ServerResponse,
  ): Promise<404 | undefined> {
    const asset = await readAsset(path, this.#options.converse);
    if (asset === undefined) return 404;
    const policy = path === 'jabber.html' ? jabberPolicy(headers.host ?? '') : PAGE_POLICY;
    response.setHeader('content-security-policy', policy);
    response.writeHead(200, { ...NO_STORE, 'content-type': asset.type }).end(asset.content);
    return undefined;
  }

  #settings(response: ServerResponse): void {
    const { jabber, channel, silc } = this.#options;
    const settings = { jabber, silc: { channel, nickname: silc.nickname } };
    response
      .writeHead(200, { ...NO_STORE, 'content-type': 'application/json' })
      .end(JSON.stringify(settings));
  }

  /** What the SILC user sees, as it happens (server-sent events); a browser that was cut off tells what it had last. */
  #stream(request: IncomingMessage, response: ServerResponse): void {
    const { silc } = this.#options;
    const last = Number(request.headers['last-event-id'] ?? 0);
    response.writeHead(200, { ...NO_STORE, 'content-type': 'text/event-stream' });
    const tell = (change: SilcChange): void => {
      const id = change.type === 'line' ? `id: ${change.line.id}\n` : '';
      const data = JSON.stringify(change.type === 'line' ? change.line : change.members);
      response.write(`event: ${change.type}\n${id}data: ${data}\n\n`);
      if (response.writableLength > MAX_WAITING) response.destroy();
    };
    for (const line of silc.linesAfter(Number.isSafeInteger(last) ? last : 0)) tell({ type: 'line', line });
    tell({ type: 'members', members: silc.members });
    response.once('close', silc.changes.subscribe(tell));
  }

  async #say(request: IncomingMessage, response: ServerResponse): Promise<number | undefined> {
    if (request.method !== 'POST') return 405;
    if (!isFromPage(request)) return 403;
    const typed = await bodyOf(request);
    if (typed === undefined) return 413;
    try {
      await this.#options.silc.speak(typed);
      response.writeHead(204).end();
    } catch (error) {
      // Of what SILC refuses the reason is for the user, too.
      const status = error instanceof SpeechError ? 400 : 502;
      const reason = error instanceof Error ? error.message : String(error);
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(reason);
    }
    return undefined;
  }

  #share(request: IncomingMessage, response: ServerResponse): number | undefined {
    const acts = request.method === 'PUT';
    if (!acts && request.method !== 'GET' && request.method !== 'HEAD') return 405;
    if (acts && !isFromPage(request)) return 403;
    // What somebody has uploaded is shown, and never runs at the address of the page.
    response.setHeader('content-security-policy', "default-src 'none'; sandbox");
    this.#road.forward(request, response);
    return undefined;
  }

  /** Whether the request was made to an address of this machine's loopback interface. */
  #isOurs({ headers }: IncomingMessage): boolean {
    return /^(?:127\.0\.0\.1|localhost):\d{1,5}$/.test(headers.host ?? '');
  }

  /** What comes behind the token; undefined where that is wrong. */
  #pathOf({ url = '' }: IncomingMessage): string | undefined {
    const [, token = '', path] = /^\/([^/?#]*)\/([^?#]*)$/.exec(url.split('?', 1)[0] ?? '') ?? [];
    const [given, right] = [Buffer.from(token), Buffer.from(this.#token)];
    return given.length === right.length && timingSafeEqual(given, right) ? path : undefined;
  }
}

/** The address of the page has the token in it: it is told to nobody. */
const SAFETY = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const PAGE_POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ');

/** converse.js styles elements by attributes; browsers differ in whether 'self' covers websockets. */
function jabberPolicy(host: string): string {
  return [
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:",
    `font-src 'self' data:; media-src 'self'; manifest-src 'self'; connect-src 'self' ws://${host}`,
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  ].join('; ');
}

/** Browsers tell the origin of what acts, and no page can forge it. */
function isFromPage({ headers }: IncomingMessage): boolean {
  return headers.origin === `http://${headers.host ?? ''}`;
}

/** The body as text; undefined where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
