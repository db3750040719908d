import { expect } from 'vitest';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { scenario } from '../support/scenario.js';

// Contract 1: never sent to a guess; the answer names the addresses that work, and they do.
scenario('a private message to a nick that two hold is refused and names both', async (world) => {
  const first = await world.native('bob');
  const second = await world.native('bob', { keyPair: keyPairNamed('another bob') });
  const alice = await world.user();
  await alice.join(world.room('lounge'), 'alice');

  const id = await alice.tell(world.silcUser('bob'), 'which of you?');
  const refusal = await alice.expect({ type: 'error', id, from: world.silcUser('bob') });
  const { type, condition, text } = parseStanzaError(refusal);
  expect({ type, condition }).toEqual({ type: 'cancel', condition: 'conflict' });
  const addresses = [...text.matchAll(/(\S+@\S+) <(xmpp:\S+)>/g)].map((match) => {
    const address = match[1] ?? '';
    expect(match[2]).toBe(`xmpp:${address}?message`);
    return address;
  });
  expect(addresses).toHaveLength(2);
  expect(new Set(addresses).size).toBe(2);

  const heard: string[] = [];
  for (const address of addresses) {
    await alice.tell(address, `to ${address}`);
    const { message, bob, sender } = await Promise.race(
      [first, second].map(async (bob) => {
        const event = await bob.log.find(
          'private-message',
          ({ message: { text: received } }) => received === `to ${address}`,
        );
        return { ...event, bob };
      }),
    );
    heard.push(message.text ?? '');
    // The answer comes from the same address.
    await bob.session.tell(sender.clientId, `from ${address}`);
    await alice.expect({ type: 'chat', from: address, body: `from ${address}` });
  }
  expect(heard).toEqual(addresses.map((address) => `to ${address}`));
  expect(first.log.texts).toHaveLength(1);
  expect(second.log.texts).toHaveLength(1);

  // A mark that nobody has.
  const unknown = await alice.tell(`bob*0000000000000000!@${world.gw}`, 'hello?');
  await alice.expect({ type: 'error', id: unknown, error: 'item-not-found' });

  // When one of them has gone, the nick alone is enough again.
  await second.session.quit();
  await alice.tell(world.silcUser('bob'), 'you alone?');
  await first.log.find('private-message', ({ message }) => message.text === 'you alone?');
  await alice.expectNothing(world.gw);
});
