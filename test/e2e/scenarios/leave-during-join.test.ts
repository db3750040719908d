import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { statusCodes } from '../../support/xmpp/matcher.js';
import { scenario } from '../support/scenario.js';

// A client that changes its mind before the answer must not stay on the channel as a ghost.
scenario('a client that leaves while its join is under way is out, and can join at once', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  const leave = () => xml('presence', { to: `${room}/alice`, type: 'unavailable' });

  // A server that takes the connection and says nothing: the join cannot end.
  await world.silc.stopServer();
  const silent = createServer();
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
  silent.listen(world.silc.port, world.silc.host);
  await once(silent, 'listening');
  await alice.sendJoin(room, 'alice');
  await once(silent, 'connection');
  await alice.send(leave());
  await alice.expectSequence([{ from: `${room}/alice`, type: 'unavailable', status: [110] }]);
  await alice.expectNothing(world.gw);
  for (const socket of sockets) socket.destroy();
  silent.close();
  await once(silent, 'close');
  await world.silc.startServer();

  // In and out many times: each leave is confirmed, the last word counts, and SILC has one alice.
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const rounds = 6;
  for (let round = 1; round < rounds; round++) {
    await alice.sendJoin(room, 'alice');
    await alice.send(leave());
  }
  await alice.sendJoin(room, 'alice');
  const isLeave = (index: number): boolean => alice.received[index]?.attrs.type === 'unavailable';
  const afterLast = () => {
    const leaves = alice.received.flatMap((_, index) => (isLeave(index) ? [index] : []));
    return { leaves: leaves.length, since: alice.received.slice((leaves.at(-1) ?? -1) + 1) };
  };
  await expect
    .poll(
      () => {
        const { leaves, since } = afterLast();
        return [leaves, since.map(({ attrs }) => attrs.from)];
      },
      { timeout: 20_000 },
    )
    .toEqual([rounds, [`${room}/bob`, `${room}/alice`, room]]);
  const [, self] = afterLast().since;
  expect(self === undefined ? [] : statusCodes(self)).toEqual([110]);

  await alice.barrier(world.gw);
  await bob.session.ping();
  const names = [...channel.members.values()].map(({ user }) => user.nickname);
  expect(names.sort()).toEqual(['alice', 'bob']);
  expect(await bob.session.whois('alice')).toHaveLength(1);
});
