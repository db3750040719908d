import { provesPublicKey } from '../authentication.js';
import { equalBytes } from '../bytes.js';
import type { SilcConnection } from '../connection.js';
import { SilcError } from '../errors.js';
import { clientId } from '../ids.js';
import { UserMode } from '../modes.js';
import { NotifyType } from '../packets/notify.js';
import type { ResumeClient } from '../packets/resume-client.js';
import { Status } from '../status.js';
import type { ClientPort, ServerClient } from './client.js';
import type { ServerNetwork } from './network.js';

/**
 * RESUME_CLIENT (draft spec-09, 4.3): a detached client is on this connection from now on, with
 * its Client ID, modes and channels. Its others are not told.
 * @throws SilcError `authentication`; the peer was told then that it is not possible, and not why
 */
export async function resume(
  connection: SilcConnection,
  network: ServerNetwork,
  { clientId: id, authentication }: ResumeClient,
  port: ClientPort,
): Promise<ServerClient> {
  const { peerPublicKey, algorithms } = connection.exchange;
  const client = network.clients.get(id);
  const allowed =
    client !== undefined &&
    network.detached.has(client) &&
    equalBytes(client.publicKey.encoded, peerPublicKey.encoded) &&
    provesPublicKey(network.backend, peerPublicKey, algorithms.hash, id, authentication);
  if (!allowed) {
    await connection.close(Status.incompleteInformation, 'Resuming not possible');
    throw new SilcError('authentication', 'a session could not be resumed');
  }
  network.detached.delete(client);
  client.attach(port);
  client.mode &= ~UserMode.detached;
  connection.setRemoteId(clientId(client.id));
  network.watches.announce(client, { type: NotifyType.umodeChange });
  return client;
}
