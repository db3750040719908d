import { expect } from 'vitest';
import { configure } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 2: nobody is left believing that a channel is protected while it is open.
scenario(
  'a channel that somebody else has founded anew is said to be open',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    const carol = await world.user();
    await alice.join(room, 'alice');
    await configure(alice, room, {
      'muc#roomconfig_passwordprotectedroom': '1',
      'muc#roomconfig_roomsecret': 'sesame',
    });
    await carol.join(room, 'carol', { password: 'sesame' });
    await alice.expect({ from: `${room}/carol` });
    for (const user of [alice, carol]) user.takeAll();

    world.proxy.hold();
    await world.silc.stopServer();
    await world.silc.startServer();
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    world.proxy.release();
    for (const user of [alice, carol]) {
      const notice = await user.expect(
        (stanza) =>
          (stanza.getChildText('body') ?? '').includes('has forgotten how this channel was protected'),
        undefined,
        40_000,
      );
      expect(notice.attrs.from).toBe(room);
      expect(notice.getChildText('body')).toContain('(a passphrase)');
      await user.barrier(world.gw);
      const codes = user.received.filter((stanza) => stanza.toString().includes('code="104"'));
      expect(codes.length).toBeGreaterThan(0);
    }
  },
  { isProxied: true, timeoutMs: 90_000 },
);
