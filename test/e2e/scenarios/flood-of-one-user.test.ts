import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

const LINES = 1500;

// One user's flood is that user's trouble; each line of it is reflected or comes back as an error.
scenario('a flood of one user does not stop another', async (world) => {
  const [lounge, kitchen] = [world.room('lounge'), world.room('kitchen')];
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('kitchen');
  const mallory = await world.user();
  const carol = await world.user();
  await mallory.join(lounge, 'mallory');
  await carol.join(kitchen, 'carol');

  const flood = Promise.all(
    Array.from({ length: LINES }, (_, count) => mallory.say(lounge, `flood ${count}`)),
  );
  for (let count = 0; count < 5; count++) {
    await carol.say(kitchen, `carol ${count}`);
    await carol.expect({ from: `${kitchen}/carol`, body: `carol ${count}` });
    await bob.session.say(channel.id, `bob ${count}`);
    await carol.expect({ from: `${kitchen}/bob`, body: `bob ${count}` });
  }
  expect(bob.log.texts).toHaveLength(5);
  await flood;
  await mallory.barrier(world.gw);

  const bodies: (string | null)[] = [];
  let refused = 0;
  for (let count = 0; count < LINES; count++) {
    const stanza = await mallory.expect({ name: 'message' });
    if (stanza.attrs.type === 'error') refused++;
    else bodies.push(stanza.getChildText('body'));
  }
  expect(bodies.length + refused).toBe(LINES);
  // In order, none twice.
  const numbers = bodies.map((body) => Number(body?.slice('flood '.length)));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.length).toBeGreaterThan(100);
  await mallory.expectNothing(world.gw);
});
