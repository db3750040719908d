import { occupantPresence } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Every way in which a SILC user goes: the role is always none, and what is known of the reason is told.
scenario('occupants go by leave, by quit, by a kick and with their connection', async (world) => {
  const room = world.room('lounge');
  const operator = await world.native('operator');
  const { channel } = await operator.session.join('lounge');
  const leaver = await world.native('leaver');
  const quitter = await world.native('quitter');
  const kicked = await world.native('kicked');
  const silent = await world.native('silent');
  const dropped = await world.native('dropped');
  for (const { session } of [leaver, quitter, kicked, silent, dropped]) await session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const gone = (nick: string, more: object = {}): string =>
    occupantPresence({
      from: `${room}/${nick}`,
      to: alice.full,
      unavailable: true,
      affiliation: 'none',
      role: 'none',
      jid: world.silcUser(nick),
      ...more,
    });

  await leaver.session.leave(channel.id);
  await alice.expectSequence([gone('leaver')]);

  await quitter.session.quit('gone fishing');
  await alice.expectSequence([gone('quitter', { text: 'gone fishing' })]);

  await operator.session.kick(channel.id, kicked.session.self.clientId, 'too loud');
  await alice.expectSequence([gone('kicked', { actor: 'operator', reason: 'too loud', codes: [307] })]);

  await silent.session.quit();
  await alice.expectSequence([gone('silent')]);

  dropped.session.destroy();
  await alice.expectSequence([
    (stanza) =>
      stanza.attrs.from === `${room}/dropped` &&
      stanza.attrs.type === 'unavailable' &&
      stanza.toString().includes('role="none"'),
  ]);

  // The room goes on, and its founder's leaving is an exit like any other.
  await operator.session.leave(channel.id);
  await alice.expectSequence([gone('operator', { affiliation: 'owner' })]);
  await alice.expectNothing(world.gw);
});
