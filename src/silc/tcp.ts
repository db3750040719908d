import { connect as connectSocket, type Socket } from 'node:net';
import { SilcError } from './errors.js';
import type { ByteStream } from './stream.js';

/** First keepalive probe after so many idle milliseconds: silcd has no idle timeout, dead peers stay unnoticed. */
const KEEPALIVE_MS = 60_000;

/** A TCP connect that takes longer than this is given up. */
const CONNECT_TIMEOUT_MS = 30_000;

/**
 * A byte stream over a connected socket. Octets are pulled: while nobody reads, the socket's own buffer (64 KiB) fills
 * up and TCP holds the peer back.
 */
class SocketStream implements ByteStream {
  readonly remoteAddress: string | undefined;
  readonly localAddress: string | undefined;
  readonly #socket: Socket;
  #destroyed = false;
  #failure: Error | undefined;
  /** Resolvers of everybody who waits for the socket to change: readable, drained, ended, closed. */
  #waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    this.remoteAddress = socket.remoteAddress;
    this.localAddress = socket.localAddress;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEPALIVE_MS);
    const wake = (): void => this.#wake();
    socket.on('readable', wake).on('drain', wake).on('end', wake).on('close', wake);
    // The error itself is told to whoever reads or writes; without a listener it would end the process.
    socket.on('error', (error) => {
      this.#failure ??= error;
      this.#wake();
    });
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#destroyed) return undefined;
      const chunk: unknown = this.#socket.read();
      if (chunk instanceof Uint8Array) return chunk;
      if (this.#failure !== undefined) throw closed(this.#failure);
      if (this.#socket.readableEnded || this.#socket.destroyed) return undefined;
      await this.#change();
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#checkWritable();
    // The error of a failed write comes as an event too; the callback only keeps it from being thrown.
    if (this.#socket.write(bytes, () => {})) return;
    while (this.#socket.writableNeedDrain) {
      await this.#change();
      this.#checkWritable();
    }
  }

  end(): void {
    if (!this.#destroyed && !this.#socket.destroyed) this.#socket.end();
  }

  destroy(): void {
    this.#destroyed = true;
    this.#socket.destroy();
    this.#wake();
  }

  #checkWritable(): void {
    if (this.#failure !== undefined) throw closed(this.#failure);
    if (this.#destroyed || this.#socket.destroyed || this.#socket.writableEnded) {
      throw new SilcError('closed', 'connection is closed');
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function closed(cause: unknown): SilcError {
  const reason = cause instanceof Error ? cause.message : 'unknown reason';
  return new SilcError('closed', `connection broke: ${reason}`, { cause });
}

/** Wraps an accepted or connected socket; the socket must not be used otherwise afterwards. */
export function streamOfSocket(socket: Socket): ByteStream {
  return new SocketStream(socket);
}

/**
 * Opens a TCP connection, with TCP_NODELAY and keepalive.
 * @param timeoutMs deadline of name resolution and connect together, default 30,000.
 * @throws SilcError `closed` when it fails or `signal` aborts, `timeout` when the deadline passes.
 */
export async function connectTcp(
  host: string,
  port: number,
  signal?: AbortSignal,
  timeoutMs = CONNECT_TIMEOUT_MS,
): Promise<ByteStream> {
  if (signal?.aborted) throw new SilcError('closed', 'connect was aborted', { cause: signal.reason });
  const socket = connectSocket({ host, port });
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      onAbort = () => reject(new SilcError('closed', 'connect was aborted', { cause: signal?.reason }));
      signal?.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(
        () => reject(new SilcError('timeout', `no connection to ${host}:${port} within ${timeoutMs} ms`)),
        timeoutMs,
      );
      socket.once('connect', () => resolve());
      socket.once('error', (error) => reject(closed(error)));
    });
    return new SocketStream(socket);
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}
