import { expect } from 'vitest';
import { expectStanza } from '../support/expect-stanza.js';
import { scenario } from '../support/scenario.js';

// Contract 1 and 2: `nick!@gw` is a SILC user, also for somebody who shares no channel with it.
scenario('private messages by user address go both ways', async (world) => {
  const bob = await world.native('Bob');
  const phone = await world.user({ resource: 'phone' });
  const laptop = await world.user({ name: phone.name, resource: 'laptop' });
  await phone.join(world.room('lounge'), 'alice');

  await phone.tell(world.silcUser('bob'), 'hello bob');
  const { sender, message } = await bob.log.find('private-message');
  expect(sender.nickname).toBe('alice');
  expect(message).toMatchObject({ kind: 'text', text: 'hello bob', signature: 'none' });

  // To the account: its server decides which clients get it.
  await bob.session.tell(sender.clientId, 'hello alice');
  const answer = await phone.expect({ name: 'message', body: 'hello alice' });
  expectStanza(
    answer,
    `<message from="${world.silcUser('bob')}" to="${world.shownAs(phone)}" type="chat"><body>hello alice</body></message>`,
    { without: ['id'] },
  );
  await laptop.expect({ from: world.silcUser('bob'), type: 'chat', body: 'hello alice' });

  // Any client of the user may go on, in the same session.
  await laptop.tell(world.silcUser('bob'), 'from the laptop');
  const second = await bob.log.find('private-message', ({ message: { text } }) => text === 'from the laptop');
  expect(second.sender.clientId).toBe(sender.clientId);
  await phone.expectNothing(world.gw, { name: 'message' });
  await laptop.expectNothing(world.gw, { name: 'message' });
});
