import { expect } from 'vitest';
import { carryOut, command, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

// The command `ignore`: the same as blocking, for clients that cannot block.
scenario('a SILC user is ignored by a command, and heard again by it', async (world) => {
  const bob = await world.native('bob');
  const alice = await world.user();
  await alice.tell(world.silcUser('bob'), 'hello');
  const { sender } = await bob.log.find('private-message');
  const forms = [{ contact: 'bob', ignore: '1' }];
  expect(await carryOut(alice, world.gw, 'ignore', forms)).toContain('do not hear');
  const form = await command(alice, world.gw, { node: 'ignore' });
  expect(form.getChild('x')?.getChildText('instructions')).toContain(world.silcUser('bob'));
  await bob.session.tell(sender.clientId, 'can you hear me?');
  await bob.session.ping();
  expect(await inWords(alice, world.gw, 'ignore bob false')).toContain('You hear');
  await bob.session.tell(sender.clientId, 'and now?');
  await alice.expect({ name: 'message', from: world.silcUser('bob'), body: 'and now?' });
  expect(alice.received.some((stanza) => stanza.getChildText('body') === 'can you hear me?')).toBe(false);
  await expect(
    carryOut(alice, world.gw, 'ignore', [{ contact: 'a@b@c', ignore: '1' }]),
  ).rejects.toMatchObject({
    condition: 'bad-request',
  });
});
