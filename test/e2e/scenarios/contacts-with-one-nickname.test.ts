import { expect } from 'vitest';
import { keyPairNamed } from '../../support/silc-world.js';
import { availabilityOf, presenceOf, subscribe } from '../support/contacts.js';
import { type NativeUser, scenario } from '../support/scenario.js';
import { UserMode } from '../../../src/silc/modes.js';

// Contract 1 and 4: who has the nickname of somebody else is a contact of its own, by its own address.
scenario('two contacts with the same nickname are told apart, in what is shown and said', async (world) => {
  const one = await world.native('bob');
  const two = await world.native('bob', { keyPair: keyPairNamed('the other bob') });
  const found = (await one.session.whois('bob')).map(({ user }) => user);
  const addressOf = ({ session }: NativeUser): string => {
    const { fingerprint = '' } = found.find(({ clientId }) => clientId === session.self.clientId) ?? {};
    return `bob*${fingerprint.slice(0, 4)}!@${world.gw}`;
  };
  const [first, second] = [addressOf(one), addressOf(two)];
  expect(first).not.toBe(second);
  const alice = await world.user();
  for (const address of [first, second]) {
    await subscribe(alice, address);
    await presenceOf(alice, address);
  }
  await two.session.setUserMode({ set: UserMode.busy });
  await availabilityOf(alice, second, 'dnd', null);
  await alice.tell(first, 'to the first');
  await alice.tell(second, 'to the second');
  const { message, sender } = await one.log.find('private-message');
  expect(message.text).toBe('to the first');
  expect((await two.log.find('private-message')).message.text).toBe('to the second');
  await two.session.tell(sender.clientId, 'from the second');
  await alice.expect({ name: 'message', from: second, body: 'from the second' });

  await one.session.quit();
  await presenceOf(alice, first, 'unavailable');
  const isOfSecond = alice.received.filter(
    (stanza) => stanza.attrs.from === `${second}/silc` && stanza.attrs.type === 'unavailable',
  );
  expect(isOfSecond).toEqual([]);
});
