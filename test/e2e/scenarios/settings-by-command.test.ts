import { expect } from 'vitest';
import { carryOut, command, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

// Every setting is a command away, as a form and in words, and does what it says.
scenario('settings are set by a form and in words, and hold', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  const bob = await world.native('bob');
  const form = await command(alice, world.gw, { node: 'settings' });
  const names = form
    .getChild('x', 'jabber:x:data')
    ?.getChildren('field')
    .map(({ attrs }) => attrs.var);
  expect(names).toEqual(expect.arrayContaining(['nick', 'real-name', 'sign', 'language']));
  const own = { 'real-name': 'Alice L.', sign: '1', mentions: '1', nick: 'alice', language: '' };
  const sessionid = form.attrs.sessionid ?? '';
  const stored = await command(alice, world.gw, { node: 'settings', sessionid }, own);
  expect(stored.getChildText('note')).toContain('stored');

  await alice.tell(world.silcUser('bob'), 'signed');
  const { sender, message } = await bob.log.find('private-message');
  expect(message.signature).toBe('verified');
  const [found] = await bob.session.whois('alice');
  expect(found?.user.realName).toBe('Alice L.');

  // Of a room goes before what is said of all.
  await alice.join(room, 'alice');
  const { channel } = await bob.session.join('lounge');
  await alice.expect({ name: 'presence', from: `${room}/bob` });
  expect(await carryOut(alice, room, 'settings', [{ sign: '0', mentions: '1', autojoin: '0' }])).toContain(
    'stored',
  );
  await alice.say(room, 'unsigned');
  const line = await bob.log.find('channel-message', ({ message: { text } }) => text === 'unsigned');
  expect(line.message.signature).toBe('none');
  expect(await inWords(alice, world.gw, `settings sign true ${room}`)).toContain('yes');
  await alice.say(room, 'signed again');
  const signed = await bob.log.find('channel-message', ({ message: { text } }) => text === 'signed again');
  expect(signed.message.signature).toBe('verified');
  expect(channel.name).toBe('lounge');

  expect(await inWords(alice, world.gw, 'settings')).toContain('sign = yes');
  expect(await inWords(alice, world.gw, 'settings real-name')).toContain(
    'It holds from the next connection on',
  );
  expect(await inWords(alice, world.gw, 'settings sign perhaps')).toContain('does not take this value');
  expect(await inWords(alice, world.gw, 'settings nonsense 1')).toContain('no setting');
  expect(await inWords(alice, world.gw, 'settings sign default')).toContain('no now');

  // To verified contacts only.
  await inWords(alice, world.gw, 'settings verified-only yes');
  const id = await alice.tell(world.silcUser('bob'), 'who are you?');
  const refusal = await alice.expect({ name: 'message', type: 'error', id });
  expect(refusal.getChild('error')?.getChildText('text')).toContain('verified contacts only');
  const [self] = await bob.session.whois('bob');
  await inWords(alice, world.gw, `verify bob ${self?.user.fingerprint ?? ''}`);
  await alice.expect({ name: 'presence', from: `${room}/bob` });
  await alice.tell(world.silcUser('bob'), 'now I know');
  await bob.log.find('private-message', ({ message: { text } }) => text === 'now I know');
  expect(sender.nickname).toBe('alice');

  // The language of the user goes before that of the client, and of nobody else.
  expect(await inWords(alice, world.gw, 'settings language de')).toContain('language ist jetzt de');
  expect(await inWords(alice, world.gw, 'help trust')).toContain('Schlüssel');
  const carol = await world.user();
  expect(await inWords(carol, world.gw, 'settings')).toContain('sign = no');
});
