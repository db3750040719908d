import type { SilcConnection } from '../connection.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { nodeBackend } from '../crypto/backend-node.js';
import { fingerprint } from '../crypto/fingerprint.js';
import { SilcError } from '../errors.js';
import type { Packet } from '../frame.js';
import { clientId } from '../ids.js';
import type { ClientId, ServerId } from '../ids.js';
import { authenticateAsClient } from '../ke/connection-auth.js';
import { withDeadline } from '../ke/deadline.js';
import { initiate } from '../ke/driver.js';
import { isIdOfNickname } from '../nickname-id.js';
import { decodePayload, encodePayload } from '../packets/codec.js';
import { newIdPayload } from '../packets/id-payload.js';
import { newClientPayload } from '../packets/new-client.js';
import { PacketType } from '../packets/packet-type.js';
import { connectTcp } from '../tcp.js';
import { checkLength, checkNotEmpty, MAX_REAL_NAME, MAX_USERNAME } from './limits.js';
import { checkOwnNickname } from './names.js';
import { rebuild, restoreChannels, resumeError, sendResume } from './resuming.js';
import { ClientSession } from './session.js';
import { SessionSharing } from './shared/session-sharing.js';
import type { ConnectOptions, SilcSession } from './api/session.js';
import { monotonicMs } from '../../util/clock.js';
import { delay } from '../../util/race.js';

/** Assigned to SILC. */
export const DEFAULT_PORT = 706;

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_REKEY_MS = 3_600_000;
const DEFAULT_REKEY_OCTETS = 2 ** 30;
/** A server that is gone is found within 18 s while something was sent, and within 53 s otherwise. */
const DEFAULT_LIVENESS = { intervalMs: 40_000, dueMs: 5_000, timeoutMs: 12_000 };
/** Packets between NEW_CLIENT and NEW_ID; there should be none. */
const MAX_EARLY = 64;
/** A server that drops a connection because it is busy with another one: wait at least so long, and as much more at random. */
const RETRY_MS = 500;

/**
 * Connects to a SILC server and registers: TCP, key exchange, connection authentication, NEW_CLIENT. The session takes
 * packets from here on; its first events are kept for the first listener.
 *
 * A connection that the server drops during the key exchange is tried once more, because servers do that when another
 * connection of the same host is just ending.
 *
 * @throws SilcError `bad-string` or `limit` for names that cannot be used, `closed`, `timeout`, `server-key`,
 *   `auth-failed`; SilcKeyExchangeError; SilcDisconnectError when the server refuses (too many connections, bad name);
 *   SilcResumeError when it does not know the session to resume (any more)
 */
export async function connectSession(options: ConnectOptions): Promise<SilcSession> {
  checkNames(options);
  const controller = new AbortController();
  const { signal: caller, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return withDeadline(
    'connecting',
    { timeoutMs, signal: caller },
    () => controller.abort(),
    async () => {
      const { connection, backend } = await protectedConnection(options, controller.signal);
      const destroy = (): void => connection.destroy();
      controller.signal.addEventListener('abort', destroy, { once: true });
      try {
        const session = await register(connection, backend, options);
        // Given up in the meantime: nobody would ever end this session.
        if (controller.signal.aborted) session.destroy();
        return session;
      } catch (error) {
        connection.destroy();
        throw options.resume === undefined ? error : resumeError(error);
      } finally {
        controller.signal.removeEventListener('abort', destroy);
      }
    },
  );
}

function checkNames({ nickname, username, realName = '' }: ConnectOptions): void {
  checkOwnNickname(nickname);
  checkNotEmpty(username, 'user name');
  checkLength(username, MAX_USERNAME, 'user name');
  // What follows an '@' would have to be the host name that the server finds for this connection.
  if (username.includes('@')) throw new SilcError('bad-string', "user name contains '@'");
  checkLength(realName, MAX_REAL_NAME, 'real name');
}

async function protectedConnection(
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<{ connection: SilcConnection; backend: CryptoBackend }> {
  const backend = options.backend ?? nodeBackend;
  const connection = await exchangeKeys(options, backend, signal).catch(async (error: unknown) => {
    const transient = error instanceof SilcConnectionDroppedError && !signal.aborted;
    if (!transient || options.stream !== undefined) throw error;
    await delay(RETRY_MS * (1 + Math.random()), signal);
    return exchangeKeys(options, backend, signal);
  });
  const { keyPair, auth = { method: 'auto' } } = options;
  await authenticateAsClient(connection, auth, { keyPair, backend, signal });
  return { connection, backend };
}

/** The stream ended before the keys were made. Mostly transient. */
export class SilcConnectionDroppedError extends SilcError {
  constructor(cause: SilcError) {
    super('closed', cause.message, { cause });
    this.name = 'SilcConnectionDroppedError';
  }
}

async function exchangeKeys(
  options: ConnectOptions,
  backend: CryptoBackend,
  signal: AbortSignal,
): Promise<SilcConnection> {
  const { host, port = DEFAULT_PORT, keyPair, proposal, rekey = {} } = options;
  const stream = options.stream ?? (await connectTcp(host, port, signal));
  try {
    return await initiate(stream, {
      keyPair,
      backend,
      signal,
      verifyPeerKey: options.verifyServerKey,
      pfs: rekey.pfs ?? false,
      ...(proposal === undefined ? {} : { proposal }),
      connection: {
        rekey: {
          intervalMs: rekey.intervalMs ?? DEFAULT_REKEY_MS,
          octets: rekey.octets ?? DEFAULT_REKEY_OCTETS,
        },
      },
    });
  } catch (error) {
    if (error instanceof SilcError && error.code === 'closed') throw new SilcConnectionDroppedError(error);
    throw error;
  }
}

async function register(
  connection: SilcConnection,
  backend: CryptoBackend,
  options: ConnectOptions,
): Promise<SilcSession> {
  const { username, realName = '', keyPair, resume } = options;
  const nickname = resume?.nickname ?? options.nickname;
  const askedAt = monotonicMs();
  if (resume === undefined) {
    const payload = encodePayload(newClientPayload, { username, realName, nickname });
    await connection.send({ type: PacketType.newClient, payload });
  } else await sendResume(connection, backend, keyPair, resume);
  const { id, serverId, early } = await awaitNewId(connection);
  connection.setLocalId(clientId(id));
  // A server that does not know the third field of NEW_CLIENT makes the user name the nickname.
  const honoured = resume !== undefined || isIdOfNickname(backend, id, nickname);
  const session = new ClientSession({
    connection,
    backend,
    serverId,
    clientId: id,
    sharing: options.sharing ?? new SessionSharing(),
    registration: { askedAt, answeredAt: monotonicMs() },
    nickname: honoured ? nickname : username,
    username,
    realName,
    fingerprint: fingerprint(backend, keyPair.publicKey),
    keyPair,
    negotiatePrivateKeys: options.negotiatePrivateKeys ?? false,
    answerAcknowledgements: options.answerAcknowledgements ?? true,
    watching: options.watching,
    commandTimeoutMs: options.commandTimeoutMs,
    liveness: { ...DEFAULT_LIVENESS, ...options.liveness },
  });
  try {
    if (resume !== undefined) restoreChannels(session.core, resume);
    session.start(early);
    if (resume !== undefined) void rebuild(session.core, resume);
    if (!honoured) await session.nick(nickname);
    return session;
  } catch (error) {
    session.destroy();
    throw error;
  }
}

async function awaitNewId(
  connection: SilcConnection,
): Promise<{ id: ClientId; serverId: ServerId; early: readonly Packet[] }> {
  const early: Packet[] = [];
  for (;;) {
    const packet = await connection.receive();
    if (packet === undefined) throw new SilcError('closed', 'the server closed during the registration');
    if (packet.type !== PacketType.newId) {
      if (early.length >= MAX_EARLY) throw new SilcError('limit', 'no NEW_ID among many packets');
      early.push(packet);
      continue;
    }
    const id = decodePayload(newIdPayload, packet.payload);
    const source = packet.source.type === 1 ? packet.source : connection.remoteId;
    if (id.type !== 2) throw new SilcError('malformed', 'NEW_ID without a Client ID');
    if (source.type !== 1) throw new SilcError('malformed', 'server without a Server ID');
    return { id: id.id, serverId: source.id, early };
  }
}
