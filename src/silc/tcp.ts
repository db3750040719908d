import { connect as connectSocket, type Socket } from 'node:net';
import { SilcError, SilcStreamOverError } from './errors.js';
import { packetCopy, unpinned } from './frame-memory.js';
import type { ByteStream } from './stream.js';

/** First keepalive probe after so many idle milliseconds: silcd has no idle timeout, dead peers stay unnoticed. */
const KEEPALIVE_MS = 60_000;

/** A TCP connect that takes longer than this is given up. */
const CONNECT_TIMEOUT_MS = 30_000;

/** Octets that may lie unread before the socket is not read any more, and TCP holds the peer back. */
const HIGH_WATER = 64 * 1024;

/**
 * Reads that may lie unread before that. Where packets come faster than their turn, as on hundreds of connections of one full
 * channel, the rest of them comes in one read instead of one each.
 */
const MOST_UNREAD = 4;

/**
 * Where the sockets that were connected here read into: one for all, because what came is copied before the next read.
 * That spares Node a buffer of 64 KiB, a Readable's queue and two events for each read.
 */
const readBuffer = new Uint8Array(64 * 1024);

/** A byte stream over a connected socket. Octets are pulled: see {@link HIGH_WATER}. */
class SocketStream implements ByteStream {
  readonly remoteAddress: string | undefined;
  readonly localAddress: string | undefined;
  readonly #socket: Socket;
  readonly #unread: Uint8Array[] = [];
  #unreadOctets = 0;
  #paused = false;
  #ended = false;
  #destroyed = false;
  #failure: Error | undefined;
  /** Resolvers of everybody who waits for the socket to change: octets, drained, ended, closed. */
  #waiting: (() => void)[] = [];
  #onReadable: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.remoteAddress = socket.remoteAddress;
    this.localAddress = socket.localAddress;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEPALIVE_MS);
    const wake = (): void => this.#wake();
    socket.on('drain', wake).on('close', wake);
    socket.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    // The error itself is told to whoever reads or writes; without a listener it would end the process.
    socket.on('error', (error) => {
      this.#failure ??= error;
      this.#wake();
    });
  }

  /** Takes octets that nobody will change. False where the socket is to be paused. */
  take(chunk: Uint8Array): boolean {
    this.#unread.push(chunk);
    this.#unreadOctets += chunk.length;
    this.#wake();
    // Nobody has read it at once.
    const { length } = this.#unread;
    if (length > 0) this.#unread[length - 1] = unpinned(chunk);
    this.#paused = this.#unreadOctets >= HIGH_WATER || this.#unread.length >= MOST_UNREAD;
    return !this.#paused;
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.readNow();
      if (chunk !== null) return chunk;
      await this.#change();
    }
  }

  readNow(): Uint8Array | undefined | null {
    if (this.#destroyed) return undefined;
    const chunk = this.#unread.shift();
    if (chunk === undefined) {
      if (this.#failure !== undefined) throw closed(this.#failure);
      return this.#ended || this.#socket.destroyed ? undefined : null;
    }
    this.#unreadOctets -= chunk.length;
    if (this.#paused && this.#unread.length === 0) {
      this.#paused = false;
      this.#socket.resume();
    }
    return chunk;
  }

  onReadable(listener: () => void): void {
    this.#onReadable = listener;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    const before = this.#whyOver();
    if (before !== undefined) throw new SilcStreamOverError(before.message, { cause: before.cause });
    // The error of a failed write comes as an event too; the callback only keeps it from being thrown.
    return this.#socket.write(bytes, noted) ? undefined : this.#drained();
  }

  async #drained(): Promise<void> {
    while (this.#socket.writableNeedDrain) {
      await this.#change();
      const over = this.#whyOver();
      if (over !== undefined) throw over;
    }
  }

  end(): void {
    if (!this.#destroyed && !this.#socket.destroyed) this.#socket.end();
  }

  destroy(): void {
    this.#destroyed = true;
    this.#unread.length = 0;
    this.#socket.destroy();
    this.#wake();
  }

  /** Why nothing can be written any more. */
  #whyOver(): SilcError | undefined {
    if (this.#failure !== undefined) return closed(this.#failure);
    const { destroyed, writableEnded } = this.#socket;
    const isOver = this.#destroyed || destroyed || writableEnded;
    return isOver ? new SilcError('closed', 'connection is closed') : undefined;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    if (waiting.length > 0) this.#waiting = [];
    for (const resolve of waiting) resolve();
    this.#onReadable?.();
  }
}

const noted = (): void => undefined;

function closed(cause: unknown): SilcError {
  const reason = cause instanceof Error ? cause.message : 'unknown reason';
  return new SilcError('closed', `connection broke: ${reason}`, { cause });
}

/** Wraps an accepted or connected socket; the socket must not be used otherwise afterwards. */
export function streamOfSocket(socket: Socket): ByteStream {
  const stream = new SocketStream(socket);
  socket.on('data', (chunk: Uint8Array) => {
    if (!stream.take(chunk)) socket.pause();
  });
  return stream;
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
  let stream: SocketStream | undefined;
  const callback = (length: number, buffer: Uint8Array): boolean =>
    stream?.take(packetCopy(buffer.subarray(0, length))) ?? false;
  const socket = connectSocket({ host, port, onread: { buffer: readBuffer, callback } });
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<ByteStream>((resolve, reject) => {
      onAbort = () => reject(new SilcError('closed', 'connect was aborted', { cause: signal?.reason }));
      signal?.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(
        () => reject(new SilcError('timeout', `no connection to ${host}:${port} within ${timeoutMs} ms`)),
        timeoutMs,
      );
      socket.once('connect', () => resolve((stream = new SocketStream(socket))));
      socket.once('error', (error) => reject(closed(error)));
    });
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}
