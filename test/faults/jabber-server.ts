import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { DEFAULT_PARSER_LIMITS, GuardedParser } from '../../src/component/parser.js';
import { errorReply, isIqRequest, type Element } from '../../src/component/stanza.js';
import type { Trace } from './trace.js';

export const SECRET = 'faults';

/** A client's end of its connection to the server. */
export interface ServedClient {
  readonly full: string;
  receive(stanza: Element): void;
}

export interface JabberServerOptions {
  readonly domain: string;
  /** A second component of the domain is refused while the first one seems to be there; otherwise it takes its place. */
  readonly keepsOldComponent: boolean;
  readonly trace: Trace;
}

/**
 * A Jabber server with its users and one component (XEP-0114), as the common ones are: what was written into a dead
 * socket is lost, stanzas to a component that is away come back as errors, so do those to clients that are gone.
 */
export class JabberServer {
  readonly #options: JabberServerOptions;
  readonly #clients = new Map<string, ServedClient>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #isDown = false;
  #component: Socket | undefined;
  /** Counts the streams of components. */
  #streams = 0;

  constructor(options: JabberServerOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    this.#isDown = false;
    if (this.#server !== undefined) return;
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Nobody is told: not the component, and not the component of clients that are gone with it. @param withClients they lose their connections, too */
  crash(withClients: boolean): void {
    // The port is kept, and whoever comes refused: another server of this process might get it.
    this.#isDown = true;
    this.#component = undefined;
    if (withClients) this.#clients.clear();
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.crash(true);
    const server = this.#server;
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  connect(client: ServedClient): void {
    this.#clients.set(client.full, client);
  }

  isConnected(client: ServedClient): boolean {
    return this.#clients.get(client.full) === client;
  }

  /** A client logs out; the server tells those that it was shown to (RFC 6121, 4.6.3). */
  disconnect(client: ServedClient, shownTo: readonly string[]): void {
    if (!this.isConnected(client)) return;
    this.#clients.delete(client.full);
    for (const to of shownTo) {
      this.#toComponent(`<presence from='${client.full}' to='${to}' type='unavailable'/>`);
    }
  }

  /**
   * A client sends a stanza to the component.
   * @returns the number of the stream that it was written to; undefined where it came back as an error
   */
  send(client: ServedClient, stanza: Element): number | undefined {
    if (!this.isConnected(client)) return undefined;
    if (this.#component !== undefined) {
      this.#toComponent(stanza.toString());
      return this.#streams;
    }
    const error = errorReply(stanza, 'wait', 'remote-server-timeout', 'Component unavailable');
    setImmediate(() => {
      if (error !== undefined && this.isConnected(client)) client.receive(error);
    });
    return undefined;
  }

  /** The number of the stream that the component has now; undefined where there is none. */
  get stream(): number | undefined {
    return this.#component === undefined ? undefined : this.#streams;
  }

  #toComponent(text: string): void {
    this.#component?.write(text);
  }

  #accept(socket: Socket): void {
    if (this.#isDown) {
      socket.resetAndDestroy();
      return;
    }
    this.#sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#component !== socket) return;
      this.#component = undefined;
      this.#options.trace.note('jabber server', 'the component is gone');
    });
    const id = randomBytes(8).toString('hex');
    const { domain } = this.#options;
    const parser = new GuardedParser(DEFAULT_PARSER_LIMITS, {
      onElement: (element) => {
        if (this.#component === socket) this.#route(element);
        else if (element.name === 'handshake') this.#handshake(socket, id, element.getText());
      },
      onEnd: () => socket.end('</stream:stream>'),
      onViolation: (error) => {
        this.#options.trace.note('jabber server', `the component sends no XML: ${error.message}`);
        socket.destroy();
      },
    });
    parser.on('start', () =>
      socket.write(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' " +
          `xmlns:stream='http://etherx.jabber.org/streams' from='${domain}' id='${id}'>`,
      ),
    );
    socket.on('data', (text: string) => parser.write(text));
  }

  #handshake(socket: Socket, id: string, digest: string): void {
    const { trace, keepsOldComponent } = this.#options;
    const wanted = createHash('sha1').update(`${id}${SECRET}`).digest('hex');
    if (digest !== wanted) throw new Error('the component does not know the secret');
    if (this.#component !== undefined && keepsOldComponent) {
      trace.note('jabber server', 'a second component is refused');
      const ns = 'urn:ietf:params:xml:ns:xmpp-streams';
      socket.end(`<stream:error><conflict xmlns='${ns}'/></stream:error></stream:stream>`);
      return;
    }
    this.#component?.destroy();
    this.#component = socket;
    this.#streams++;
    trace.note('jabber server', 'the component is there');
    socket.write('<handshake/>');
  }

  /** A stanza from the component (RFC 6121, 8.5). */
  #route(stanza: Element): void {
    const { to = '', type } = stanza.attrs;
    const { domain } = this.#options;
    if (to === domain || to.split('/', 1)[0]?.endsWith(`@${domain}`) === true) {
      this.#toComponent(stanza.toString());
      return;
    }
    const client = this.#clients.get(to);
    if (client !== undefined) {
      client.receive(stanza);
      return;
    }
    const isAnswered =
      isIqRequest(stanza) || (stanza.name === 'message' && type !== 'error' && type !== 'headline');
    const error = isAnswered ? errorReply(stanza, 'cancel', 'service-unavailable') : undefined;
    if (error !== undefined) this.#toComponent(error.toString());
  }
}
