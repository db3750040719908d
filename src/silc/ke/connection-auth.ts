import { constantTimeEqual, utf8, wipe } from '../bytes.js';
import type { SilcConnection } from '../connection.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { nodeBackend } from '../crypto/backend-node.js';
import type { KeyPair } from '../crypto/key-pair.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import { dataSignatureForm, signData, verifyData } from '../crypto/signature.js';
import { SilcError } from '../errors.js';
import type { Packet } from '../frame.js';
import { decodePayload, encodePayload } from '../packets/codec.js';
import { connectionAuthPayload, ConnectionType } from '../packets/connection-auth.js';
import { AuthMethod, connectionAuthRequestPayload } from '../packets/connection-auth-request.js';
import { PacketType } from '../packets/packet-type.js';
import { statusPayload } from '../packets/status-payload.js';
import { Status } from '../status.js';
import { withDeadline } from './deadline.js';

/** Deadline of the whole authentication unless told; silcd gives 60 s. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** A server that does not tell its method within so many milliseconds wants none (libsilcclient does the same). */
const DISCOVERY_MS = 2_000;

/** Method requests that a server answers on one connection. */
const MAX_REQUESTS = 4;

/** FAILURE status of connection authentication. */
const AUTH_FAILED = 1;

interface AuthLimits {
  /** Milliseconds, default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Default `nodeBackend`. */
  readonly backend?: CryptoBackend;
}

export interface ClientAuthOptions extends AuthLimits {
  /** The pair that took part in the key exchange. */
  readonly keyPair: KeyPair;
  /** How long `auto` waits for the server's method in milliseconds, default 2,000. */
  readonly discoveryMs?: number;
}

/** How to authenticate the connection (draft ke-auth-09, 3). Without it the server is asked which method it wants. */
export type ConnectionAuth =
  | { readonly method: 'none' }
  | { readonly method: 'passphrase'; readonly passphrase: string }
  | { readonly method: 'publickey' };

/** `auto` asks the server which method it wants; it can do `none` and `publickey`. */
export type ClientAuth = ConnectionAuth | { readonly method: 'auto' };

/**
 * Authenticates the connection as a client (draft ke-auth-09, 3). When it fails, the connection is closed.
 * @throws SilcError `auth-failed` when the server refuses, or `auto` finds that it wants a passphrase;
 *   SilcDisconnectError, SilcError `timeout`, `closed`, or what else ends the connection
 */
export async function authenticateAsClient(
  connection: SilcConnection,
  auth: ClientAuth,
  options: ClientAuthOptions,
): Promise<void> {
  await guarded(connection, options, async () => {
    const inbox = new Inbox(connection);
    const method = auth.method === 'auto' ? await discover(connection, inbox, options) : auth;
    await sendProof(connection, method, options);
    const reply = await inbox.next((packet) => packet.type !== PacketType.connectionAuthRequest);
    if (reply.type === PacketType.success) return;
    if (reply.type === PacketType.failure) {
      // silcd sends an empty DISCONNECT next; it has nothing to add.
      throw new SilcError('auth-failed', 'server refused the connection authentication');
    }
    throw new SilcError('malformed', `packet of type ${reply.type} in connection authentication`);
  });
}

/** What a server wants of those who connect. The first of public key, passphrase and none that is set is the method. */
export interface ServerAuthPolicy extends AuthLimits {
  /** Decides which keys may connect; whoever passes has proven to hold the key. */
  readonly authorizedKey?: (key: SilcPublicKey) => boolean | Promise<boolean>;
  readonly passphrase?: string;
}

/** Who has connected: the `ConnectionType` it claims, and the method that let it in. */
export interface AuthenticatedPeer {
  readonly connectionType: number;
  readonly method: ConnectionAuth['method'];
}

/**
 * Authenticates the peer as a server does: method requests are answered, one attempt is judged. When it fails, the peer
 * gets FAILURE and DISCONNECT, and the connection is closed.
 * @throws SilcError `auth-failed`, `malformed`, `timeout`, `closed`, or what else ends the connection
 */
export async function authenticateAsServer(
  connection: SilcConnection,
  policy: ServerAuthPolicy,
): Promise<AuthenticatedPeer> {
  return guarded(connection, policy, async () => {
    const inbox = new Inbox(connection);
    for (let requests = 0; ; requests++) {
      const packet = await inbox.next();
      if (packet.type === PacketType.connectionAuthRequest && requests < MAX_REQUESTS) {
        await answerRequest(connection, policy, packet);
        continue;
      }
      if (packet.type !== PacketType.connectionAuth) {
        throw new SilcError('malformed', `packet of type ${packet.type} in connection authentication`);
      }
      const { connectionType, data } = decodePayload(connectionAuthPayload, packet.payload);
      const accepted = await judge(connection, policy, data);
      wipe(data);
      if (!accepted) {
        await connection.send({
          type: PacketType.failure,
          payload: encodePayload(statusPayload, AUTH_FAILED),
        });
        throw new SilcError('auth-failed', 'connection authentication failed');
      }
      await connection.send({ type: PacketType.success, payload: encodePayload(statusPayload, 0) });
      return { connectionType, method: requiredMethod(policy) };
    }
  });
}

/** Packets of a connection; a wait that was given up is taken up by the next one, so that none is lost. */
class Inbox {
  readonly #connection: SilcConnection;
  #waiting: Promise<Packet | undefined> | undefined;

  constructor(connection: SilcConnection) {
    this.#connection = connection;
  }

  /** The next packet that `wanted` accepts; others are dropped. @throws SilcError `closed` at the end */
  async next(wanted: (packet: Packet) => boolean = () => true): Promise<Packet> {
    for (;;) {
      this.#waiting ??= this.#connection.receive();
      const packet = await this.#waiting;
      this.#waiting = undefined;
      if (packet === undefined) throw new SilcError('closed', 'connection ended in authentication');
      if (wanted(packet)) return packet;
    }
  }

  /** Whether a packet arrives within `ms`; it stays there for `next`. @throws what ends the connection */
  async arrives(ms: number): Promise<boolean> {
    this.#waiting ??= this.#connection.receive();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
      timer.unref();
    });
    try {
      return await Promise.race([this.#waiting.then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function guarded<T>(
  connection: SilcConnection,
  limits: AuthLimits,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(
      'connection authentication',
      { timeoutMs: limits.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal: limits.signal },
      () => connection.destroy(),
      work,
    );
  } catch (error) {
    // Bounded by the connection; the caller need not wait for a peer that is leaving anyway.
    void connection.close(Status.authFailed);
    throw error;
  }
}

/** Asks for the method. An unanswered request means that there is none. */
async function discover(
  connection: SilcConnection,
  inbox: Inbox,
  options: ClientAuthOptions,
): Promise<ConnectionAuth> {
  await connection.send({
    type: PacketType.connectionAuthRequest,
    payload: encodePayload(connectionAuthRequestPayload, {
      connectionType: ConnectionType.client,
      method: AuthMethod.none,
    }),
  });
  if (!(await inbox.arrives(options.discoveryMs ?? DISCOVERY_MS))) return { method: 'none' };
  const packet = await inbox.next();
  if (packet.type === PacketType.failure) {
    throw new SilcError('auth-failed', 'server refused to tell its authentication method');
  }
  if (packet.type !== PacketType.connectionAuthRequest) {
    throw new SilcError('malformed', `packet of type ${packet.type} in connection authentication`);
  }
  switch (decodePayload(connectionAuthRequestPayload, packet.payload).method) {
    case AuthMethod.none:
      return { method: 'none' };
    case AuthMethod.publicKey:
      return { method: 'publickey' };
    case AuthMethod.passphrase:
      throw new SilcError('auth-failed', 'server wants a passphrase');
    default:
      throw new SilcError('unsupported', 'server wants an unknown authentication method');
  }
}

async function sendProof(
  connection: SilcConnection,
  auth: ConnectionAuth,
  options: ClientAuthOptions,
): Promise<void> {
  const data = proof(connection, auth, options);
  const payload = encodePayload(connectionAuthPayload, {
    connectionType: ConnectionType.client,
    data,
  });
  const longPadding = auth.method === 'passphrase';
  const sent = connection.send({ type: PacketType.connectionAuth, payload }, { longPadding });
  wipe(data, payload);
  await sent;
}

function proof(
  connection: SilcConnection,
  auth: ConnectionAuth,
  { keyPair, backend = nodeBackend }: ClientAuthOptions,
): Uint8Array {
  switch (auth.method) {
    case 'none':
      return new Uint8Array(0);
    case 'passphrase':
      return utf8(auth.passphrase);
    case 'publickey': {
      const form = dataSignatureForm[keyPair.publicKey.version];
      const { algorithms } = connection.exchange;
      return signData(backend, keyPair.privateKey, algorithms.hash, signedParts(connection), form);
    }
  }
}

/** What a signature of connection authentication covers: HASH || the initiator's start payload, hashed first. */
function signedParts(connection: SilcConnection): readonly Uint8Array[] {
  return [connection.exchange.hash, connection.exchange.startPayload];
}

async function answerRequest(
  connection: SilcConnection,
  policy: ServerAuthPolicy,
  packet: Packet,
): Promise<void> {
  const { connectionType } = decodePayload(connectionAuthRequestPayload, packet.payload);
  const numbers = {
    none: AuthMethod.none,
    passphrase: AuthMethod.passphrase,
    publickey: AuthMethod.publicKey,
  } as const;
  await connection.send({
    type: PacketType.connectionAuthRequest,
    payload: encodePayload(connectionAuthRequestPayload, {
      connectionType,
      method: numbers[requiredMethod(policy)],
    }),
  });
}

function requiredMethod(policy: ServerAuthPolicy): ConnectionAuth['method'] {
  if (policy.authorizedKey !== undefined) return 'publickey';
  return policy.passphrase === undefined ? 'none' : 'passphrase';
}

async function judge(
  connection: SilcConnection,
  policy: ServerAuthPolicy,
  data: Uint8Array,
): Promise<boolean> {
  const { backend = nodeBackend } = policy;
  switch (requiredMethod(policy)) {
    case 'none':
      return true;
    case 'passphrase': {
      // Digests have one length: the comparison tells nothing about the passphrase's.
      const expected = backend.hash('sha256', utf8(policy.passphrase ?? ''));
      return constantTimeEqual(expected, backend.hash('sha256', data));
    }
    case 'publickey': {
      const { algorithms, peerPublicKey } = connection.exchange;
      const parts = signedParts(connection);
      if (!verifyData(backend, peerPublicKey.numbers, algorithms.hash, parts, data)) return false;
      return (await policy.authorizedKey?.(peerPublicKey)) ?? false;
    }
  }
}
