import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

// Contract 2: SILC channels see no quit, Jabber clients see no leave.
scenario('a restart of the gateway is noticed by nobody', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const phone = await world.user({ resource: 'phone' });
  const laptop = await world.user({ name: phone.name, resource: 'laptop' });
  const carol = await world.user();
  const everybody = [phone, laptop, carol];
  for (const user of everybody) user.onRequest((iq) => iqResult(iq));
  await phone.join(room, 'alice');
  await laptop.join(room, 'alice');
  await carol.join(room, 'carol');
  await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'carol');
  for (const user of [phone, laptop]) await user.expect({ name: 'presence', from: `${room}/carol` });
  const members = (): string[] => [...channel.members.values()].map(({ user }) => user.clientId).sort();
  const before = members();
  bob.log.clear();
  for (const user of everybody) user.received.length = 0;

  await world.stopGateway('suspend');
  // While it is away the Jabber server answers for it, and what is said on SILC is heard by nobody.
  const lost = await phone.say(room, 'hello?');
  const bounce = await phone.expect({ name: 'message', type: 'error', id: lost });
  // Of a component that is away jabberd2 says that there is none.
  expect(parseStanzaError(bounce).condition).toMatch(
    world.kind === 'jabberd2' ? /item-not-found/ : /service-unavailable|remote-server|recipient-unavailable/,
  );
  await bob.session.say(channel.id, 'into the gap');
  await world.startGateway();
  for (const user of everybody) await user.expect(isGap, 'the gap line');

  await bob.session.say(channel.id, 'welcome back');
  for (const user of everybody) await user.expect({ from: `${room}/bob`, body: 'welcome back' });
  await carol.say(room, 'was there something?');
  for (const user of everybody) {
    await user.expect({ from: `${room}/carol`, body: 'was there something?' });
  }
  await phone.say(room, 'no');
  for (const user of everybody) await user.expect({ from: `${room}/alice`, body: 'no' });
  await bob.log.find('channel-message', ({ message }) => message.text === 'no');

  for (const user of everybody) expect(user.received.filter(({ name }) => name === 'presence')).toEqual([]);
  expect(bob.log.events.map(({ type }) => type).filter((type) => type !== 'channel-message')).toEqual([]);
  expect(members()).toEqual(before);
});
