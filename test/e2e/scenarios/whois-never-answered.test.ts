import { expect } from 'vitest';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';
import { UnansweredWhois } from '../support/server-faults.js';

// Whose name a server does not tell waits alone: what others say passes.
scenario('lines of known people go on while a WHOIS about somebody else is not answered', async (world) => {
  const { room, alice, bob, channel, carol } = await loungeOfBob(world);
  const dave = await world.native('dave');
  const whois = new UnansweredWhois(dave.session.self.clientId);
  try {
    const { channel: lounge } = await dave.session.join('lounge');
    await dave.session.say(lounge.id, 'who am I');
    await whois.asked();

    await bob.session.say(channel.id, 'from SILC');
    await carol.say(room, 'from Jabber');
    for (const user of [alice, carol]) {
      await user.expect({ from: `${room}/bob`, type: 'groupchat', body: 'from SILC' });
      await user.expect({ from: `${room}/carol`, type: 'groupchat', body: 'from Jabber' });
      // Nobody has heard of Dave, under any name.
      await user.expectNothing(world.gw);
    }
  } finally {
    whois.end();
  }

  for (const user of [alice, carol]) {
    const [presence] = await user.expectSequence([
      { name: 'presence', from: `${room}/dave` },
      { from: `${room}/dave`, type: 'groupchat', body: 'who am I' },
    ]);
    expect(presence?.attrs.type).toBeUndefined();
    await user.expectNothing(world.gw);
  }
});
