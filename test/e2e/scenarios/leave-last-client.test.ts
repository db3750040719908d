import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { occupantPresence } from '../support/rooms.js';
import { scenarioEverywhere } from '../support/scenario.js';

scenarioEverywhere(
  'the last client out of a room leaves the channel; out of the last room, the network',
  async (world) => {
    const [lounge, kitchen] = [world.room('lounge'), world.room('kitchen')];
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    await bob.session.join('kitchen');
    const phone = await world.user({ resource: 'phone' });
    const desk = await world.user({ name: phone.name, resource: 'desk' });
    await phone.join(lounge, 'alice');
    await desk.join(lounge, 'alice');
    await phone.join(kitchen, 'alice');
    await phone.leave(lounge, 'alice');

    const gone = await desk.leave(lounge, 'alice', 'off to bed');
    expect(gone.toString()).toContain('off to bed');
    const left = await bob.log.find('member-left');
    expect(left).toMatchObject({ channel: { name: 'lounge' }, cause: { kind: 'leave' } });
    expect(await bob.session.whois('alice')).toHaveLength(1);

    await phone.send(xml('presence', { to: `${kitchen}/alice`, type: 'unavailable' }));
    await phone.expectSequence([
      occupantPresence({
        from: `${kitchen}/alice`,
        to: phone.full,
        unavailable: true,
        affiliation: 'none',
        role: 'none',
        jid: world.silcUser('alice'),
        codes: [110],
      }),
    ]);
    const signedOff = await bob.log.find('member-left', ({ channel }) => channel.name === 'kitchen');
    expect(signedOff.cause.kind).toBe('signoff');
    expect(await bob.session.whois('alice')).toEqual([]);

    // Leaving what one is not in is confirmed and has no effect.
    await phone.leave(kitchen, 'alice');
    await phone.expectNothing(world.gw);
    await desk.expectNothing(world.gw);
  },
);
