import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

// Contract 2: after a crash the rooms and clients that were there are known, and nobody sits in a dead room.
scenario('whoever was in a room of a gateway that was killed is back in it', async (world) => {
  await world.stopGateway();
  const gateway = await world.startGatewayProcess();
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  const carol = await world.user();
  for (const user of [alice, carol]) user.onRequest((iq) => iqResult(iq));
  await alice.join(room, 'alice');
  await carol.join(room, 'carol');
  await carol.say(room, 'all in');
  for (const user of [alice, carol]) await user.expect({ from: `${room}/carol`, body: 'all in' });
  // What is where is written a moment later.
  await world.stored();
  bob.log.clear();
  for (const user of [alice, carol]) user.received.length = 0;

  await gateway.kill();
  for (const nickname of ['alice', 'carol']) {
    await bob.log.find('member-left', ({ user }) => user.nickname === nickname);
  }
  await world.startGatewayProcess();
  for (const nickname of ['alice', 'carol']) {
    await bob.log.find('member-joined', ({ member }) => member.user.nickname === nickname);
  }
  for (const user of [alice, carol]) {
    await user.expect(isGap, 'the gap line');
  }
  await bob.session.say(channel.id, 'welcome back');
  for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'welcome back' });
  await alice.say(room, 'what was that?');
  for (const user of [alice, carol]) await user.expect({ from: `${room}/alice`, body: 'what was that?' });
  for (const user of [alice, carol]) {
    // Occupants are shown once more, since the end of what was shown may not have been stored; nobody leaves.
    expect(user.received.filter(({ attrs }) => attrs.type === 'unavailable')).toEqual([]);
  }
});
