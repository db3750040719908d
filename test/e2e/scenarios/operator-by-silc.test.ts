import { expect } from 'vitest';
import { ChannelUserMode } from '../../../src/silc/modes.js';
import { listItems, occupantPresence } from '../support/rooms.js';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// Contract 3: founder = owner/moderator, operator = admin/moderator, quieted = visitor.
scenario('rights given and taken by a SILC user are shown as affiliation and role', async (world) => {
  const { room, alice, bob, channel, carol } = await loungeOfBob(world);
  const { member } = await bob.log.find('member-joined', ({ member: { user } }) => user.nickname === 'alice');
  const id = member.user.clientId;

  const steps = [
    { change: { set: ChannelUserMode.operator }, affiliation: 'admin', role: 'moderator' },
    { change: { clear: ChannelUserMode.operator }, affiliation: 'none', role: 'participant' },
    { change: { set: ChannelUserMode.quiet }, affiliation: 'none', role: 'visitor' },
    { change: { clear: ChannelUserMode.quiet }, affiliation: 'none', role: 'participant' },
  ];
  for (const { change, affiliation, role } of steps) {
    await bob.session.setMemberMode(channel.id, id, change);
    for (const user of [alice, carol]) {
      await user.expectSequence([
        occupantPresence({
          from: `${room}/alice`,
          to: user.full,
          affiliation,
          role,
          jid: world.silcUser('alice'),
          codes: user === alice ? [110] : [],
        }),
      ]);
    }
  }

  // The lists agree with what was shown.
  await bob.session.setMemberMode(channel.id, id, { set: ChannelUserMode.operator });
  await carol.expect({ from: `${room}/alice` });
  await alice.expect({ from: `${room}/alice` });
  expect(await listItems(alice, room, { affiliation: 'admin' })).toEqual([
    {
      attrs: { affiliation: 'admin', role: 'moderator', jid: world.silcUser('alice'), nick: 'alice' },
      reason: null,
    },
  ]);
  const moderators = await listItems(alice, room, { role: 'moderator' });
  expect(moderators.map(({ attrs }) => attrs['nick'])).toEqual(['bob', 'alice']);
  const owners = await listItems(alice, room, { affiliation: 'owner' });
  expect(owners.map(({ attrs }) => attrs['nick'])).toEqual(['bob']);
  for (const user of [alice, carol]) await user.expectNothing(world.gw);
});
