import type { SilcSession } from '../client/types.js';
import type { SilcConnection } from '../connection.js';
import { nodeBackend } from '../crypto/backend-node.js';
import { fingerprint } from '../crypto/fingerprint.js';
import { SilcCommandError, SilcError } from '../errors.js';
import { initiate, respond, type VerifyPeerKey } from '../ke/driver.js';
import type { ByteStream } from '../stream.js';
import { connectTcp } from '../tcp.js';
import { allowedAddresses, publicAddresses } from './addresses.js';
import { SilcTransferError, transferError } from './errors.js';
import type { TransferJob } from './job.js';
import type { PeerListener } from './listener.js';
import type { FileTransferOptions } from './types.js';
import { abortReason, unlessAborted } from './waiting.js';

/** Where a peer listens. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** How long closing waits for the peer, in milliseconds. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * How two peers meet (protocol section 10): TCP, then a key exchange in which both prove their keys. Whoever connects is
 * its initiator. There is no connection authentication, and packets have no IDs.
 */
export class Meeting {
  readonly #options: FileTransferOptions;
  readonly #job: TransferJob;
  /** What the server says of the peer's key; asked for once, and while the peers are still far from meeting. */
  readonly #expected: Promise<string | undefined>;

  constructor(
    session: Pick<SilcSession, 'whoisById' | 'getKey'>,
    options: FileTransferOptions,
    job: TransferJob,
  ) {
    this.#options = options;
    this.#job = job;
    this.#expected = expectedFingerprint(session, options, job);
    // Where the peers do not meet nobody asks for it.
    this.#expected.catch(() => undefined);
  }

  /**
   * Waits for the peer to connect; the port is closed afterwards.
   * @throws SilcTransferError
   */
  async listen(listener: PeerListener): Promise<SilcConnection> {
    const { signal } = this.#job;
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
   * @throws SilcTransferError `address-refused`, `not-connected`, `peer-key`, `key-exchange`, `protocol`, `timeout`
   */
  async connect({ host, port }: PeerAddress): Promise<SilcConnection> {
    const { signal, limits } = this.#job;
    const start = performance.now();
    const left = (): number => Math.max(1, limits.connectTimeoutMs - (performance.now() - start));
    const policy = this.#options.mayConnect ?? publicAddresses;
    const addresses = await unlessAborted(signal, allowedAddresses(host, port, policy));
    let cause: unknown;
    for (const address of addresses) {
      let stream: ByteStream;
      try {
        stream = await connectTcp(address, port, signal, left());
      } catch (error) {
        if (signal.aborted) throw abortReason(signal);
        cause = error;
        continue;
      }
      return this.#exchange(() => initiate(stream, { ...this.#common(left(), signal), mutual: true }));
    }
    throw new SilcTransferError('not-connected', `no connection to ${host}:${port}`, { cause });
  }

  #respond(stream: ByteStream, signal: AbortSignal): Promise<SilcConnection> {
    const common = this.#common(this.#job.limits.connectTimeoutMs, signal);
    return this.#exchange(() => respond(stream, common));
  }

  async #exchange(handshake: () => Promise<SilcConnection>): Promise<SilcConnection> {
    try {
      return await handshake();
    } catch (error) {
      const failure = transferError(error);
      if (failure.reason !== 'peer-aborted') throw failure;
      throw new SilcTransferError('key-exchange', failure.message, { cause: error });
    }
  }

  #common(timeoutMs: number, signal: AbortSignal) {
    const { keyPair, backend, proposal } = this.#options;
    const { stallTimeoutMs } = this.#job.limits;
    const verifyPeerKey: VerifyPeerKey = async (key, proved) => {
      const { peer: user } = this.#job;
      const expected = await this.#expected;
      if (expected !== undefined && expected !== proved) return false;
      const { verifyPeer } = this.#options;
      return verifyPeer?.({ user, key, fingerprint: proved, expected }) ?? expected !== undefined;
    };
    return {
      ...{ keyPair, timeoutMs, signal, verifyPeerKey },
      ...(backend === undefined ? {} : { backend }),
      ...(proposal === undefined ? {} : { proposal }),
      connection: { closeTimeoutMs: CLOSE_TIMEOUT_MS, writeTimeoutMs: stallTimeoutMs },
    };
  }
}

/**
 * WHOIS tells the fingerprint, GETKEY the key itself. Undefined where the server knows neither. A server says nothing of
 * a file transfer packet whose receiver does not exist, so this is also where it shows.
 */
async function expectedFingerprint(
  session: Pick<SilcSession, 'whoisById' | 'getKey'>,
  { backend = nodeBackend }: FileTransferOptions,
  job: TransferJob,
): Promise<string | undefined> {
  const { peer } = job;
  let exists = false;
  try {
    const known = await session.whoisById(peer);
    if (known?.user.fingerprint !== undefined) return known.user.fingerprint;
    exists = known !== undefined;
    const key = await session.getKey(peer);
    return key === undefined ? undefined : fingerprint(backend, key);
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
    const gone = !exists && error instanceof SilcCommandError && job.state === 'offered' && job.peer === peer;
    if (gone)
      job.fail(new SilcTransferError('peer-gone', 'the server does not know the peer', { cause: error }));
    return undefined;
  }
}
