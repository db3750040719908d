import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One connection through the proxy. */
interface Link {
  readonly near: Socket;
  readonly far: Socket;
}

/** Stands between a client and a server on the loopback, so that a test can break single connections between them. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #target: number;
  readonly #links: Link[] = [];
  /** Connections that wait for {@link release}. */
  #held: Socket[] | undefined;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near) => {
      if (this.#held === undefined) this.#pass(near);
      else this.#held.push(near);
    });
  }

  /** @param target port of the server */
  static async listen(target: number): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, target);
  }

  /** Connections that were passed on so far. */
  get count(): number {
    return this.#links.length;
  }

  /** Connections from now on are accepted and get no answer. */
  hold(): void {
    this.#held ??= [];
  }

  /** They are passed on again, those that have waited too. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const near of held) if (!near.destroyed) this.#pass(near);
  }

  /**
   * Breaks a connection for the client; the server does not notice, until {@link bury}.
   * @param index in the order in which they were passed on
   */
  cut(index: number): void {
    const link = this.#links[index];
    if (link === undefined) throw new Error(`no connection ${index}`);
    link.far.unpipe(link.near);
    link.far.resume();
    link.near.destroy();
  }

  /** A connection stays, and passes nothing on any more in either direction. Whoever closes an end of it is not noticed at the other. */
  freeze(index: number): void {
    const link = this.#links[index];
    if (link === undefined) throw new Error(`no connection ${index}`);
    const { near, far } = link;
    near.unpipe(far).resume();
    far.unpipe(near).resume();
    near.removeAllListeners('end');
    far.removeAllListeners('close');
    far.removeAllListeners('error').on('error', () => undefined);
  }

  /** The client has a last word from the server, which knows nothing of it, and the connection is over for both. */
  endBy(index: number, lastWord: string): void {
    const link = this.#links[index];
    if (link === undefined) throw new Error(`no connection ${index}`);
    link.far.unpipe(link.near);
    link.near.end(lastWord);
    link.near.once('close', () => link.far.destroy());
  }

  /** Resolves when the client sends this from now on, in one piece. */
  async says(index: number, text: string): Promise<void> {
    const near = this.#links[index]?.near;
    await new Promise<void>((resolve) => {
      const look = (data: Buffer): void => {
        if (!data.includes(text)) return;
        near?.off('data', look);
        resolve();
      };
      near?.on('data', look);
    });
  }

  /** Resolves when the client has closed a connection. */
  async left(index: number): Promise<void> {
    const near = this.#links[index]?.near;
    if (near?.destroyed === false) await once(near, 'close');
  }

  /** The server notices that a connection was cut. */
  bury(index: number): void {
    this.#links[index]?.far.destroy();
  }

  async close(): Promise<void> {
    for (const { near, far } of this.#links) {
      near.destroy();
      far.destroy();
    }
    for (const near of this.#held ?? []) near.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #pass(near: Socket): void {
    const far = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    this.#links.push({ near, far });
    near.on('error', () => undefined);
    far.on('error', () => near.destroy());
    near.pipe(far, { end: false });
    far.pipe(near);
    // The end of the client's side that `cut` makes stays unknown to the server.
    near.on('end', () => far.end());
    // Where the server has ended it, the client is to end it too: only then it is known to send nothing more.
    far.on('close', (isBroken) => {
      if (isBroken) near.destroy();
      else near.unpipe(far).resume().end();
    });
  }
}
