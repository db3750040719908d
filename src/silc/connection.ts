import { SilcError } from './errors.js';
import type { Packet, PacketDecoder, PacketEncoder } from './frame.js';
import type { TypedId } from './ids.js';
import { disconnectError } from './ke/handshake-link.js';
import { RekeyRunner } from './ke/rekey-runner.js';
import { SendQueue } from './ke/send-queue.js';
import { encodePayload } from './packets/codec.js';
import { disconnectPayload } from './packets/disconnect.js';
import { PacketType } from './packets/packet-type.js';
import { MAX_INBOX_PACKETS, PACKET_OVERHEAD, PACKETS_PER_SLICE } from './connection-limits.js';
import { brokenConnection, isStreamOver, refusedRekey } from './connection-errors.js';
import type { ByteStream } from './stream.js';
import { calledWithin } from '../util/race.js';
import { turns } from '../util/turn-scheduler.js';
import type {
  ConnectionOptions,
  ConnectionParts,
  ExchangeSummary,
  OutgoingPacket,
  Receiver,
} from './connection-parts.js';

export type * from './connection-parts.js';

/**
 * A protected connection after key exchange: packets in, packets out, rekeys inside.
 *
 * Octets are read while somebody waits in `receive()` or `consume()`, and while a rekey or `close()` needs the peer's answer;
 * otherwise the peer is held back by the stream. REKEY and its companions, HEARTBEAT and DISCONNECT reach neither.
 */
export class SilcConnection {
  readonly exchange: ExchangeSummary;
  readonly #stream: ByteStream;
  readonly #encoder: PacketEncoder;
  readonly #decoder: PacketDecoder;
  readonly #options: ConnectionOptions;
  readonly #queue: SendQueue;
  readonly #rekey: RekeyRunner;
  #localId: TypedId;
  #remoteId: TypedId;
  readonly #inbox: Packet[] = [];
  #receiver: Receiver | undefined;
  #consumer: ((packet: Packet) => void) | undefined;
  #readPaused = false;
  /** How many more reads are answered at once. */
  #hurriedReads = 0;
  /** Whether anything was sent since the last read: it took TCP's acknowledgement along. */
  #answered = true;
  #pumping = false;
  /** Packets read or handed over since others had their turn: also by calls of `receive()`, each of which begins to pump anew. */
  #slice = 0;
  #closing = false;
  #end: { readonly error: SilcError | undefined } | undefined;
  readonly #closeWaiters: (() => void)[] = [];
  #rekeyListener: () => void = () => undefined;

  constructor(parts: ConnectionParts, options: ConnectionOptions = {}) {
    const { stream, encoder, decoder, exchange } = parts;
    this.exchange = exchange;
    this.#stream = stream;
    stream.onReadable?.(() => void this.#pump());
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#options = options;
    this.#localId = parts.localId;
    this.#remoteId = parts.remoteId;
    this.#queue = new SendQueue(stream, {
      maxPendingOctets: options.maxPendingOctets ?? 1 << 20,
      writeTimeoutMs: options.writeTimeoutMs ?? 60_000,
      // What the peer has said before it ended the stream is still to be read, then its end; who writes is told after that.
      onFailure: (error) => {
        if (!isStreamOver(error) || this.#consumer === undefined) this.#finish(brokenConnection(error));
      },
    });
    this.#rekey = new RekeyRunner(
      { ...parts, ...exchange },
      {
        encoder,
        decoder,
        transmit: (type, payload) => void this.#transmit({ type, payload }).catch(() => undefined),
        mayStart: () => this.open && !this.#anonymous,
        heldBack: () => this.#readPaused,
        fail: (error) => this.#finish(brokenConnection(error)),
        started: () => void this.#pump(),
        completed: () => this.#rekeyListener(),
      },
      { policy: options.rekey ?? {}, timeoutMs: options.rekeyTimeoutMs ?? 30_000 },
    );
  }

  /** Default source of what is sent. */
  get localId(): TypedId {
    return this.#localId;
  }

  /** Default destination; a server tells its ID with its first packet. */
  get remoteId(): TypedId {
    return this.#remoteId;
  }

  /** For a client: after NEW_ID and whenever the nickname changes. Applies to the next `send`. */
  setLocalId(id: TypedId): void {
    this.#localId = id;
  }

  /** For a server: the Client ID it gave to the peer. */
  setRemoteId(id: TypedId): void {
    this.#remoteId = id;
  }

  get remoteAddress(): string | undefined {
    return this.#stream.remoteAddress;
  }

  get localAddress(): string | undefined {
    return this.#stream.localAddress;
  }

  /** False once the connection has ended, failed, or `close()` was called. */
  get open(): boolean {
    return this.#end === undefined && !this.#closing;
  }

  /** Completed rekeys. */
  get rekeyCount(): number {
    return this.#rekey.completed;
  }

  /** The listener is called after each rekey, whoever started it. There is one listener. */
  onRekeyed(listener: () => void): void {
    this.#rekeyListener = listener;
  }

  /** Octets that wait for the stream. */
  get pendingOctets(): number {
    return this.#queue.pendingOctets;
  }

  /**
   * Sends a packet; packets go out in the order of the calls. Resolves when the stream took it and has room again.
   * @param options.longPadding hides the length of the payload: for passphrases
   * @throws SilcError `limit` when it exceeds 65535 octets, `overflow` when too much waits already (nothing is sent then
   *   and the connection stays), `closed`, `timeout`, or what ended the connection
   */
  async send(packet: OutgoingPacket, options: { readonly longPadding?: boolean } = {}): Promise<void> {
    this.#checkOpen();
    this.#queue.checkRoom(packet.payload.length + PACKET_OVERHEAD);
    const written = this.#transmit(packet, options);
    this.#rekey.countSent(packet.payload.length);
    try {
      await written;
    } catch (error) {
      if (this.#end === undefined && isStreamOver(error))
        await calledWithin(this.#options.writeTimeoutMs ?? 60_000, (end) => this.#closeWaiters.push(end));
      throw error;
    }
  }

  /**
   * The next packet; undefined once the peer has ended the stream or this side has closed. One call at a time.
   * @throws SilcDisconnectError when the peer sent DISCONNECT, SilcError `malformed`, `authentication`, `closed`,
   *   `timeout`, SilcKeyExchangeError when a rekey failed; then the same for ever
   */
  async receive(): Promise<Packet | undefined> {
    if (this.#receiver !== undefined) throw new SilcError('usage', 'somebody is already waiting');
    const packet = this.#readPaused ? undefined : this.#inbox.shift();
    if (packet !== undefined) return packet;
    if (this.#end !== undefined) {
      if (this.#end.error !== undefined) throw this.#end.error;
      return undefined;
    }
    const received = new Promise<Packet | undefined>((resolve, reject) => {
      this.#receiver = { resolve, reject };
    });
    void this.#pump();
    return received;
  }

  /**
   * Hands over every packet from now on, all that one read brought in one go. Resolves when the peer has ended the stream or
   * this side has closed. What the consumer throws ends the connection.
   * @throws as {@link receive}
   */
  async consume(consumer: (packet: Packet) => void): Promise<void> {
    if (this.#receiver !== undefined) throw new SilcError('usage', 'somebody is already waiting');
    this.#consumer = consumer;
    if (this.#end === undefined) {
      const ended = new Promise<Packet | undefined>((resolve, reject) => {
        this.#receiver = { resolve, reject };
      });
      void this.#pump();
      await ended;
    }
    for (const packet of this.#inbox.splice(0)) consumer(packet);
    if (this.#end?.error !== undefined) throw this.#end.error;
  }

  /**
   * While paused nothing is read but what a rekey that is already under way needs, at most 256 packets that are kept: the
   * stream fills up and TCP holds the peer back. No rekey is begun meanwhile, unless it is asked for; one that was due begins
   * afterwards. HEARTBEATs of the peer wait as everything else.
   */
  setReadPaused(paused: boolean): void {
    this.#readPaused = paused;
    if (paused) return;
    this.#rekey.resumed();
    void this.#pump();
  }

  /**
   * The peer's answer to what is sent now comes in several small packets. A silcd leaves Nagle's algorithm on: its second one
   * waits until TCP has acknowledged the first, which a kernel puts off by 40 ms unless it has something to send. So each of
   * the next `reads` reads that nothing else answers is answered by a HEARTBEAT; 0 where nothing is awaited any more.
   */
  hurry(reads: number): void {
    this.#hurriedReads = reads;
  }

  /**
   * Changes the keys of both directions now; joins a rekey that is already under way.
   * @throws SilcError `usage` where neither side has an ID: the empty REKEY packet cannot be told without one;
   *   otherwise what ended the connection
   */
  async rekey(): Promise<void> {
    this.#checkOpen();
    if (this.#anonymous) throw new SilcError('usage', 'no rekey on a connection without IDs');
    await this.#rekey.start();
  }

  /**
   * Sends DISCONNECT, ends the stream and waits for the peer to do the same, within a deadline. What the peer still
   * sends is dropped. Never rejects; safe to call twice.
   * @param status a `Status` code, 0 for a plain good-bye
   */
  async close(status = 0, text = ''): Promise<void> {
    if (this.#end !== undefined) return;
    const ended = new Promise<void>((resolve) => this.#closeWaiters.push(resolve));
    if (!this.#closing) {
      this.#closing = true;
      this.#inbox.length = 0;
      const timer = setTimeout(() => this.#finish(undefined), this.#options.closeTimeoutMs ?? 5_000);
      timer.unref();
      this.#closeWaiters.push(() => clearTimeout(timer));
      const payload = encodePayload(disconnectPayload, { status, text });
      this.#transmit({ type: PacketType.disconnect, payload }).catch(() => undefined);
      void this.#queue.idle().then(() => this.#stream.end());
      void this.#pump();
    }
    await ended;
  }

  /** Drops the stream at once; a waiting `receive()` gets undefined. Safe to call at any time. */
  destroy(): void {
    this.#finish(undefined);
  }

  get #anonymous(): boolean {
    return this.#localId.type === 0 && this.#remoteId.type === 0;
  }

  /** Whether packets are wanted now. Judged anew after every packet. */
  get #hungry(): boolean {
    if (this.#end !== undefined) return false;
    if (this.#closing || this.#wanted) return true;
    return this.#rekey.active && this.#inbox.length < MAX_INBOX_PACKETS;
  }

  /** Whether a packet would be taken. */
  get #wanted(): boolean {
    return this.#receiver !== undefined && !this.#readPaused;
  }

  /** All packets that are there in one go: an await for each would cost as much as the packet. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#hungry) {
        const kept = this.#wanted ? this.#inbox.shift() : undefined;
        // While closing not even decoded: the peer's last words may be under keys that are not made any more.
        const packet = this.#closing ? undefined : (kept ?? this.#decoder.next());
        if (packet === undefined) {
          this.#answer();
          const stream = this.#stream;
          const chunk = stream.readNow === undefined ? await stream.read() : stream.readNow();
          if (chunk === null) return; // the stream says when to go on
          // When a server is gone all its connections end at the same moment.
          if (chunk === undefined) await turns.whenFree();
          this.#readMore(chunk);
          this.#slice = PACKETS_PER_SLICE;
        } else if (kept === undefined) {
          this.#handle(packet);
        } else {
          this.#deliver(packet);
        }
        if (++this.#slice > PACKETS_PER_SLICE) {
          const turn = turns.whenFree();
          if (turn !== undefined) await turn;
          this.#slice = 0;
        }
      }
    } catch (error) {
      await turns.whenFree();
      this.#finish(brokenConnection(error));
    } finally {
      this.#pumping = false;
    }
  }

  #answer(): void {
    if (this.#hurriedReads === 0 || this.#answered || this.#anonymous || !this.open) return;
    this.#hurriedReads--;
    this.#transmit({ type: PacketType.heartbeat, payload: new Uint8Array(0) }).catch(() => undefined);
  }

  #readMore(chunk: Uint8Array | undefined): void {
    if (chunk === undefined) {
      this.#finish(undefined);
    } else if (this.open) {
      // Not where the connection has ended or begun to close meanwhile.
      this.#answered = false;
      this.#decoder.push(chunk);
      this.#rekey.countReceived(chunk.length);
    }
  }

  /** Runs between two packets, without an await: what comes next may already be under other keys. */
  #handle(packet: Packet): void {
    switch (packet.type) {
      case PacketType.heartbeat:
        return;
      case PacketType.disconnect:
        this.#finish(disconnectError(packet.payload));
        return;
      case PacketType.rekey:
      case PacketType.rekeyDone:
      case PacketType.keyExchange1:
      case PacketType.keyExchange2:
        this.#rekey.receive(packet.type, packet.payload);
        return;
      case PacketType.failure:
        if (this.#rekey.active) throw refusedRekey(packet.payload);
        this.#deliver(packet);
        return;
      default:
        this.#deliver(packet);
    }
  }

  #deliver(packet: Packet): void {
    const receiver = this.#receiver;
    if (receiver === undefined || this.#readPaused) {
      this.#inbox.push(packet);
    } else if (this.#consumer !== undefined) {
      this.#consumer(packet);
    } else {
      this.#receiver = undefined;
      receiver.resolve(packet);
    }
  }

  /** Encodes at once, so that the order of calls is the order of sequence numbers, and queues the octets. */
  #transmit(packet: OutgoingPacket, options: { readonly longPadding?: boolean } = {}): Promise<void> {
    const { type, payload, flags = 0, source = this.#localId, destination = this.#remoteId } = packet;
    const wire = this.#encoder.encode({ type, flags, source, destination, payload }, options);
    this.#answered = true;
    return this.#queue.push(wire);
  }

  #checkOpen(): void {
    if (this.#end?.error !== undefined) throw this.#end.error;
    if (!this.open) throw new SilcError('closed', 'connection is closed');
  }

  /** The end, by whatever cause: everybody who waits is told, the stream is dropped, keys are wiped. */
  #finish(cause: SilcError | undefined): void {
    if (this.#end !== undefined) return;
    // Whoever closes has done with the peer: what goes wrong meanwhile is of no interest.
    const error = this.#closing ? undefined : cause;
    this.#end = { error };
    const closed = error ?? new SilcError('closed', 'connection is closed');
    this.#queue.abandon(closed);
    this.#stream.destroy();
    this.#encoder.setKeys(undefined);
    this.#decoder.close();
    this.#rekey.end(closed);
    const receiver = this.#receiver;
    this.#receiver = undefined;
    this.#consumer = undefined;
    if (error === undefined) receiver?.resolve(undefined);
    else receiver?.reject(error);
    for (const resolve of this.#closeWaiters.splice(0)) resolve();
  }
}
