import { expect } from 'vitest';
import type { Element } from '../../../src/component/types.js';
import { NS_NICK } from '../../../src/mapping/contact-presence.js';
import { acquaintances } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 4: a contact is known by key, whatever the nickname; one window a person.
scenario('a contact with another nickname is the same, and the conversation goes on', async (world) => {
  const { alice, bob, address } = await acquaintances(world);
  await alice.tell(address, 'hello');
  const first = await bob.log.find('private-message');

  // The key is watched once it was asked for.
  let count = 0;
  const isFollowed = async (): Promise<boolean> => {
    const nickname = `robert${++count}`;
    await bob.session.nick(nickname);
    const isShown = (stanza: Element): boolean => stanza.getChildText('nick', NS_NICK) === nickname;
    const shown = await alice.expect(isShown, nickname, 2_000).catch(() => undefined);
    // It was too early: the contact was known by the nickname only.
    if (shown === undefined) await bob.session.nick('bob');
    return shown !== undefined;
  };
  await expect.poll(isFollowed, { timeout: 40_000 }).toBe(true);
  bob.log.clear();
  await alice.tell(address, 'hello again');
  expect((await bob.log.find('private-message')).message.text).toBe('hello again');
  await bob.session.tell(first.sender.clientId, 'hello yourself');
  await alice.expect({ name: 'message', from: address, body: 'hello yourself' });
});
