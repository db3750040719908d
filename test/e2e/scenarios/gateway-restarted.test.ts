import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

const OCCUPANT_ID = 'urn:xmpp:occupant-id:0';

// Contract 2: the key pair is the user's identity on SILC and is kept for good. Contract 1: so are occupant ids.
scenario('a gateway that stops for good and comes back does not change who anybody is', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  const carol = await world.user();

  const before = await identities();
  await world.stopGateway();
  for (const user of [alice, carol]) await user.expect({ type: 'unavailable', status: [110, 332] });
  for (const nickname of ['alice', 'carol']) {
    await bob.log.find('member-left', ({ user }) => user.nickname === nickname);
  }
  await world.startGateway();
  const after = await identities();

  expect(after).toEqual(before);
  expect(new Set([...before.fingerprints, ...before.occupantIds]).size).toBe(5);

  async function identities() {
    await alice.join(room, 'alice');
    const { occupants, self } = await carol.join(room, 'carol');
    const names = [...occupants, self].map(({ attrs }) => attrs.from).sort();
    expect(names).toEqual([`${room}/alice`, `${room}/bob`, `${room}/carol`]);
    const occupantIds = [...occupants, self]
      .map(
        (presence) => `${presence.attrs.from} ${presence.getChild('occupant-id', OCCUPANT_ID)?.attrs['id']}`,
      )
      .sort();
    const fingerprints: (string | undefined)[] = [];
    for (const nickname of ['alice', 'carol']) {
      const [found] = await bob.session.whois(nickname);
      expect(found?.user.fingerprint).toMatch(/^[0-9a-f]{40}$/);
      fingerprints.push(found?.user.fingerprint);
    }
    return { occupantIds, fingerprints };
  }
});
