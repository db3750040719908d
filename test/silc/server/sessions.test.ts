import { afterEach, expect, it } from 'vitest';
import { EventLog, nextEvent, startSilcWorld, type SilcWorld } from '../../support/silc-world.js';

let world: SilcWorld;
afterEach(() => world.close());

it('two sessions talk on a channel of an embedded server', async () => {
  world = await startSilcWorld();
  const [alice, bob] = [await world.client('alice'), await world.client('bob')];
  const { channel, created } = await alice.join('test');
  expect(created).toBe(true);
  const joined = nextEvent(alice, 'member-joined');
  await bob.join('test');
  expect((await joined).member.user.nickname).toBe('bob');
  const log = new EventLog(bob);
  const { digest } = await alice.say(channel.id, 'hello, wörld 😀');
  const { message, sender } = await log.find('channel-message');
  expect(message.text).toBe('hello, wörld 😀');
  expect(message.digest).toBe(digest);
  expect(sender.nickname).toBe('alice');
});
