import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

const MESSAGES = 3_000;

// Contract 6: who floods one user makes that one late, and nobody on another network.
scenario(
  'private messages by the thousand to one user stop nobody on another network, and all of them arrive',
  async (world) => {
    const [lounge, kitchen] = [world.room('lounge'), world.room('kitchen%other')];
    const mallory = await world.native('mallory');
    await mallory.session.join('lounge');
    const alice = await world.user();
    await alice.join(lounge, 'alice');
    const { member } = await mallory.log.find('member-joined');
    const bob = await world.other.client('bob');
    const { channel } = await bob.join('kitchen');
    const carol = await world.user();
    await carol.join(kitchen, 'carol');

    const texts = Array.from({ length: MESSAGES }, (_, count) => `flood ${count}`);
    const flood = Promise.all(texts.map((text) => mallory.session.tell(member.user.clientId, text)));
    for (let count = 0; count < 5; count++) {
      await carol.say(kitchen, `carol ${count}`);
      await carol.expect({ from: `${kitchen}/carol`, body: `carol ${count}` });
      await bob.say(channel.id, `bob ${count}`);
      await carol.expect({ from: `${kitchen}/bob`, body: `bob ${count}` });
    }
    await flood;
    const heard: (string | null)[] = [];
    while (heard.length < MESSAGES) {
      const stanza = await alice.expect({ name: 'message' }, undefined, 30_000);
      heard.push(stanza.getChildText('body'));
    }
    expect(heard).toEqual(texts);
    await alice.expectNothing(world.gw);
    await carol.expectNothing(world.gw);
  },
  { otherNetwork: 'other' },
);
