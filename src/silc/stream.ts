/**
 * A byte stream as the engine sees it: TCP in `tcp.ts`, in-memory pairs and faulty streams in tests, tunnels later.
 * The engine never touches a socket elsewhere.
 */
export interface ByteStream {
  /**
   * The next octets, cut anywhere; undefined at the end of the stream. One reader at a time.
   * @throws SilcError `closed` when the stream broke.
   */
  read(): Promise<Uint8Array | undefined>;
  /**
   * As `read`, at once: null where nothing has come yet. A stream that has this has `onReadable` as well; others are read by waiting,
   * which costs each idle connection a promise and what hangs on it.
   * @throws as `read`
   */
  readNow?(): Uint8Array | undefined | null;
  /** Has a listener, the only one, called whenever there may be something to read: octets, the end, or why the stream broke. */
  onReadable?(listener: () => void): void;
  /**
   * Undefined where the octets were handed on and the send queue still has room; otherwise resolves when it has room again (backpressure).
   * @throws SilcStreamOverError where the stream was over before, and nothing was taken; SilcError `closed` where something may have been
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** Half-closes: what was written still arrives. Safe to call twice. */
  end(): void;
  /** Drops the stream at once; a pending read() ends with undefined. Safe to call twice. */
  destroy(): void;
  /** Peer address for logs and ID creation, e.g. `127.0.0.1`; undefined where there is none. */
  readonly remoteAddress: string | undefined;
  readonly localAddress: string | undefined;
}
