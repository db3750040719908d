import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

// Contract 2: where the SILC server keeps no sessions, it sees a QUIT and a JOIN, and Jabber clients see nothing.
scenario(
  'a restart on a server that does not detach is noticed on SILC only',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    const carol = await world.user();
    for (const user of [alice, carol]) user.onRequest((iq) => iqResult(iq));
    await alice.join(room, 'alice');
    await carol.join(room, 'carol');
    await alice.expect({ name: 'presence', from: `${room}/carol` });
    for (const user of [alice, carol]) user.received.length = 0;

    await world.stopGateway('suspend');
    for (const nickname of ['alice', 'carol']) {
      const { cause } = await bob.log.find('member-left', ({ user }) => user.nickname === nickname);
      expect(cause.kind).toBe('signoff');
    }
    bob.log.clear();
    await world.startGateway();
    for (const nickname of ['alice', 'carol']) {
      await bob.log.find('member-joined', ({ member }) => member.user.nickname === nickname);
    }
    for (const user of [alice, carol]) {
      await user.expect(isGap, 'the gap line');
    }
    await bob.session.say(channel.id, 'welcome back');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'welcome back' });
    for (const user of [alice, carol]) {
      expect(user.received.filter(({ name }) => name === 'presence')).toEqual([]);
    }
  },
  { silc: { limits: { detachedClients: 0 } } },
);
