import { SilcDisconnectError, SilcError, SilcKeyExchangeError } from '../errors.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { PacketDecoder, PacketEncoder } from '../frame.js';
import { NO_ID, type TypedId } from '../ids.js';
import { decodePayload, encodePayload } from '../packets/codec.js';
import { disconnectPayload } from '../packets/disconnect.js';
import { PacketType } from '../packets/packet-type.js';
import { statusPayload } from '../packets/status-payload.js';
import type { ByteStream } from '../stream.js';
import { turns } from '../../util/turn-scheduler.js';
import { failureText } from './failure.js';

/** After a failure the peer gets so many milliseconds to read FAILURE and to close. */
const LINGER_MS = 2_000;

/** Octets read and dropped while lingering. */
const LINGER_OCTETS = 1 << 20;

/** Packets in the clear over a byte stream, one at a time: what a key exchange needs of a connection. */
export class HandshakeLink {
  readonly stream: ByteStream;
  readonly encoder: PacketEncoder;
  readonly decoder: PacketDecoder;
  readonly localId: TypedId;
  #remoteId: TypedId = NO_ID;
  #peerGone = false;

  constructor(stream: ByteStream, backend: CryptoBackend, localId: TypedId) {
    this.stream = stream;
    this.encoder = new PacketEncoder(backend);
    this.decoder = new PacketDecoder(backend);
    this.localId = localId;
  }

  /** The source of the peer's packets: a server tells its ID from the first packet on. */
  get remoteId(): TypedId {
    return this.#remoteId;
  }

  async send(type: number, payload: Uint8Array): Promise<void> {
    const packet = { type, flags: 0, source: this.localId, destination: this.#remoteId, payload };
    await this.stream.write(this.encoder.encode(packet));
  }

  /**
   * The payload of the next packet, which has to be of this type.
   * @param onPacket runs before anything behind the packet is looked at: the place to change the keys
   * @throws SilcKeyExchangeError on FAILURE, SilcDisconnectError on DISCONNECT, SilcError `malformed` on another type,
   *   `closed` at the end of the stream
   */
  async expect(type: number, onPacket?: () => void): Promise<Uint8Array> {
    for (;;) {
      const packet = this.decoder.next();
      if (packet === undefined) {
        await this.#readMore();
        continue;
      }
      if (packet.source.type !== 0) this.#remoteId = packet.source;
      if (packet.type === type) {
        onPacket?.();
        return packet.payload;
      }
      this.#checkRefusal(packet.type, packet.payload);
      throw new SilcError('malformed', `packet of type ${packet.type} in a key exchange`);
    }
  }

  /** Tells the peer why it failed, where the peer is still there, and closes. Never rejects. */
  async fail(status: number, disconnectStatus?: number): Promise<void> {
    if (this.#peerGone) {
      this.stream.destroy();
      return;
    }
    try {
      await this.send(PacketType.failure, encodePayload(statusPayload, status));
      if (disconnectStatus !== undefined) {
        const payload = encodePayload(disconnectPayload, { status: disconnectStatus, text: '' });
        await this.send(PacketType.disconnect, payload);
      }
    } catch {
      // The peer is gone already; nothing is left to be told.
    }
    closeGently(this.stream);
  }

  async #readMore(): Promise<void> {
    let chunk: Uint8Array | undefined;
    try {
      chunk = await this.stream.read();
    } catch (error) {
      this.#peerGone = true;
      throw error;
    }
    if (chunk === undefined) {
      this.#peerGone = true;
      throw new SilcError('closed', 'connection ended in the key exchange');
    }
    // Each answer costs milliseconds, and hundreds come together when a server is back.
    await turns.turn();
    this.decoder.push(chunk);
  }

  #checkRefusal(type: number, payload: Uint8Array): void {
    if (type === PacketType.failure) {
      this.#peerGone = true;
      const status = decodePayload(statusPayload, payload);
      throw new SilcKeyExchangeError(status, `key exchange refused by the peer: ${failureText(status)}`);
    }
    if (type === PacketType.disconnect) {
      this.#peerGone = true;
      throw disconnectError(payload);
    }
  }
}

/** The error that a DISCONNECT packet stands for. An empty payload counts as status 0. */
export function disconnectError(payload: Uint8Array): SilcDisconnectError {
  if (payload.length === 0) return new SilcDisconnectError(0, '');
  const { status, text } = decodePayload(disconnectPayload, payload);
  return new SilcDisconnectError(status, text);
}

/**
 * Half-closes and drops the stream once the peer has closed too, or after a moment: a stream dropped at once can lose
 * what was just written.
 */
function closeGently(stream: ByteStream): void {
  stream.end();
  const timer = setTimeout(() => stream.destroy(), LINGER_MS);
  timer.unref();
  const drain = async (): Promise<void> => {
    let octets = 0;
    try {
      while (octets < LINGER_OCTETS) {
        const chunk = await stream.read();
        if (chunk === undefined) break;
        octets += chunk.length;
      }
    } catch {
      // Broken is closed as well.
    }
    clearTimeout(timer);
    stream.destroy();
  };
  void drain();
}
