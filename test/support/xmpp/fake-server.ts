import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

export const STREAM_ID = '3BF96D32';

/** The server's stream header; `id` is what the handshake hashes. */
export const HEADER =
  `<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' ` +
  `xmlns='jabber:component:accept' from='gw.example' id='${STREAM_ID}'>`;

/** One accepted connection: scripted by the test, with everything that came in kept. */
export class FakePeer {
  readonly socket: Socket;
  received = '';
  #waiters: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.setNoDelay(true);
    socket.on('data', (text: string) => {
      this.received += text;
      this.#notify();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#notify());
  }

  /** Waits until what came in matches; returns the match. Fails when the peer closes first. */
  async expect(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.received);
      if (match !== null) return match;
      if (this.socket.destroyed) throw new Error(`closed before ${pattern.source}; got ${this.received}`);
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  async closed(): Promise<void> {
    // A reset closes it as well; `once` would reject on it.
    if (!this.socket.destroyed) await new Promise((resolve) => this.socket.once('close', resolve));
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Answers header and handshake like a server; the secret is checked. */
  async handshake(secret = 'secret'): Promise<void> {
    await this.expect(/<stream:stream[^>]*>/);
    this.send(HEADER);
    const [, digest] = await this.expect(/<handshake>([0-9a-f]{40})<\/handshake>/);
    const expected = createHash('sha1')
      .update(STREAM_ID + secret)
      .digest('hex');
    if (digest === expected) this.send('<handshake/>');
    else this.streamError('not-authorized');
  }

  streamError(condition: string): void {
    this.socket.end(
      `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`,
    );
  }

  #notify(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}

/** A server on node:net that does nothing by itself: each connection is taken by the test with `accept()`. */
export class FakeServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #arrived: FakePeer[] = [];
  readonly #waiting: ((peer: FakePeer) => void)[] = [];
  readonly port: number;
  /** Connections so far. */
  connections = 0;

  private constructor(server: Server) {
    this.#server = server;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
    this.port = address.port;
    server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      const peer = new FakePeer(socket);
      const taker = this.#waiting.shift();
      if (taker === undefined) this.#arrived.push(peer);
      else taker(peer);
    });
  }

  static async listen(port = 0): Promise<FakeServer> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new FakeServer(server);
  }

  /** The next connection. */
  accept(): Promise<FakePeer> {
    const peer = this.#arrived.shift();
    if (peer !== undefined) return Promise.resolve(peer);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}
