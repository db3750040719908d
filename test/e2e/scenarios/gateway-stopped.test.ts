import { expect } from 'vitest';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { scenario } from '../support/scenario.js';

// Contract 3: 332 at shutdown, role none; SILC sees a QUIT, not a lost connection. So it is by SIGINT.
scenario('a gateway that stops for good says good-bye on both sides', async (world) => {
  const [lounge, kitchen] = [world.room('lounge'), world.room('kitchen')];
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const phone = await world.user({ resource: 'phone' });
  const laptop = await world.user({ name: phone.name, resource: 'laptop' });
  const carol = await world.user();
  await phone.join(lounge, 'alice');
  await phone.join(kitchen, 'alice');
  await laptop.join(lounge, 'alice');
  await carol.join(lounge, 'carol');
  await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'carol');
  bob.log.clear();

  await world.stopGateway();
  for (const [client, jid] of [
    [phone, `${lounge}/alice`],
    [phone, `${kitchen}/alice`],
    [laptop, `${lounge}/alice`],
    [carol, `${lounge}/carol`],
  ] as const) {
    const farewell = await client.expect({
      name: 'presence',
      from: jid,
      type: 'unavailable',
      status: [110, 332],
    });
    expect(farewell.getChild('x')?.getChild('item')?.attrs['role']).toBe('none');
    expect(farewell.getChildText('status')).toMatch(/shutting down/);
  }
  for (const nickname of ['alice', 'carol']) {
    const { cause } = await bob.log.find('member-left', ({ user }) => user.nickname === nickname);
    expect(cause.kind).toBe('signoff');
  }
  expect(await bob.session.whois('alice')).toEqual([]);

  // Now the Jabber server answers for it.
  const id = await phone.say(lounge, 'hello?');
  const bounce = await phone.expect({ name: 'message', type: 'error', id });
  expect(parseStanzaError(bounce).condition).toMatch(
    /service-unavailable|remote-server|recipient-unavailable/,
  );
});
