import { expect } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import { scenario } from '../support/scenario.js';

/** A text of exactly so many octets, with characters of one to four octets. */
function line(octets: number, mark: string): string {
  const text = `${mark}👩‍👩‍👧 naïve — 漢字 😀 `.repeat(Math.ceil(octets / 16)).slice(0, Math.floor(octets / 4));
  const whole = text.replace(/[\ud800-\udbff]$/, '');
  return whole + 'x'.repeat(octets - utf8(whole).length);
}

// Contract 5: no splitting, no trimming, no cutting.
scenario('long lines arrive in one piece and unchanged, both ways', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');

  for (const octets of [10_000, 64_000]) {
    const [fromSilc, fromJabber] = [line(octets, 's'), line(octets, 'j')];
    expect(utf8(fromSilc)).toHaveLength(octets);
    await bob.session.say(channel.id, fromSilc);
    const got = await alice.expect({ name: 'message', from: `${room}/bob` });
    expect(got.getChildText('body')).toBe(fromSilc);

    bob.log.clear();
    await alice.say(room, fromJabber);
    const { message } = await bob.log.find('channel-message');
    expect(message.text).toBe(fromJabber);
    const reflection = await alice.expect({ name: 'message', from: `${room}/alice` });
    expect(reflection.getChildText('body')).toBe(fromJabber);
    await alice.expectNothing(world.gw);
    expect(bob.log.texts).toHaveLength(1);
  }
});
