import { expect } from 'vitest';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { scenario } from '../support/scenario.js';

// Contract 3, messages; XEP-0045, 7.4: who is not in the room, be it with this client only, learns that at once.
scenario('a message of somebody who is not in the room is refused and not sent', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const inside = await world.user({ resource: 'inside' });
  await inside.join(room, 'alice');
  const outside = await world.user({ name: inside.name, resource: 'outside' });
  const stranger = await world.user();

  for (const user of [outside, stranger]) {
    const id = await user.say(room, 'let me in');
    const refusal = await user.expect({ name: 'message', type: 'error', id });
    expect(refusal.attrs).toMatchObject({ from: room, to: user.full });
    expect(parseStanzaError(refusal)).toMatchObject({ type: 'modify', condition: 'not-acceptable' });

    const privateId = await user.tell(`${room}/bob`, 'psst');
    const refusedWhisper = await user.expect({ name: 'message', type: 'error', id: privateId });
    expect(refusedWhisper.attrs).toMatchObject({ from: `${room}/bob`, to: user.full });
    expect(parseStanzaError(refusedWhisper)).toMatchObject({ type: 'modify', condition: 'not-acceptable' });
    await user.expectNothing(world.gw);
  }

  await inside.say(room, 'last');
  await bob.log.find('channel-message', ({ message }) => message.text === 'last');
  expect(bob.log.texts).toEqual(['last']);
  await inside.expect({ from: `${room}/alice`, body: 'last' });
  await inside.expectNothing(world.gw);
});
