import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { statusPage } from './status-page.js';

/** What /healthz says: 200 with `ok: true`, else 503. */
export interface Health {
  readonly ok: boolean;
  readonly [detail: string]: unknown;
}

interface ObservationOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  readonly health: () => Health;
  /** For the page. */
  readonly figures: () => Promise<readonly (readonly [name: string, value: number])[]>;
}

/** Whatever reads an answer takes it for what it is said to be, loads nothing else, and runs nothing. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/**
 * `/metrics` (Prometheus text), `/healthz` (JSON) and `/` (a page for people) for the operator, on a loopback port: there is no
 * authentication.
 */
export class ObservationServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws the listen error (port in use, address not here). */
  static async listen(options: ObservationOptions): Promise<ObservationServer> {
    const limits = { requestTimeout: 10_000, headersTimeout: 5_000 };
    const server = createServer(limits, answerer(options));
    server.maxConnections = 64;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new ObservationServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

function answerer({ registry, health, figures }: ObservationOptions): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?', 1)[0];
    const later = (status: number, type: string, text: Promise<string>): void => {
      text.then(
        (whole) => answer(response, status, type, whole),
        () => answer(response, 500, 'text/plain', 'not to be had\n'),
      );
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...HEADERS, allow: 'GET, HEAD' }).end();
    } else if (path === '/healthz') {
      const now = health();
      answer(response, now.ok ? 200 : 503, 'application/json', JSON.stringify(now));
    } else if (path === '/metrics') {
      later(200, registry.contentType, registry.metrics());
    } else if (path === '/') {
      const now = health();
      later(
        now.ok ? 200 : 503,
        'text/html; charset=utf-8',
        figures().then((all) => statusPage(now, all)),
      );
    } else {
      answer(response, 404, 'text/plain', '/, /metrics or /healthz\n');
    }
  };
}

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(text);
}
