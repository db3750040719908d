import { SilcError } from '../errors.js';
import type { SilcConnection } from '../connection.js';
import { defaultProposal } from '../crypto/algorithms.js';
import { fingerprintBytes } from '../crypto/fingerprint.js';
import { toHex } from '../bytes.js';
import type { Packet } from '../frame.js';
import { clientId, serverId, type ClientId } from '../ids.js';
import { authenticateAsServer } from '../ke/connection-auth.js';
import { withDeadline } from '../ke/deadline.js';
import { respond } from '../ke/driver.js';
import { newClientPayload, type NewClient } from '../packets/new-client.js';
import { decodePayload } from '../packets/codec.js';
import { resumeClientPayload, type ResumeClient } from '../packets/resume-client.js';
import { PacketType } from '../packets/packet-type.js';
import { Status } from '../status.js';
import type { ByteStream } from '../stream.js';
import { prepareNickname } from '../stringprep/index.js';
import { ServerClient, type ClientPort } from './client.js';
import type { ServerNetwork } from './network.js';
import type { SilcServerOptions } from './options.js';
import { resume } from './resume.js';

/** Longest user name and real name that are kept, in characters; the rest is cut, as silcd does. */
const MAX_NAME_LENGTH = 128;

/** Packets of other kinds that an unregistered client may send before NEW_CLIENT. */
const MAX_STRAY_PACKETS = 16;

export interface Admission {
  readonly connection: SilcConnection;
  readonly client: ServerClient;
  /** What ties the two. */
  readonly port: ClientPort;
  /** The client was there already, without a connection. */
  readonly resumed: boolean;
}

/**
 * Key exchange, connection authentication and registration of one client, under one deadline. Sends everything that a
 * new client gets up to its Client ID; the client is in the network when this resolves.
 * @param crowded status and text of a refusal after authentication, where silcd gives it
 * @throws SilcError, after having told the peer where the protocol has words for it. The stream is then closed.
 */
export async function admit(
  stream: ByteStream,
  network: ServerNetwork,
  options: SilcServerOptions,
  crowded: () => string | undefined,
): Promise<Admission> {
  const { backend, limits } = network;
  const deadline = { timeoutMs: limits.handshakeMs };
  return withDeadline(
    'registration',
    deadline,
    () => stream.destroy(),
    async () => {
      const connection = await respond(stream, {
        backend,
        keyPair: options.keyPair,
        proposal: { ...defaultProposal, ...options.algorithms },
        localId: serverId(network.id),
        ...deadline,
        connection: {
          maxPendingOctets: limits.pendingOctets,
          ...(options.rekey === undefined ? {} : { rekey: options.rekey }),
        },
      });
      const { authorizedKeys, passphrase } = options;
      const fingerprint = fingerprintBytes(backend, connection.exchange.peerPublicKey);
      await authenticateAsServer(connection, {
        backend,
        ...deadline,
        ...(authorizedKeys === undefined
          ? {}
          : { authorizedKey: () => authorizedKeys.has(toHex(fingerprint)) }),
        ...(passphrase === undefined ? {} : { passphrase }),
      });
      const refusal = crowded();
      if (refusal !== undefined) {
        await connection.close(Status.resourceLimit, refusal);
        throw new SilcError('limit', refusal);
      }
      const registration = await receiveRegistration(connection);
      const port: ClientPort = {
        hash: connection.exchange.algorithms.hash,
        send: (packet) => deliver(connection, packet),
        readdress: (id) => connection.setRemoteId(clientId(id)),
        end: () => void connection.close(),
      };
      if ('authentication' in registration) {
        const client = await resume(connection, network, registration, port);
        return { connection, client, port, resumed: true };
      }
      const client = register(connection, network, registration, fingerprint, port);
      return { connection, client, port, resumed: false };
    },
  );
}

async function receiveRegistration(connection: SilcConnection): Promise<NewClient | ResumeClient> {
  for (let stray = 0; stray < MAX_STRAY_PACKETS; stray++) {
    const packet = await connection.receive();
    if (packet === undefined) throw new SilcError('closed', 'client left before it registered');
    try {
      if (packet.type === PacketType.resumeClient) return decodePayload(resumeClientPayload, packet.payload);
      if (packet.type === PacketType.newClient) return decodePayload(newClientPayload, packet.payload);
    } catch (error) {
      const resuming = packet.type === PacketType.resumeClient;
      const text = resuming ? 'Resuming not possible' : 'Incomplete client information';
      await connection.close(Status.incompleteInformation, text);
      throw error;
    }
  }
  await connection.close(Status.notRegistered, 'Register first');
  throw new SilcError('limit', 'too many packets before registration');
}

function register(
  connection: SilcConnection,
  network: ServerNetwork,
  registration: NewClient,
  fingerprint: Uint8Array,
  port: ClientPort,
): ServerClient {
  const { username, nickname, id, preparedNickname } = names(connection, network, registration);
  const client = new ServerClient(
    {
      id,
      nickname,
      preparedNickname,
      username,
      hostname: connection.remoteAddress ?? 'localhost',
      realName: registration.realName.slice(0, MAX_NAME_LENGTH),
      publicKey: connection.exchange.peerPublicKey,
      fingerprint,
    },
    network,
    port,
  );
  connection.setRemoteId(clientId(id));
  network.register(client);
  return client;
}

async function deliver(connection: SilcConnection, packet: Packet): Promise<boolean> {
  try {
    if (connection.open) await connection.send(packet);
  } catch (error) {
    // A packet that is too long is not the client's fault. A client that does not take what it is sent is dropped:
    // `overflow`, or the connection's own end.
    if (!(error instanceof SilcError && error.code === 'limit')) connection.destroy();
  }
  return connection.open;
}

function names(
  connection: SilcConnection,
  network: ServerNetwork,
  registration: NewClient,
): { username: string; nickname: string; preparedNickname: string; id: ClientId } {
  const username = (registration.username.split('@', 1)[0] ?? '').slice(0, MAX_NAME_LENGTH);
  const nickname = registration.nickname ?? username;
  try {
    if (username === '') throw new SilcError('bad-string', 'user name is missing');
    const preparedNickname = prepareNickname(nickname);
    const id = network.newClientId(preparedNickname);
    if (id === undefined) throw new SilcError('limit', 'nickname is held by too many clients');
    return { username, nickname, preparedNickname, id };
  } catch (error) {
    void connection.close(Status.incompleteInformation, 'Bad nickname');
    throw error;
  }
}
