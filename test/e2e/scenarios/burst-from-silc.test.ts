import { expect } from 'vitest';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

const LINES = 200;

// Every line once, in order, to everybody, and the same id for all.
scenario('a burst from SILC arrives in order and once', async (world) => {
  const { room, alice, bob, channel, carol } = await loungeOfBob(world);

  const lines = Array.from({ length: LINES }, (_, count) => `line ${count}`);
  await Promise.all(lines.map((line) => bob.session.say(channel.id, line)));
  const ids: (string | undefined)[][] = [];
  for (const user of [alice, carol]) {
    const got = await user.expectSequence(
      lines.map((body) => ({ type: 'groupchat', from: `${room}/bob`, body })),
    );
    ids.push(got.map((stanza) => stanza.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs['id']));
    await user.expectNothing(world.gw);
  }
  expect(new Set(ids[0]).size).toBe(LINES);
  expect(ids[1]).toEqual(ids[0]);
});
