import { expect } from 'vitest';
import { carryOut, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

// The settings `away-text` and `mentions`, for who stays without a client.
scenario(
  'a user who stays answers with the own text, and has those mentions kept that are wanted',
  async (world) => {
    const [lounge, garden] = [world.room('lounge'), world.room('garden')];
    const bob = await world.native('bob');
    const rooms = [await bob.session.join('lounge'), await bob.session.join('garden')];
    const alice = await world.user();
    for (const room of [lounge, garden]) {
      await alice.join(room, 'alice');
      await carryOut(alice, room, 'stay', [{ 'silc#stay': '1' }]);
    }
    expect(await inWords(alice, world.gw, 'settings away-text "Back on Monday."')).toContain(
      'Back on Monday.',
    );
    // Of all rooms none, but of one.
    expect(await inWords(alice, world.gw, 'settings mentions no')).toContain('no');
    expect(await inWords(alice, world.gw, 'settings mentions yes garden')).toContain('yes');
    await bob.session.watch({ nickname: 'alice' });
    await alice.logout();
    await bob.log.find('watched-changed');

    for (const { channel } of rooms) await bob.session.say(channel.id, `alice: news of ${channel.name}`);
    const [found] = await bob.session.whois('alice');
    if (found === undefined) throw new Error('nobody is called alice');
    await bob.session.tell(found.user.clientId, 'are you there?');
    expect((await bob.log.find('private-message')).message.text).toBe('Back on Monday.');

    const back = await world.user({ name: alice.name });
    const { history } = await back.join(lounge, 'alice');
    expect(history.map((line) => line.getChildText('body'))).toContain('alice: news of lounge');
    const mention = await back.expect({ name: 'message', from: world.gw });
    expect(mention.getChildText('body')).toBe(`bob mentioned you in ${garden}: alice: news of garden`);
    await back.expect({ from: world.silcUser('bob'), body: 'are you there?' });
    await back.expectNothing(world.gw, { name: 'message', from: world.gw });
  },
  { config: { history: { days: 30 } } },
);
