import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { TLS_CERTIFICATE, TLS_KEY } from './localhost.js';

const HEADER = `<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' id='before' version='1.0'>`;

/** Takes connections with TLS and passes what is inside on to a port without it. */
export class TlsFront {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Everything that came in before TLS. */
  plain = '';

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * @param target port on loopback
   * @param features stream features, when TLS begins by StartTLS; `injected` is said by somebody in between, in clear
   */
  static async listen(
    target: number,
    starttls?: { readonly features: string; readonly injected?: string },
  ): Promise<TlsFront> {
    const server = createServer();
    const front = new TlsFront(server);
    server.on('connection', (socket) => {
      front.#keep(socket);
      if (starttls === undefined) front.#encrypt(socket, target);
      else void front.#negotiate(socket, starttls).then((isOn) => isOn && front.#encrypt(socket, target));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #negotiate(
    socket: Socket,
    { features, injected = '' }: { readonly features: string; readonly injected?: string },
  ): Promise<boolean> {
    if (!(await this.#heard(socket, '>'))) return false;
    socket.write(`${HEADER}${features}`);
    if (!(await this.#heard(socket, '<starttls'))) return false;
    socket.write(`<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>${injected}`);
    return true;
  }

  async #heard(socket: Socket, what: string): Promise<boolean> {
    const begin = this.plain.length;
    while (
      !this.plain
        .slice(begin)
        .replace(/<\?xml[^>]*>/, '')
        .includes(what)
    ) {
      const outcome = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => undefined)]);
      if (outcome === undefined) return false;
      this.plain += String(outcome[0]);
    }
    return true;
  }

  #encrypt(socket: Socket, target: number): void {
    const inside = new TLSSocket(socket, { isServer: true, cert: TLS_CERTIFICATE, key: TLS_KEY });
    const behind = connect(target, '127.0.0.1');
    this.#keep(inside);
    this.#keep(behind);
    inside.pipe(behind);
    behind.pipe(inside);
    inside.on('close', () => behind.destroy());
    behind.on('close', () => inside.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
