import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { version } from '../../../src/version.js';
import { scenarioEverywhere } from '../support/scenario.js';

const ping = () => xml('ping', { xmlns: 'urn:xmpp:ping' });
const unknown = () => xml('query', { xmlns: 'urn:example:unknown' });

// Contract 3: every iq is answered.
scenarioEverywhere('version and ping are answered, and what is unknown is refused', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');

  for (const to of [world.gw, room]) {
    const answer = await alice.request(to, 'get', xml('query', { xmlns: 'jabber:iq:version' }));
    expect(answer.getChild('query')?.getChildText('name')).toBe('silc-xmpp-gateway');
    expect(answer.getChild('query')?.getChildText('version')).toBe(version);
    expect(answer.getChild('query')?.getChild('os')).toBeUndefined();
  }
  for (const to of [world.gw, room, world.room('elsewhere'), `${room}/bob`, `${room}/alice`]) {
    const answer = await alice.request(to, 'get', ping());
    expect(answer.attrs).toMatchObject({ type: 'result', from: to, to: alice.full });
    expect(answer.getChildElements()).toEqual([]);
  }
  await expect(alice.request(`${room}/nobody`, 'get', ping())).rejects.toMatchObject({
    type: 'cancel',
    condition: 'item-not-found',
  });
  const uptime = await alice.request(world.gw, 'get', xml('query', { xmlns: 'jabber:iq:last' }));
  expect(uptime.getChild('query')?.attrs['seconds']).toMatch(/^\d+$/);

  for (const type of ['get', 'set'] as const) {
    for (const to of [world.gw, room]) {
      await expect(alice.request(to, type, unknown())).rejects.toMatchObject({
        type: 'cancel',
        condition: 'feature-not-implemented',
      });
    }
    // As a client answers what it does not know (RFC 6120, 8.4).
    for (const to of [world.silcUser('bob'), `${room}/bob`]) {
      await expect(alice.request(to, type, unknown())).rejects.toMatchObject({
        type: 'cancel',
        condition: 'service-unavailable',
      });
    }
  }
  // Reading is not writing.
  await expect(
    alice.request(world.gw, 'set', xml('query', { xmlns: 'jabber:iq:version' })),
  ).rejects.toMatchObject({
    condition: 'feature-not-implemented',
  });
  // Addresses that stand for nothing.
  for (const to of [`a%b%c@${world.gw}`, `a!b!c@${world.gw}`, `x\\{ffffff}@${world.gw}`]) {
    await expect(alice.request(to, 'get', ping())).rejects.toMatchObject({
      type: 'modify',
      condition: 'jid-malformed',
    });
  }
  await alice.expectNothing(world.gw);
});
