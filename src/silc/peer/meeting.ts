import type { SilcConnection } from '../connection.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { nodeBackend } from '../crypto/backend-node.js';
import { fingerprint } from '../crypto/fingerprint.js';
import type { KeyPair } from '../crypto/key-pair.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import { SilcCommandError, SilcError } from '../errors.js';
import type { ClientId } from '../ids.js';
import { initiate, respond, type VerifyPeerKey } from '../ke/driver.js';
import type { AlgorithmProposal } from '../ke/negotiation.js';
import type { Exchange } from '../ke/state.js';
import type { ByteStream } from '../stream.js';
import { connectTcp } from '../tcp.js';
import { allowedAddresses, publicAddresses, type AddressPolicy } from './addresses.js';
import { peerError, SilcPeerError } from './errors.js';
import type { ListenOptions, PeerListener } from './listener.js';
import { monotonicMs } from '../../util/clock.js';
import { abortable, reasonOf } from '../../util/race.js';

/** Where a peer listens. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** The key that a peer has proved to have. */
export interface PeerKey {
  readonly user: ClientId;
  readonly key: SilcPublicKey;
  /** SHA-1, 40 hex digits. */
  readonly fingerprint: string;
  /** What the server says of the user's key; undefined when it says nothing. The two are equal here otherwise. */
  readonly expected: string | undefined;
}

/** How two clients meet: whose key, which algorithms, which addresses. */
export interface MeetingOptions {
  /** The key pair of the session: peers compare it with what the server says. */
  readonly keyPair: KeyPair;
  readonly backend?: CryptoBackend;
  /** Algorithms of the connection between the peers. */
  readonly proposal?: Partial<AlgorithmProposal>;
  /** Addresses that a peer may make this side connect to; default `publicAddresses`. */
  readonly mayConnect?: AddressPolicy;
  /**
   * Judges a peer's key. It is not asked about keys that differ from what the server says: those are refused. Default:
   * the server has to know the key.
   */
  readonly verifyPeer?: (peer: PeerKey) => boolean | Promise<boolean>;
}

/** Who tells about the peer: a session. */
export interface PeerDirectory {
  /** What the server says of a client; undefined when it does not know it. */
  whoisById(
    user: ClientId,
  ): Promise<{ readonly user: { readonly fingerprint: string | undefined } } | undefined>;
  /** The public key of a client; undefined when the server has none. */
  getKey(user: ClientId): Promise<SilcPublicKey | undefined>;
}

/** What the two meet for. */
export interface MeetingPurpose {
  /** The newest ID of the peer. */
  readonly peer: ClientId;
  /** Aborted with the error that ends it. */
  readonly signal: AbortSignal;
  /** For TCP connect and key exchange together, and for each write later, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly writeTimeoutMs: number;
  /** The server does not know this ID. */
  gone(peer: ClientId, error: SilcPeerError): void;
  /** The keys are made and the peer's public key is the right one; the other side does not know that yet. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** How long closing waits for the peer, in milliseconds. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * How two peers meet: TCP, then a key exchange in which both prove their keys. Whoever
 * connects is its initiator. There is no connection authentication, and packets have no IDs.
 */
export class Meeting {
  readonly #options: MeetingOptions;
  readonly #purpose: MeetingPurpose;
  /** What the server says of the peer's key; asked for once, and while the peers are still far from meeting. */
  readonly #expected: Promise<string | undefined>;

  constructor(session: PeerDirectory, options: MeetingOptions, purpose: MeetingPurpose) {
    this.#options = options;
    this.#purpose = purpose;
    this.#expected = expectedFingerprint(session, options, purpose);
    // Where the peers do not meet nobody asks for it.
    this.#expected.catch(() => undefined);
  }

  /**
   * Waits for the peer to connect; the port is closed afterwards.
   * @throws SilcPeerError, the reason of the signal
   */
  async listen(listener: PeerListener): Promise<SilcConnection> {
    const { signal } = this.#purpose;
    try {
      return await listener.accept((stream, stop) => this.#respond(stream, stop), signal);
    } catch (error) {
      // Whoever came had another key: that is why nobody came.
      const failure = listener.lastFailure;
      throw failure?.reason === 'peer-key' ? failure : error;
    }
  }

  /**
   * Connects to where the peer listens.
   * @throws SilcPeerError `address-refused`, `not-connected`, `peer-key`, `key-exchange`, `protocol`, `timeout`, the
   *   reason of the signal
   */
  async connect({ host, port }: PeerAddress): Promise<SilcConnection> {
    const { signal, connectTimeoutMs } = this.#purpose;
    const start = monotonicMs();
    const left = (): number => Math.max(1, connectTimeoutMs - (monotonicMs() - start));
    const policy = this.#options.mayConnect ?? publicAddresses;
    const addresses = await abortable(allowedAddresses(host, port, policy), signal);
    let cause: unknown;
    for (const address of addresses) {
      let stream: ByteStream;
      try {
        stream = await connectTcp(address, port, signal, left());
      } catch (error) {
        if (signal.aborted) throw reasonOf(signal);
        cause = error;
        continue;
      }
      return this.#exchange(() => initiate(stream, { ...this.#common(left(), signal), mutual: true }));
    }
    throw new SilcPeerError('not-connected', `no connection to ${host}:${port}`, { cause });
  }

  #respond(stream: ByteStream, signal: AbortSignal): Promise<SilcConnection> {
    const common = this.#common(this.#purpose.connectTimeoutMs, signal);
    return this.#exchange(() => respond(stream, common));
  }

  async #exchange(handshake: () => Promise<SilcConnection>): Promise<SilcConnection> {
    try {
      return await handshake();
    } catch (error) {
      const failure = peerError(error);
      if (failure.reason !== 'peer-aborted') throw failure;
      throw new SilcPeerError('key-exchange', failure.message, { cause: error });
    }
  }

  #common(timeoutMs: number, signal: AbortSignal) {
    const { keyPair, backend, proposal } = this.#options;
    const { writeTimeoutMs, onExchange } = this.#purpose;
    const verifyPeerKey: VerifyPeerKey = async (key, proved) => {
      const { peer: user } = this.#purpose;
      const expected = await this.#expected;
      if (expected !== undefined && expected !== proved) return false;
      const { verifyPeer } = this.#options;
      return verifyPeer?.({ user, key, fingerprint: proved, expected }) ?? expected !== undefined;
    };
    return {
      ...{ keyPair, timeoutMs, signal, verifyPeerKey },
      ...(backend === undefined ? {} : { backend }),
      ...(proposal === undefined ? {} : { proposal }),
      ...(onExchange === undefined ? {} : { onExchange }),
      connection: { closeTimeoutMs: CLOSE_TIMEOUT_MS, writeTimeoutMs },
    };
  }
}

/**
 * WHOIS tells the fingerprint, GETKEY the key itself. Undefined where the server knows neither. A server says nothing of
 * a packet whose receiver does not exist, so this is also where it shows.
 */
async function expectedFingerprint(
  session: PeerDirectory,
  { backend = nodeBackend }: MeetingOptions,
  purpose: MeetingPurpose,
): Promise<string | undefined> {
  const { peer } = purpose;
  let exists = false;
  try {
    const known = await session.whoisById(peer);
    if (known?.user.fingerprint !== undefined) return known.user.fingerprint;
    exists = known !== undefined;
    const key = await session.getKey(peer);
    return key === undefined ? undefined : fingerprint(backend, key);
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
    if (!exists && error instanceof SilcCommandError) {
      purpose.gone(
        peer,
        new SilcPeerError('peer-gone', 'the server does not know the peer', { cause: error }),
      );
    }
    return undefined;
  }
}

/** @throws SilcError `usage` for a place to listen at that cannot work */
export function checkListen(listen: ListenOptions | undefined): void {
  if (listen === undefined) return;
  const { host, publicHost, ports } = listen;
  if (publicHost === undefined && ['', '0.0.0.0', '::'].includes(host)) {
    throw new SilcError('usage', 'peers cannot connect to a wildcard address: a public host is needed');
  }
  if (ports === undefined) return;
  const { first, last } = ports;
  const valid = [first, last].every((port) => Number.isInteger(port) && port > 0 && port <= 0xffff);
  if (!valid || last < first) throw new SilcError('usage', `no range of ports: ${first} to ${last}`);
}
