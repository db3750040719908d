import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

// Contract 5: every legal message fits, whatever XML makes of its characters: each of these is five octets there.
scenario('64,000 ampersands from SILC and 60,000 from Jabber arrive whole', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const carol = await world.user();
  await carol.join(room, 'carol');
  await alice.expect({ name: 'presence', from: `${room}/carol` });

  const fromSilc = '&'.repeat(64_000);
  await bob.session.say(channel.id, fromSilc);
  for (const user of [alice, carol]) {
    const got = await user.expect({ name: 'message', from: `${room}/bob` });
    expect(got.getChildText('body')).toBe(fromSilc);
  }

  const fromJabber = '&'.repeat(60_000);
  // As CDATA: Prosody lets a client write no more than 256 KiB at once, and counts what the client wrote.
  alice.write(
    `<message to='${room}' type='groupchat' id='whole'><body><![CDATA[${fromJabber}]]></body></message>`,
  );
  const { message, sender } = await bob.log.find('channel-message');
  expect(message.text).toBe(fromJabber);
  for (const user of [alice, carol]) {
    const got = await user.expect({ name: 'message', from: `${room}/alice` });
    expect(got.getChildText('body')).toBe(fromJabber);
    expect(got.attrs.id).toBe('whole');
  }

  // The same to one person.
  await bob.session.tell(sender.clientId, fromSilc);
  const told = await alice.expect({ name: 'message', type: 'chat', from: world.silcUser('bob') });
  expect(told.getChildText('body')).toBe(fromSilc);
  alice.write(
    `<message to='${world.silcUser('bob')}' type='chat'><body><![CDATA[${fromJabber}]]></body></message>`,
  );
  const heard = await bob.log.find('private-message');
  expect(heard.message.text).toBe(fromJabber);
  for (const user of [alice, carol]) await user.expectNothing(world.gw);
});
