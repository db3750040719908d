import { expect } from 'vitest';
import { errorReply, iqResult } from '../../../src/component/stanza.js';
import { isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

// Contract 2: Jabber clients see no leave when the gateway is restarted; those neither that know no ping (XEP-0199).
scenario('a client that knows no ping stays in its room when the gateway is restarted', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  alice.onRequest((iq) =>
    iq.getChild('query', 'http://jabber.org/protocol/disco#info') === undefined
      ? errorReply(iq, 'cancel', 'service-unavailable')
      : iqResult(iq),
  );
  await alice.join(room, 'alice');

  await world.stopGateway('suspend');
  await world.startGateway();
  await alice.expect(isGap, 'the gap line');
  await alice.say(room, 'still here');
  await alice.expect({ from: `${room}/alice`, body: 'still here' });
  await bob.session.say(channel.id, 'good');
  await alice.expect({ from: `${room}/bob`, body: 'good' });
  expect(alice.received.filter(({ attrs }) => attrs.type === 'unavailable')).toEqual([]);
});
