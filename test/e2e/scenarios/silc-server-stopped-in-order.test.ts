import { expect } from 'vitest';
import { isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

// Contract 2: a SILC server that is stopped tells some of its clients that others go. All of them may come back.
scenario(
  'when the SILC server is stopped in order, only those are gone who do not come back',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const dave = await world.native('dave');
    for (const { session } of [bob, dave]) await session.join('lounge');
    const [alice, carol] = [await world.user(), await world.user()];
    await alice.join(room, 'alice');
    await carol.join(room, 'carol');
    await alice.expect({ from: `${room}/carol` });
    const heard = dave.log.find('member-left');
    await world.silc.stopServer();
    // Those who are closed last have heard of the others.
    const left = await heard;
    expect([left.user.nickname, left.cause]).toEqual([
      'bob',
      { kind: 'signoff', message: 'Server is shutting down' },
    ]);
    await world.silc.startServer();
    const again = await world.native('bob');
    await again.session.join('lounge');
    for (const user of [alice, carol]) await user.expect((stanza) => isGap(stanza), undefined, 30_000);
    for (const user of [alice, carol]) {
      await user.expect({ from: `${room}/dave`, type: 'unavailable' }, undefined, 30_000);
      await user.barrier(world.gw);
      const gone = user.received.filter(({ attrs }) => attrs.type === 'unavailable');
      expect(gone.map(({ attrs }) => attrs.from)).toEqual([`${room}/dave`]);
    }
  },
  { config: { timeouts: { grace_ms: 12_000 } }, timeoutMs: 90_000 },
);
