import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelMode } from '../../../src/silc/modes.js';
import { carryOut, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

const NS = 'urn:silc-xmpp-gateway:message:0';

// Messages under keys that SILC servers do not know.
scenario('a key with a SILC user is set from a passphrase, and dropped', async (world) => {
  const alice = await world.user();
  const bob = await world.native('bob');
  const address = world.silcUser('bob');
  await expect(
    carryOut(alice, world.gw, 'key-set', [{ contact: address, passphrase: 'between us' }]),
  ).rejects.toMatchObject({ condition: 'item-not-found' });
  await alice.tell(address, 'hello');
  const { sender } = await bob.log.find('private-message');
  await carryOut(alice, world.gw, 'key-set', [{ contact: address, passphrase: 'between us' }]);
  await bob.session.setPrivateKey(sender.clientId, 'between us', 'responder');
  expect(await inWords(alice, world.gw, 'keys')).toContain('a key from a passphrase');

  await alice.tell(address, 'nobody else reads this');
  const got = await bob.log.find(
    'private-message',
    ({ message }) => message.text === 'nobody else reads this',
  );
  expect(got.protection).toBe('static-key');
  await bob.session.tell(sender.clientId, 'nor this');
  const answer = await alice.expect({ from: address, body: 'nor this' });
  expect(answer.getChild('silc', NS)?.attrs.protection).toBe('static-key');

  bob.session.removePrivateKey(sender.clientId);
  expect(await inWords(alice, world.gw, `key-clear ${address}`)).toContain('no own key');
  expect(await inWords(alice, world.gw, 'keys')).toContain('There are no such keys');
  await alice.tell(address, 'in the open');
  const open = await bob.log.find('private-message', ({ message }) => message.text === 'in the open');
  expect(open.protection).toBe('session');
});

scenario(
  'a private key of a channel is set and cleared',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    await bob.session.setChannelMode(channel.id, { set: ChannelMode.privateKey });
    bob.session.channelControl.setPrivateKey(channel.id, 'ours', 'among us');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const key = { room, name: 'ours', passphrase: 'among us' };
    expect(await carryOut(alice, world.gw, 'channel-key-set', [key])).toContain('is set');
    expect(await inWords(alice, world.gw, 'keys')).toContain('“ours”');
    await bob.session.say(channel.id, 'secret of bob');
    await alice.expect({ type: 'groupchat', body: 'secret of bob' });
    await alice.say(room, 'secret of alice');
    const said = await bob.log.find('channel-message', ({ message }) => message.text === 'secret of alice');
    expect(said.protection).toBe('private-key');
    await alice.expect({ type: 'groupchat', body: 'secret of alice' });

    // Another user of the gateway reads it with the key, and nothing without it: neither now nor in the history.
    const dave = await world.user();
    await dave.join(room, 'dave');
    await alice.expect({ name: 'presence', from: `${room}/dave` });
    await alice.say(room, 'not for dave');
    await alice.expect({ type: 'groupchat', body: 'not for dave' });
    await dave.expect((stanza) => stanza.getChild('silc', NS)?.attrs.kind === 'undecryptable');
    await carryOut(dave, world.gw, 'channel-key-set', [key]);
    await alice.say(room, 'for dave, too');
    await dave.expect({ type: 'groupchat', body: 'for dave, too' });
    await alice.expect({ type: 'groupchat', body: 'for dave, too' });
    const archive = await dave.request(room, 'set', xml('query', { xmlns: 'urn:xmpp:mam:2' }));
    expect(archive.getChild('fin')?.getChild('set')?.getChildText('count') ?? '0').toBe('0');
    expect(dave.received.map((stanza) => stanza.getChildText('body'))).not.toContain('not for dave');

    // Who is not there sets none.
    const carol = await world.user();
    await expect(carryOut(carol, world.gw, 'channel-key-set', [key])).rejects.toMatchObject({
      condition: 'item-not-found',
    });
    expect(await carryOut(alice, world.gw, 'channel-key-clear', [{ room, name: 'ours' }])).toContain(
      'dropped',
    );
    expect(await inWords(alice, world.gw, 'keys')).toContain('There are no such keys');
  },
  { config: { history: { days: 30 } } },
);
