import { afterEach, expect, it } from 'vitest';
import { ChannelMode } from '../../../../src/silc/modes.js';
import { EventLog, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

let world: SilcWorld | undefined;
afterEach(() => world?.close());

it('a private key is the same for all sessions that have it, whatever they call it, and what is sent is under it', async () => {
  world = await startSilcWorld();
  const [ann, bob, eve] = [await world.client('ann'), await world.client('bob'), await world.client('eve')];
  const { channel } = await ann.join('lounge');
  for (const session of [bob, eve]) await session.join('lounge');
  const log = new EventLog(bob);
  expect(ann.sendingPrivateKey(channel.id)).toBeUndefined();
  await ann.setChannelMode(channel.id, { set: ChannelMode.privateKey });
  await log.find('channel-mode-changed');
  expect(ann.sendingPrivateKey(channel.id)).toBeUndefined();

  ann.channelControl.setPrivateKey(channel.id, 'ours', 'among us');
  bob.channelControl.setPrivateKey(channel.id, 'theirs', 'among us');
  eve.channelControl.setPrivateKey(channel.id, 'ours', 'another one');
  const key = ann.sendingPrivateKey(channel.id);
  if (key === undefined) throw new Error('no key');
  expect([ann, bob, eve].map((session) => session.holdsKey(channel.id, key))).toEqual([true, true, false]);
  // Of another cipher it is another key.
  eve.channelControl.setPrivateKey(channel.id, 'ctr', 'among us', { cipher: 'aes-256-ctr' });
  expect(eve.holdsKey(channel.id, key)).toBe(false);

  const sent = await ann.say(channel.id, 'psst');
  expect(sent.key).toBe(key);
  const { key: heard } = await log.find('channel-message');
  expect([ann, bob, eve].map((session) => session.holdsKey(channel.id, heard))).toEqual([true, true, false]);

  // Whoever drops it has it no longer; the others keep it.
  ann.channelControl.removePrivateKey(channel.id, 'ours');
  expect([ann, bob].map((session) => session.holdsKey(channel.id, key))).toEqual([false, true]);
});
