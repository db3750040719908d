import type { CryptoBackend } from './crypto/backend.js';
import type { SilcPublicKey } from './crypto/public-key.js';
import type { Packet, PacketDecoder, PacketEncoder } from './frame.js';
import type { TypedId } from './ids.js';
import type { RekeyPolicy } from './ke/rekey-trigger.js';
import type { Exchange } from './ke/state.js';
import type { ByteStream } from './stream.js';

/** What a key exchange leaves for later; no key is among it. */
export type ExchangeSummary = Omit<Exchange, 'keys'>;

export interface ConnectionOptions {
  /** When to start a rekey without being asked; default never. A silcd never starts one, its clients do. */
  readonly rekey?: RekeyPolicy;
  /** Deadline of one rekey in milliseconds, default 30,000; the connection is closed with `timeout` after it. */
  readonly rekeyTimeoutMs?: number;
  /** How long `close()` waits for the peer in milliseconds, default 5,000. */
  readonly closeTimeoutMs?: number;
  /** A peer that takes nothing for so many milliseconds is given up with `timeout`; default 60,000. */
  readonly writeTimeoutMs?: number;
  /** Octets that may wait for the stream, default 2^20; `send` then throws `overflow`. */
  readonly maxPendingOctets?: number;
}

/** A packet to send. Source and destination default to the connection's own and the peer's ID. */
export interface OutgoingPacket {
  readonly type: number;
  readonly payload: Uint8Array;
  readonly flags?: number;
  readonly source?: TypedId;
  readonly destination?: TypedId;
}

/** What a completed key exchange hands over. */
export interface ConnectionParts {
  readonly stream: ByteStream;
  /** With the session's keys. */
  readonly encoder: PacketEncoder;
  readonly decoder: PacketDecoder;
  readonly backend: CryptoBackend;
  readonly exchange: ExchangeSummary;
  /** `SessionKeys.rekeySecret`; belongs to the connection from here on. */
  readonly rekeySecret: Uint8Array;
  /** Own public key. */
  readonly publicKey: SilcPublicKey;
  readonly localId: TypedId;
  readonly remoteId: TypedId;
}

/** Who waits for a packet. */
export interface Receiver {
  readonly resolve: (packet: Packet | undefined) => void;
  readonly reject: (error: unknown) => void;
}
