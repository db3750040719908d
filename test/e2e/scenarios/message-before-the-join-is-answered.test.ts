import { expect } from 'vitest';
import { statusCodes } from '../../support/xmpp/matcher.js';
import { scenarioEverywhere } from '../support/scenario.js';

// Scripts and notifiers send their line right after the presence that joins: a room of a Jabber server lets them in at once.
scenarioEverywhere('what a client says before its join is answered is said when it is in', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  await alice.sendJoin(room, 'alice');
  await alice.say(room, 'one');
  await alice.say(room, 'two');
  await alice.tell(`${room}/bob`, 'three');
  const echoes = [];
  for (const body of ['one', 'two']) echoes.push(await alice.expect({ from: `${room}/alice`, body }));
  const self = alice.received.findIndex((stanza) => statusCodes(stanza).includes(110));
  const places = echoes.map((echo) => alice.received.indexOf(echo));
  expect([self, ...places]).toEqual([self, ...places].sort((a, b) => a - b));
  await bob.log.find('channel-message', ({ message }) => message.text === 'two');
  await bob.log.find('private-message', ({ message }) => message.text === 'three');
  expect(bob.log.texts).toEqual(['one', 'two', 'three']);
});
