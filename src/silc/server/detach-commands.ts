import { provesPublicKey } from '../authentication.js';
import { utf8 } from '../bytes.js';
import { commands } from '../commands/index.js';
import { clientId } from '../ids.js';
import { UserMode } from '../modes.js';
import { authenticationPayload } from '../packets/authentication-payload.js';
import { decodePayload } from '../packets/codec.js';
import { NotifyType } from '../packets/notify.js';
import { Status } from '../status.js';
import { demand, handler } from './command-handler.js';
import { needClient } from './lookup.js';
import { MAX_COMMENT_OCTETS } from './moderation-commands.js';

/** DETACH, and KILL of an own session (draft commands-07, 2.3.21 and 2.3.9). */

const detach = handler(commands.detach, (_request, { network, client, reply }) => {
  demand(network.detached.offered ? 0 : Status.operationNotAllowed);
  demand(network.detached.add(client) ? 0 : Status.resourceLimit);
  client.mode |= UserMode.detached;
  reply({});
  client.detach();
  network.watches.announce(client, { type: NotifyType.umodeChange });
});

/** Who can prove to hold the key of a client may end it; nobody is a router operator here. */
const kill = handler(commands.kill, (request, { network, client, reply }) => {
  demand(request.auth === undefined ? Status.noRouterPriv : 0);
  const target = needClient(network, request.clientId);
  const proof = decodePayload(authenticationPayload, request.auth ?? new Uint8Array(0));
  const proven = provesPublicKey(network.backend, target.publicKey, 'sha1', target.id, proof);
  demand(proven ? 0 : Status.authFailed, clientId(target.id));
  const { comment = '' } = request;
  const kept = comment !== '' && utf8(comment).length <= MAX_COMMENT_OCTETS ? comment : undefined;
  reply({ clientId: target.id });
  network.kill(target, client, kept);
});

export const detachCommands = [detach, kill];
