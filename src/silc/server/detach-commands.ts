import { commands } from '../commands/index.js';
import { UserMode } from '../modes.js';
import { NotifyType } from '../packets/notify.js';
import { Status } from '../status.js';
import { handler } from './command-handler.js';
import { demand } from './refusal.js';

/** DETACH (draft commands-07, 2.3.21). */

const detach = handler(commands.detach, (_request, { network, client, reply }) => {
  demand(network.detached.offered ? 0 : Status.operationNotAllowed);
  demand(network.detached.add(client) ? 0 : Status.resourceLimit);
  client.mode |= UserMode.detached;
  reply({});
  client.detach();
  network.watches.announce(client, { type: NotifyType.umodeChange });
});

export const detachCommands = [detach];
