import type { KeyPair } from '../crypto/key-pair.js';
import type { AlgorithmProposal } from './negotiation.js';
import { SilcConnection, type ConnectionOptions } from '../connection.js';
import { defaultProposal, supportedAlgorithms } from '../crypto/algorithms.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { nodeBackend } from '../crypto/backend-node.js';
import { fingerprint } from '../crypto/fingerprint.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import { SilcError } from '../errors.js';
import { NO_ID, type TypedId } from '../ids.js';
import { encodePayload } from '../packets/codec.js';
import { PacketType } from '../packets/packet-type.js';
import { statusPayload } from '../packets/status-payload.js';
import { Status } from '../status.js';
import type { ByteStream } from '../stream.js';
import { withDeadline } from './deadline.js';
import { FailureStatus, statusOf } from './failure.js';
import { HandshakeLink } from './handshake-link.js';
import { checkedProposal, DEFAULT_VERSION } from './negotiation.js';
import { wipeSessionKeys } from './session-keys.js';
import { propose, receiveProposal, type Exchange, type ExchangeParty } from './state.js';

/** Deadline of a key exchange unless told (libsilc: 30 s, silcd: 60 s). */
const DEFAULT_TIMEOUT_MS = 30_000;

/** Decides whether the peer's key is the right one; `fingerprint` is SHA-1, 40 lower-case hex digits. */
export type VerifyPeerKey = (key: SilcPublicKey, fingerprint: string) => boolean | Promise<boolean>;

interface CommonOptions {
  readonly keyPair: KeyPair;
  /** Default `nodeBackend`. */
  readonly backend?: CryptoBackend;
  /** Wire names. Initiator: what is proposed, most wanted first. Responder: what is permitted. */
  readonly proposal?: Partial<AlgorithmProposal>;
  /** Software version string, default {@link DEFAULT_VERSION}. */
  readonly version?: string;
  /** The initiator proves its key already here. Default true; a responder demands it. */
  readonly mutual?: boolean;
  /** A new Diffie-Hellman exchange at each rekey. Default false. The responder has the last word, and can only add it. */
  readonly pfs?: boolean;
  /** Deadline of the whole key exchange in milliseconds, default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Own ID, source of all packets: the Server ID of a server, nothing for a client and between peers. */
  readonly localId?: TypedId;
  /**
   * Called with the keys as soon as the peer's public key is accepted, which is before the peer knows. What is needed of
   * them is to be copied: they are wiped afterwards.
   */
  readonly onExchange?: (exchange: Exchange) => void;
  /** Rekey and limits of the connection afterwards. */
  readonly connection?: ConnectionOptions;
}

export interface InitiateOptions extends CommonOptions {
  readonly verifyPeerKey: VerifyPeerKey;
}

export interface RespondOptions extends CommonOptions {
  /** Default: every key is taken, and judged by connection authentication. */
  readonly verifyPeerKey?: VerifyPeerKey;
}

/**
 * The key exchange as initiator: the client's side. Owns the stream from here on, and closes it when it fails.
 * @throws SilcKeyExchangeError with the status (own or the peer's), SilcError `server-key` when the key is not the right
 *   one, SilcDisconnectError, SilcError `timeout`, `closed`, `malformed`, or `usage` for a proposal with unknown names
 */
export async function initiate(stream: ByteStream, options: InitiateOptions): Promise<SilcConnection> {
  const party = exchangeParty(options, 'initiator');
  const { backend } = party;
  const link = new HandshakeLink(stream, backend, options.localId ?? NO_ID);
  return run(link, options, undefined, async () => {
    const proposal = propose(party);
    await link.send(PacketType.keyExchange, proposal.payload);
    const offer = proposal.receiveSelection(await link.expect(PacketType.keyExchange));
    await link.send(PacketType.keyExchange1, offer.payload);
    const exchange = offer.receiveExchange(await link.expect(PacketType.keyExchange2));
    try {
      await checkPeerKey(backend, exchange.peerPublicKey, options.verifyPeerKey);
      options.onExchange?.(exchange);
      await link.send(PacketType.success, encodePayload(statusPayload, FailureStatus.ok));
      await link.expect(PacketType.success, () => {
        link.decoder.setKeys(exchange.keys.responderToInitiator);
      });
      link.encoder.setKeys(exchange.keys.initiatorToResponder);
      return connect(link, party, exchange, options.connection);
    } finally {
      wipeSessionKeys(exchange.keys);
    }
  });
}

/**
 * The key exchange as responder: the server's side, and a peer that listens. Owns the stream from here on, and closes it
 * when it fails: FAILURE, then DISCONNECT as silcd does.
 * @throws the same as {@link initiate}
 */
export async function respond(stream: ByteStream, options: RespondOptions): Promise<SilcConnection> {
  const party = exchangeParty(options, 'responder');
  const { backend } = party;
  const link = new HandshakeLink(stream, backend, options.localId ?? NO_ID);
  return run(link, options, Status.keyExchangeFailed, async () => {
    const selection = receiveProposal(party, await link.expect(PacketType.keyExchange));
    await link.send(PacketType.keyExchange, selection.payload);
    const offer = selection.receiveExchange(await link.expect(PacketType.keyExchange1));
    await checkPeerKey(backend, offer.peerPublicKey, options.verifyPeerKey);
    const { payload, exchange } = offer.accept();
    try {
      options.onExchange?.(exchange);
      await link.send(PacketType.keyExchange2, payload);
      await link.expect(PacketType.success, () => {
        link.decoder.setKeys(exchange.keys.initiatorToResponder);
      });
      await link.send(PacketType.success, encodePayload(statusPayload, FailureStatus.ok));
      link.encoder.setKeys(exchange.keys.responderToInitiator);
      return connect(link, party, exchange, options.connection);
    } finally {
      wipeSessionKeys(exchange.keys);
    }
  });
}

/** Runs a handshake under its deadline; where it fails the peer is told, unless it is the one who refused. */
function run(
  link: HandshakeLink,
  options: CommonOptions,
  disconnectStatus: number | undefined,
  handshake: () => Promise<SilcConnection>,
): Promise<SilcConnection> {
  const limits = { timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal: options.signal };
  let expired = false;
  const cancel = (): void => {
    expired = true;
    link.stream.destroy();
  };
  return withDeadline('key exchange', limits, cancel, async () => {
    try {
      const connection = await handshake();
      // Too late: the caller has got its `timeout`, nobody else will close this.
      if (expired) connection.destroy();
      return connection;
    } catch (error) {
      await link.fail(statusOf(error), disconnectStatus);
      throw error;
    }
  });
}

function exchangeParty(options: CommonOptions, role: Exchange['role']): ExchangeParty {
  return {
    backend: options.backend ?? nodeBackend,
    keyPair: options.keyPair,
    supported: checkedProposal(
      options.proposal,
      role === 'initiator' ? defaultProposal : supportedAlgorithms,
    ),
    version: options.version ?? DEFAULT_VERSION,
    mutual: options.mutual ?? true,
    pfs: options.pfs ?? false,
  };
}

async function checkPeerKey(
  backend: CryptoBackend,
  key: SilcPublicKey,
  verifyPeerKey: VerifyPeerKey | undefined,
): Promise<void> {
  if (verifyPeerKey === undefined) return;
  let accepted: boolean;
  try {
    accepted = await verifyPeerKey(key, fingerprint(backend, key));
  } catch (cause) {
    throw new SilcError('server-key', "the peer's public key was not accepted", { cause });
  }
  if (!accepted) throw new SilcError('server-key', "the peer's public key was not accepted");
}

function connect(
  link: HandshakeLink,
  party: ExchangeParty,
  exchange: Exchange,
  options: ConnectionOptions | undefined,
): SilcConnection {
  const { keys, ...summary } = exchange;
  return new SilcConnection(
    {
      stream: link.stream,
      encoder: link.encoder,
      decoder: link.decoder,
      backend: party.backend,
      exchange: summary,
      rekeySecret: keys.rekeySecret.slice(),
      publicKey: party.keyPair.publicKey,
      localId: link.localId,
      remoteId: link.remoteId,
    },
    options,
  );
}
