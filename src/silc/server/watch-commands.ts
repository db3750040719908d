import { toHex } from '../bytes.js';
import { commands } from '../commands/index.js';
import type { ListEntry } from '../commands/index.js';
import { decodePayload } from '../packets/codec.js';
import { publicKeyPayload } from '../packets/public-key-payload.js';
import { Status } from '../status.js';
import type { ServerClient } from './client.js';
import { handler } from './command-handler.js';
import { demand } from './refusal.js';
import { preparedNickname } from './lookup.js';
import type { ServerNetwork } from './network.js';

/** WATCH (draft commands-07, 2.3.22). In the list of keys the entries have the numbers 0 add, 1 delete. */
const watch = handler(commands.watch, (request, { network, client, reply }) => {
  demand(request.clientId === client.id ? 0 : Status.notYou);
  const { add, delete: removed, keys } = request;
  demand(add === undefined && removed === undefined && keys === undefined ? Status.notEnoughParams : 0);
  const { watches } = network;
  if (add !== undefined) {
    const subject = preparedNickname(add);
    demand(watches.has(client, 'nickname', subject) ? Status.nicknameInUse : 0, add);
    demand(watches.add(client, 'nickname', subject) ? 0 : Status.resourceLimit, add);
  }
  if (removed !== undefined) {
    const subject = preparedNickname(removed);
    demand(watches.delete(client, 'nickname', subject) ? 0 : Status.noSuchNick, removed);
  }
  for (const entry of keys ?? []) watchKey(network, client, entry);
  reply({});
});

export const watchCommands = [watch];

function watchKey(
  { backend, watches }: ServerNetwork,
  client: ServerClient,
  { type, data }: ListEntry,
): void {
  // The same digest as the fingerprint of a key that was decoded.
  const subject = toHex(backend.hash('sha1', decodePayload(publicKeyPayload, data).data));
  if (type === 1) {
    demand(watches.delete(client, 'key', subject) ? 0 : Status.noSuchPublicKey);
    return;
  }
  demand(type === 0 ? 0 : Status.notEnoughParams);
  demand(watches.has(client, 'key', subject) ? Status.nicknameInUse : 0);
  demand(watches.add(client, 'key', subject) ? 0 : Status.resourceLimit);
}
