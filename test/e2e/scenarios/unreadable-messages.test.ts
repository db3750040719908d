import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelMode } from '../../../src/silc/modes.js';
import { refusalOf } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const SILC = 'urn:silc-xmpp-gateway:message:0';

// What is under a key that the gateway does not have is not passed over in silence, nor can a line go out without it.
scenario('a Jabber user learns of messages under keys that the gateway does not have', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const { member } = await bob.log.find('member-joined');

  await bob.session.setChannelMode(channel.id, { set: ChannelMode.privateKey });
  bob.session.channelControl.setPrivateKey(channel.id, 'key', 'only for us');
  await bob.session.say(channel.id, 'one');
  await bob.session.say(channel.id, 'two');
  const notice = await alice.expect({ name: 'message', type: 'groupchat', from: room, has: [SILC] });
  expect(notice.getChildText('body')).toContain('private key');
  expect(notice.getChild('silc', SILC)?.attrs.kind).toBe('undecryptable');
  const id = await alice.say(room, 'what?');
  const refused = await alice.expect({ name: 'message', type: 'error', id });
  expect(refusalOf(refused).type).not.toBe('wait');

  // Once is enough for all of them, until one can be read.
  await bob.session.setChannelMode(channel.id, { clear: ChannelMode.privateKey });
  await bob.session.say(channel.id, 'for everybody');
  await alice.expect({ from: `${room}/bob`, body: 'for everybody' });
  expect(alice.received.filter((stanza) => stanza.getChild('silc', SILC) !== undefined)).toHaveLength(1);

  await bob.session.setPrivateKey(member.user.clientId, 'between two others');
  await bob.session.tell(member.user.clientId, 'sealed');
  const sealed = await alice.expect({ name: 'message', type: 'chat', from: world.silcUser('bob') });
  expect(sealed.getChildText('body')).not.toContain('sealed');
  expect(sealed.getChild('silc', SILC)?.attrs.kind).toBe('undecryptable');
  await alice.send(
    xml('message', { to: `${room}/bob`, type: 'chat' }, xml('body', {}, 'I cannot read that')),
  );
  await bob.log.find('private-message', ({ message }) => message.text === 'I cannot read that');
});
