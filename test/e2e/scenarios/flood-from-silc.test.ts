import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

const LISTENERS = 5;
const LINES = 300;
/** Each of its characters becomes five in XML. */
const LONG = '&'.repeat(52_000);
const LONG_LINES = 6;

// Contract 6: who floods a crowded channel makes that one late, and no other; nothing of it is lost.
scenario(
  'a flood from SILC on a crowded channel stops no other room, and all of it arrives',
  async (world) => {
    const [lounge, kitchen] = [world.room('lounge'), world.room('kitchen')];
    const mallory = await world.native('mallory');
    const { channel } = await mallory.session.join('lounge');
    const bob = await world.native('bob');
    const quiet = (await bob.session.join('kitchen')).channel;
    const crowd = await Promise.all(Array.from({ length: LISTENERS }, () => world.user()));
    for (const [index, user] of crowd.entries()) await user.join(lounge, `user${index}`);
    const carol = await world.user();
    await carol.join(kitchen, 'carol');
    for (const user of crowd) user.received.length = 0;

    const texts = Array.from({ length: LINES }, (_, count) => `flood ${count}`);
    texts.splice(LINES / 2, 0, ...Array<string>(LONG_LINES).fill(LONG));
    const flood = Promise.all(texts.map((text) => mallory.session.say(channel.id, text)));
    for (let count = 0; count < 5; count++) {
      await carol.say(kitchen, `carol ${count}`);
      await carol.expect({ from: `${kitchen}/carol`, body: `carol ${count}` });
      await bob.session.say(quiet.id, `bob ${count}`);
      await carol.expect({ from: `${kitchen}/bob`, body: `bob ${count}` });
    }
    await flood;
    for (const user of crowd) {
      const heard: (string | null)[] = [];
      while (heard.length < texts.length) {
        const stanza = await user.expect({ name: 'message', from: `${lounge}/mallory` }, undefined, 30_000);
        heard.push(stanza.getChildText('body'));
      }
      expect(heard).toEqual(texts);
    }
  },
  { timeoutMs: 120_000 },
);
