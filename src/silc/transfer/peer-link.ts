import type { SilcConnection } from '../connection.js';
import { SilcDisconnectError, SilcError } from '../errors.js';
import { withDeadline } from '../ke/deadline.js';
import { decodePayload, encodePayload } from '../packets/codec.js';
import { fileTransferPayload, FileTransferType } from '../packets/file-transfer.js';
import { PacketType } from '../packets/packet-type.js';
import { SilcTransferError } from './errors.js';
import { reasonOf } from '../../util/race.js';

/** Packets of other types that are passed over. */
const MAX_FOREIGN = 64;

/** How long the receiver of a file gets to close, once it has everything. */
const LINGER_MS = 3_000;

/**
 * SFTP packets between two peers: each is in one FTP packet behind the type octet. Every wait has a
 * deadline, and aborting the signal closes the connection.
 */
export class PeerLink {
  readonly #connection: SilcConnection;
  readonly #stallTimeoutMs: number;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => void this.#connection.close();
  #foreign = 0;

  constructor(connection: SilcConnection, stallTimeoutMs: number, signal: AbortSignal) {
    this.#connection = connection;
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#signal = signal;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Resolves when the stream has taken it. @throws the reason of the signal, SilcError */
  async send(sftp: Uint8Array): Promise<void> {
    const payload = encodePayload(fileTransferPayload, { type: FileTransferType.sftp, data: sftp });
    try {
      await this.#connection.send({ type: PacketType.fileTransfer, payload });
    } catch (error) {
      throw this.#signal.aborted ? reasonOf(this.#signal) : error;
    }
  }

  /**
   * The next SFTP packet; undefined when the peer has closed.
   * @throws SilcTransferError `timeout` when nothing comes, the reason of the signal, SilcError `malformed`,
   *   `unsupported`, `authentication`, `closed`
   */
  async receive(timeoutMs = this.#stallTimeoutMs): Promise<Uint8Array | undefined> {
    const limits = { timeoutMs, signal: this.#signal };
    try {
      return await withDeadline(
        'waiting for the peer',
        limits,
        () => undefined,
        () => this.#next(),
      );
    } catch (error) {
      if (this.#signal.aborted) throw reasonOf(this.#signal);
      if (error instanceof SilcDisconnectError) return undefined;
      if (error instanceof SilcError && error.code === 'timeout') {
        throw new SilcTransferError('timeout', 'the peer stays silent', { cause: error });
      }
      throw error;
    }
  }

  /** Says good-bye and closes, within a few seconds and without waiting for it. */
  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    void this.#connection.close();
  }

  /** Lets the peer close first, as the receiver does that has everything; not for long. */
  closeAfterPeer(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    const drain = async (): Promise<void> => {
      for (let i = 0; i < MAX_FOREIGN; i++) if ((await this.#connection.receive()) === undefined) return;
    };
    const limits = { timeoutMs: LINGER_MS };
    void withDeadline('waiting for the peer', limits, () => undefined, drain)
      .catch(() => undefined)
      .then(() => this.#connection.close());
  }

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const packet = await this.#connection.receive();
      if (packet === undefined) return undefined;
      if (packet.type === PacketType.fileTransfer) {
        const { type, data } = decodePayload(fileTransferPayload, packet.payload);
        if (type === FileTransferType.sftp) return data;
        throw new SilcError('unsupported', `file transfer of type ${type}`);
      }
      if (++this.#foreign > MAX_FOREIGN) throw new SilcError('limit', 'too many packets of other types');
    }
  }
}
