import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const MINUTE = 60;

const idleSeconds = async (asker: JabberUser, of: string): Promise<number> => {
  const answer = await asker.request(of, 'get', xml('query', { xmlns: 'jabber:iq:last' }));
  return Number(answer.getChild('query', 'jabber:iq:last')?.attrs['seconds']);
};

/** As a client shows it whose user has been away from it for so long. */
const idle = (minutes: number) =>
  xml('idle', {
    xmlns: 'urn:xmpp:idle:1',
    since: new Date(Date.now() - minutes * MINUTE * 1_000).toISOString(),
  });

// XEP-0012 of users of the gateway: what their clients tell (XEP-0319) and what they write, also where SILC hears nothing of it.
scenario('since when another user of the gateway is idle is told as its client says it', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  const carol = await world.user();
  await alice.send(
    xml('presence', { to: `${room}/alice` }, xml('x', { xmlns: 'http://jabber.org/protocol/muc' }), idle(10)),
  );
  await alice.expect({ name: 'message', from: room, subject: '' });
  await carol.join(room, 'carol');
  for (const asker of [carol, alice]) {
    for (const address of [`${room}/alice`, world.silcUser('alice')]) {
      const seconds = await idleSeconds(asker, address);
      expect(seconds).toBeGreaterThanOrEqual(10 * MINUTE);
      expect(seconds).toBeLessThan(15 * MINUTE);
    }
  }
  expect(await idleSeconds(alice, `${room}/carol`)).toBeLessThan(5 * MINUTE);

  await alice.tell(world.silcUser('carol'), 'back again');
  await carol.expect({ name: 'message', body: 'back again' });
  // What the client says of the time before is old by now.
  await alice.send(xml('presence', { to: `${room}/alice` }, idle(9)));
  expect(await idleSeconds(carol, `${room}/alice`)).toBeLessThan(5 * MINUTE);
});
