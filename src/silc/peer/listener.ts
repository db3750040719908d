import { setMaxListeners } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { SilcConnection } from '../connection.js';
import type { ByteStream } from '../stream.js';
import { streamOfSocket } from '../tcp.js';
import { SilcPeerError, peerError } from './errors.js';
import { abortable } from '../../util/race.js';

/** Where this side listens for peers. */
export interface ListenOptions {
  /** Address to bind to. */
  readonly host: string;
  /** Address or host name that peers are told; default `host`. Behind a translated address it is the outer one. */
  readonly publicHost?: string;
  /** Ports to bind to, both ends included; default any free port. */
  readonly ports?: { readonly first: number; readonly last: number };
}

/** Connections at a time. Beyond, the oldest one that has said nothing yet makes room: it must not keep the peer out. */
const MAX_CONNECTIONS = 16;

/** Connections that say something and fail before the listener gives up: each may cost the computing of a key exchange. */
const MAX_FAILURES = 32;

/** Ports that are tried at most. */
const MAX_PORTS = 256;

/** Makes a connection of an accepted stream, and owns the stream. Aborting the signal ends it. */
export type Handshake = (stream: ByteStream, signal: AbortSignal) => Promise<SilcConnection>;

/** A listening port for one peer. Whoever connects first with the right key is it. */
export class PeerListener {
  readonly port: number;
  readonly #server: Server;
  readonly #arrivals: Arrivals;
  #lastFailure: SilcPeerError | undefined;

  private constructor(server: Server, port: number, arrivals: Arrivals) {
    this.#server = server;
    this.port = port;
    this.#arrivals = arrivals;
  }

  /** @throws SilcPeerError `no-listener` when no port is free or the address is not one of this host */
  static async open({ host, ports }: ListenOptions, signal: AbortSignal): Promise<PeerListener> {
    let cause: unknown;
    for (const port of candidates(ports)) {
      signal.throwIfAborted();
      const server = createServer();
      const arrivals = new Arrivals(server);
      try {
        return new PeerListener(server, await bind(server, host, port), arrivals);
      } catch (error) {
        cause = error;
        if (!isTaken(error)) break;
      }
    }
    throw new SilcPeerError('no-listener', 'no port to listen on', { cause });
  }

  /** Why the last connection that came was not the peer's. */
  get lastFailure(): SilcPeerError | undefined {
    return this.#lastFailure;
  }

  /**
   * Waits for the peer. The caller bounds the time by the signal; the port is closed afterwards in any case.
   * @throws the reason of the signal, or SilcPeerError `limit` after too many strangers
   */
  async accept(handshake: Handshake, signal: AbortSignal): Promise<SilcConnection> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    // Every handshake listens to it: what looks like a leak is their number.
    setMaxListeners(0, either);
    /** Oldest first. */
    const sockets = new Set<Socket>();
    let failures = 0;
    try {
      return await abortable(
        new Promise<SilcConnection>((resolve, reject) => {
          const failed = (socket: Socket, error: unknown): void => {
            if (isSilent(socket)) return;
            failures++;
            this.#lastFailure = peerError(error);
            if (failures < MAX_FAILURES) return;
            // The peer itself with another key, or strangers.
            const options = { cause: this.#lastFailure };
            reject(new SilcPeerError('limit', 'too many connections that were not the peer', options));
          };
          this.#arrivals.take((socket) => {
            if (sockets.size >= MAX_CONNECTIONS) dropSilent(sockets);
            if (either.aborted || sockets.size >= MAX_CONNECTIONS) {
              socket.destroy();
              return;
            }
            sockets.add(socket);
            void handshake(streamOfSocket(socket), either)
              .then((connection) => {
                // The first one has won; or the time is over.
                if (either.aborted) connection.destroy();
                else {
                  stop.abort(new SilcPeerError('aborted', 'another connection was taken'));
                  resolve(connection);
                }
              })
              .catch((error: unknown) => failed(socket, error))
              .finally(() => sockets.delete(socket));
          });
        }),
        signal,
      );
    } finally {
      stop.abort(new SilcPeerError('aborted', 'not listening any more'));
      this.close();
    }
  }

  close(): void {
    this.#server.close();
    this.#arrivals.drop();
  }
}

/** Connections that come before anybody accepts them: the peer may be faster than the word of its address. */
class Arrivals {
  readonly #early: Socket[] = [];
  #taker: ((socket: Socket) => void) | undefined;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      if (this.#taker !== undefined) {
        this.#taker(socket);
        return;
      }
      // Nobody else would hear of it, and then a reset would end the process.
      socket.on('error', () => undefined);
      if (this.#early.length < MAX_CONNECTIONS) this.#early.push(socket);
      else socket.destroy();
    });
  }

  /** From now on connections go here, the early ones first. */
  take(taker: (socket: Socket) => void): void {
    this.#taker = taker;
    for (const socket of this.#early.splice(0)) taker(socket);
  }

  /** Ends those that nobody has taken. */
  drop(): void {
    for (const socket of this.#early.splice(0)) socket.destroy();
  }
}

/** Whether nothing has come over it: a scanner, or somebody who wants to fill the port. */
const isSilent = ({ bytesRead }: Socket): boolean => bytesRead === 0;

function dropSilent(sockets: Set<Socket>): void {
  const oldest = [...sockets].find(isSilent);
  if (oldest === undefined) return;
  sockets.delete(oldest);
  oldest.destroy();
}

/** Starts anywhere in the range, so that two listeners do not try the same ports in the same order. */
function* candidates(ports: ListenOptions['ports']): Generator<number> {
  if (ports === undefined) {
    yield 0;
    return;
  }
  const count = ports.last - ports.first + 1;
  const start = Math.floor(Math.random() * count);
  for (let i = 0; i < Math.min(count, MAX_PORTS); i++) yield ports.first + ((start + i) % count);
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.removeListener('error', reject);
      // What comes later (no descriptor left for a connection) must not end the process.
      server.on('error', () => undefined);
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new SilcPeerError('no-listener', 'listening without a port'));
    });
  });
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
  );
}
