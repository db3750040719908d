import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { SilcServerEvent } from '../../../src/silc/server/index.js';
import { startSilcWorld, type SilcWorld } from '../../support/silc-world.js';

let world: SilcWorld | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await world?.close();
});

test('connections of one host that say nothing do not fill the server', async () => {
  const refused: SilcServerEvent[] = [];
  world = await startSilcWorld({
    limits: { connections: 100, connectionsPerHost: 2 },
    onEvent: (event) => void refused.push(event),
  });
  const { port } = world;
  for (let n = 0; n < 10; n++) {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
  }
  const further = connect(port, '127.0.0.1');
  sockets.push(further);
  further.on('error', () => undefined);
  await once(further, 'close');
  expect(refused).toEqual([{ type: 'refused', address: '127.0.0.1', reason: 'too many connections' }]);
});
