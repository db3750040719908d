import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How long Prosody may take for an answer to an upload or a download. */
const HTTP_TIMEOUT_MS = 20_000;

/** What a browser may tell Prosody, and Prosody a browser. */
const REQUEST_HEADERS = ['authorization', 'content-type', 'content-length'];
const RESPONSE_HEADERS = ['content-type', 'content-length', 'content-disposition', 'etag', 'last-modified'];
const WEBSOCKET_HEADERS = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol'];

/**
 * The road of a browser to the web port of the private Prosody: everything the page needs comes from the page's own address,
 * so that nothing else has to be allowed.
 */
export class ProsodyRoad {
  readonly #port: number;
  readonly #sockets = new Set<Duplex>();

  constructor(port: number) {
    this.#port = port;
  }

  /** Hands a websocket through to Prosody, octet for octet. */
  openWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const prosody = connect(this.#port, '127.0.0.1');
    const lines = [
      'GET /xmpp-websocket HTTP/1.1',
      `Host: 127.0.0.1:${this.#port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      ...WEBSOCKET_HEADERS.flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [`${name}: ${value}`] : [];
      }),
    ];
    prosody.write(`${lines.join('\r\n')}\r\n\r\n`);
    prosody.write(head);
    for (const side of [socket, prosody]) this.#sockets.add(side);
    // Whoever ends or breaks takes the other side along.
    const ended = (): void => {
      for (const side of [socket, prosody]) {
        side.destroy();
        this.#sockets.delete(side);
      }
    };
    Promise.all([pipeline(socket, prosody), pipeline(prosody, socket)]).then(ended, ended);
  }

  /** Hands a request of the file upload (XEP-0363) through, and the answer back. */
  forward(request: IncomingMessage, response: ServerResponse): void {
    const forwarded = httpRequest(
      {
        host: '127.0.0.1',
        port: this.#port,
        method: request.method,
        path: request.url,
        timeout: HTTP_TIMEOUT_MS,
        headers: { host: `127.0.0.1:${this.#port}`, ...pick(request.headers, REQUEST_HEADERS) },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, pick(answer.headers, RESPONSE_HEADERS));
        void pipeline(answer, response).catch(() => response.destroy());
      },
    );
    forwarded.once('timeout', () => forwarded.destroy(new Error('Prosody is silent')));
    pipeline(request, forwarded).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function pick(
  headers: IncomingMessage['headers'],
  names: readonly string[],
): Record<string, string | string[]> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
