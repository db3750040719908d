import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How octets of new and old connections pass. */
export interface Manner {
  /** Each piece comes so much later, milliseconds. */
  readonly delayMs: number;
  /** Cuts into pieces of so many octets; 0 as they come. */
  readonly pieceOctets: number;
}

/** Who of the two ends learns at once that a connection is gone. */
export type Noticed = 'both' | 'near' | 'far' | 'nobody';

const MAX_QUEUED = 1 << 20;

/** One direction of a connection. */
class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #manner: () => Manner;
  #queue: Buffer[] = [];
  #octets = 0;
  #stalledUntil = 0;
  #isLost = false;
  #isPumping = false;

  constructor(from: Socket, to: Socket, manner: () => Manner) {
    this.#from = from;
    this.#to = to;
    this.#manner = manner;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** What comes from now on, and what is on its way, goes nowhere. */
  lose(): void {
    this.#isLost = true;
    this.#queue = [];
    this.#from.resume();
  }

  stall(ms: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, performance.now() + ms);
  }

  /** Everything that was read is written before the end is. */
  async end(): Promise<void> {
    while (this.#isPumping && !this.#isLost) await pause(5);
    if (!this.#isLost) this.#to.end();
  }

  #take(chunk: Buffer): void {
    if (this.#isLost) return;
    this.#queue.push(chunk);
    this.#octets += chunk.length;
    if (this.#octets > MAX_QUEUED) this.#from.pause();
    if (!this.#isPumping) void this.#pump();
  }

  async #pump(): Promise<void> {
    this.#isPumping = true;
    for (let chunk = this.#queue.shift(); chunk !== undefined; chunk = this.#queue.shift()) {
      this.#octets -= chunk.length;
      if (this.#octets <= MAX_QUEUED) this.#from.resume();
      const { delayMs, pieceOctets } = this.#manner();
      if (delayMs > 0) await pause(delayMs);
      const size = pieceOctets > 0 ? pieceOctets : chunk.length;
      for (let at = 0; at < chunk.length; at += size) {
        while (performance.now() < this.#stalledUntil) await pause(this.#stalledUntil - performance.now());
        if (this.#isLost) break;
        if (this.#to.writable) this.#to.write(chunk.subarray(at, at + size));
        if (at + size < chunk.length) await new Promise(setImmediate);
      }
    }
    this.#isPumping = false;
  }
}

/** A connection through the proxy. */
class Connection {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #out: Pipe;
  readonly #in: Pipe;
  /** The other end is not told of an end. */
  #isHalfOpen = false;

  constructor(near: Socket, target: { readonly host: string; readonly port: number }, manner: () => Manner) {
    this.#near = near;
    this.#far = connect({ ...target, noDelay: true });
    this.#out = new Pipe(near, this.#far, manner);
    this.#in = new Pipe(this.#far, near, manner);
    for (const [socket, pipe, other] of [
      [near, this.#out, this.#far],
      [this.#far, this.#in, near],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('end', () => {
        if (!this.#isHalfOpen) void pipe.end();
      });
      socket.on('close', (hadError) => {
        if (this.#isHalfOpen) return;
        if (hadError) other.destroy();
        else void pipe.end().then(() => other.destroySoon());
      });
    }
  }

  get isOpen(): boolean {
    return !this.#near.destroyed && !this.#far.destroyed && !this.#isHalfOpen;
  }

  /** What is on its way is lost, too. */
  break(noticed: Noticed): void {
    this.#isHalfOpen = true;
    this.#out.lose();
    this.#in.lose();
    if (noticed === 'both' || noticed === 'near') this.#near.resetAndDestroy();
    if (noticed === 'both' || noticed === 'far') this.#far.resetAndDestroy();
  }

  /** The far end learns of it. */
  bury(): void {
    if (this.#isHalfOpen) this.#far.resetAndDestroy();
  }

  stall(ms: number, direction: 'out' | 'in' | 'both'): void {
    if (direction !== 'in') this.#out.stall(ms);
    if (direction !== 'out') this.#in.stall(ms);
  }

  destroy(): void {
    this.#near.destroy();
    this.#far.destroy();
  }
}

/** Stands between the gateway (the near end) and a server (the far end), and does to connections what networks do. */
export class FaultProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #connections = new Set<Connection>();
  #manner: Manner = { delayMs: 0, pieceOctets: 0 };
  #isRefusing = false;
  /** Connections that are accepted and wait. */
  #held: Socket[] | undefined;

  private constructor(server: Server, target: { readonly host: string; readonly port: number }) {
    this.#server = server;
    this.#target = target;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near) => this.#accept(near));
  }

  static async listen(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultProxy(server, target);
  }

  set manner(manner: Manner) {
    this.#manner = manner;
  }

  /** Those that nobody has broken. */
  get open(): readonly {
    break(noticed: Noticed): void;
    stall(ms: number, direction: 'out' | 'in' | 'both'): void;
  }[] {
    return [...this.#connections].filter(({ isOpen }) => isOpen);
  }

  /** New connections are dropped at once. */
  refuse(is: boolean): void {
    this.#isRefusing = is;
  }

  /** New connections are accepted, and get no answer until it ends. */
  hold(is: boolean): void {
    if (is) {
      this.#held ??= [];
      return;
    }
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const near of held) if (!near.destroyed) this.#pass(near);
  }

  /** The server learns of all connections that are broken. */
  bury(): void {
    for (const connection of this.#connections) connection.bury();
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    for (const near of this.#held ?? []) near.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    if (this.#isRefusing) near.resetAndDestroy();
    else if (this.#held === undefined) this.#pass(near);
    else this.#held.push(near);
  }

  #pass(near: Socket): void {
    this.#connections.add(new Connection(near, this.#target, () => this.#manner));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
