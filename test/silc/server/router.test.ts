import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { encodeRequest, type Command } from '../../../src/silc/commands/command.js';
import { commands } from '../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { clientId, serverId, type ServerId } from '../../../src/silc/ids.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import type { ClientPort, ServerClient } from '../../../src/silc/server/client.js';
import { ServerNetwork } from '../../../src/silc/server/network.js';
import { Operators } from '../../../src/silc/server/operators.js';
import { defaultLimits } from '../../../src/silc/server/options.js';
import { ClientRouter, commandTable } from '../../../src/silc/server/router.js';
import { deafPort, serverClient } from '../../support/server-client.js';
import { keyPairNamed } from '../../support/silc-world.js';

const id = '7f00000100010001' as ServerId;

let network: ServerNetwork;
let eve: ServerClient;
let router: ClientRouter;
/** Lets the client take what it was sent, until then it takes nothing. */
let take: (taken: boolean) => void;
beforeEach(() => {
  vi.useFakeTimers();
  const keyPair = keyPairNamed('server');
  network = new ServerNetwork({
    ...{ id, name: 'silc.test', backend: nodeBackend, keyPair },
    limits: defaultLimits,
  });
  const taken = new Promise<boolean>((resolve) => (take = resolve));
  const port: ClientPort = { ...deafPort, send: () => taken };
  eve = serverClient('eve', { port });
  network.register(eve);
  router = new ClientRouter(network, eve, {
    port,
    commands: commandTable({
      texts: { info: '', motd: undefined },
      operators: new Operators(nodeBackend),
      shutdown: () => undefined,
    }),
    throttle: true,
    onFault: (error) => expect.fail(String(error)),
  });
});
afterEach(() => {
  network.close();
  vi.useRealTimers();
});

function command<Request>(command: Command<Request, unknown>, request: Request): void {
  const payload = encodePayload(commandPayload, encodeRequest(command, 1, request));
  const packet = { type: PacketType.command, flags: 0, source: clientId(eve.id), destination: serverId(id) };
  void router.route({ ...packet, payload });
}

const join = (name: string): void => command(commands.join, { name, clientId: eve.id });

it('a command that had to wait is run after its time', async () => {
  join('first');
  join('later');
  expect([...network.channels.values()].map(({ name }) => name)).toEqual(['first']);
  await vi.advanceTimersByTimeAsync(200);
  expect([...network.channels.values()].map(({ name }) => name)).toEqual(['first', 'later']);
});

it('what a client that was killed has waiting is not run: nobody comes back onto a channel', async () => {
  join('first');
  join('later');
  network.kill(eve, eve, undefined);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(network.channels.size).toBe(0);
});

it('nor is what waits for a list that is never taken', async () => {
  join('first');
  command(commands.list, {});
  command(commands.list, {});
  join('later');
  await vi.advanceTimersByTimeAsync(5_000);
  router.close();
  network.remove(eve, undefined);
  take(false);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(network.channels.size).toBe(0);
});
