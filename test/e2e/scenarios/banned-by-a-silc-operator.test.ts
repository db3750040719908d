import { occupantPresence } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 3: ban = 301, also where a SILC operator bans and kicks. SILC tells a ban to nobody: an operator of the gateway reads it.
scenario('who is banned and kicked by a SILC operator is told of a ban, or of a kick only', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  const carol = await world.user();
  await alice.join(room, 'alice');
  await carol.join(room, 'carol');
  await alice.expect({ name: 'presence', from: `${room}/carol` });
  const [{ member: first }, { member: second }] = [
    await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'alice'),
    await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'carol'),
  ];
  const out = (to: string, affiliation: string, codes: readonly number[]) =>
    occupantPresence({
      ...{ from: `${room}/alice`, to, unavailable: true, affiliation, role: 'none' },
      ...{ jid: world.silcUser('alice'), actor: 'bob', reason: 'enough', codes },
    });

  // Nobody of the gateway may read the list.
  await bob.session.ban(channel.id, 'add', 'alice');
  await bob.session.kick(channel.id, first.user.clientId, 'enough');
  await alice.expectSequence([out(alice.full, 'none', [307, 110])]);
  await carol.expectSequence([out(carol.full, 'none', [307])]);

  await bob.session.ban(channel.id, 'delete', 'alice');
  await bob.session.setMemberMode(channel.id, second.user.clientId, { set: 2 });
  await carol.expect({ name: 'presence', from: `${room}/carol` });
  await alice.join(room, 'alice');
  await carol.expect({ name: 'presence', from: `${room}/alice` });
  const { member: again } = await bob.log.find(
    'member-joined',
    ({ member }) => member !== first && member !== second,
  );
  await bob.session.ban(channel.id, 'add', 'ali*');
  await bob.session.kick(channel.id, again.user.clientId, 'enough');
  await alice.expectSequence([out(alice.full, 'outcast', [301, 110])]);
  await carol.expectSequence([out(carol.full, 'outcast', [301])]);

  // A mask of the host only; and one who is no user of the gateway.
  await bob.session.ban(channel.id, 'delete', 'ali*');
  await alice.join(room, 'alice');
  await carol.expect({ name: 'presence', from: `${room}/alice` });
  const known = new Set([first, second, again]);
  const { member: third } = await bob.log.find('member-joined', ({ member }) => !known.has(member));
  const self = await bob.session.whoisById(third.user.clientId);
  await bob.session.ban(channel.id, 'add', `*!*@${self?.user.hostname ?? ''}`);
  await bob.session.kick(channel.id, third.user.clientId, 'enough');
  await alice.expectSequence([out(alice.full, 'outcast', [301, 110])]);
  await carol.expectSequence([out(carol.full, 'outcast', [301])]);
  await bob.session.ban(channel.id, 'delete', `*!*@${self?.user.hostname ?? ''}`);

  const dave = await world.native('dave');
  // Nobody has asked for dave's host before: the gateway does, when he is kicked.
  const host = (await bob.session.whoisById(dave.session.self.clientId))?.user.hostname ?? '';
  for (const [ban, affiliation, codes] of [
    [undefined, 'none', [307]],
    [`*!*@not-${host}`, 'none', [307]],
    [`*!*@${host}`, 'outcast', [301]],
    ['dave', 'outcast', [301]],
  ] as const) {
    await dave.session.join('lounge');
    await carol.expect({ name: 'presence', from: `${room}/dave`, type: null });
    if (ban !== undefined) await bob.session.ban(channel.id, 'add', ban);
    await bob.session.kick(channel.id, dave.session.self.clientId, 'you too');
    await carol.expectSequence([
      occupantPresence({
        ...{ from: `${room}/dave`, to: carol.full, unavailable: true, affiliation, role: 'none' },
        ...{ jid: world.silcUser('dave'), actor: 'bob', reason: 'you too', codes },
      }),
    ]);
    if (ban !== undefined) await bob.session.ban(channel.id, 'delete', ban);
  }
  for (const user of [alice, carol]) await user.expectNothing(world.gw);
});
