import { expect } from 'vitest';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('a kick and a ban end one room, and leave the others and the session alone', async (world) => {
  const [lounge, kitchen] = [world.room('lounge'), world.room('kitchen')];
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const { channel: other } = await bob.session.join('kitchen');
  const alice = await world.user();
  await alice.join(lounge, 'alice');
  await alice.join(kitchen, 'alice');
  const { member } = await bob.log.find('member-joined');
  bob.log.clear();

  await bob.session.ban(channel.id, 'add', 'alice');
  await bob.session.kick(channel.id, member.user.clientId);
  await alice.expectSequence([{ from: `${lounge}/alice`, type: 'unavailable', status: [110, 307] }]);
  expect(await refusedJoin(alice, lounge, 'alice')).toMatchObject({ condition: 'forbidden' });

  await bob.session.say(other.id, 'still with us?');
  await alice.expectSequence([{ from: `${kitchen}/bob`, body: 'still with us?' }]);
  await alice.say(kitchen, 'yes');
  await bob.log.find('channel-message');
  expect(bob.log.of('member-left').map((event) => event.channel.name)).toEqual(['lounge']);

  // The session ends with the room that is left.
  await alice.leave(kitchen, 'alice');
  await bob.log.find('member-left', (event) => event.channel.name === 'kitchen');
  expect(await bob.session.whois('alice')).toEqual([]);
  await alice.expect({ from: `${kitchen}/alice`, body: 'yes' });
  await alice.expectNothing(world.gw);
});
