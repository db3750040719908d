import { expect, vi } from 'vitest';
import { type Element, xml } from '../../../src/component/stanza.js';
import type { JabberUser } from '../support/jabber-user.js';
import { carryOut, inWords } from '../support/commands.js';
import { type NativeUser, scenario } from '../support/scenario.js';

const REGISTER = 'jabber:iq:register';
const query = (...children: readonly Element[]): Element => xml('query', { xmlns: REGISTER }, children);

/** Resolves when a nickname is on SILC, or is not any more. */
async function isThere(bob: NativeUser, nickname: string, wanted: boolean): Promise<void> {
  const holds = async (): Promise<boolean> => (await bob.session.whois(nickname)).length > 0 === wanted;
  await vi.waitUntil(holds, { timeout: 20_000, interval: 200 });
}

async function registered(user: JabberUser, gateway: string): Promise<Element> {
  const answer = await user.request(gateway, 'get', query());
  return answer.getChild('query', REGISTER) ?? xml('query');
}

// Contract 2; XEP-0077: who is registered is on SILC while a client is online.
scenario('a registered user is connected by being online, and invited where wanted', async (world) => {
  const bob = await world.native('bob');
  const first = await world.user();
  const form = await registered(first, world.gw);
  expect(form.getChild('registered')).toBeUndefined();
  expect(form.getChild('nick')).toBeDefined();
  expect(form.getChild('password')).toBeUndefined();
  await expect(first.request(world.gw, 'set', query(xml('nick', {}, '*?!')))).rejects.toMatchObject({
    condition: 'not-acceptable',
  });
  await first.request(world.gw, 'set', query(xml('nick', {}, 'alice')));
  await first.expect({ name: 'presence', from: world.gw, type: 'subscribe' });
  await first.send(xml('presence', { to: world.gw, type: 'subscribed' }));
  await isThere(bob, 'alice', true);
  const again = await registered(first, world.gw);
  expect(again.getChild('registered')).toBeDefined();
  expect(again.getChildText('nick')).toBe('alice');
  expect(await inWords(first, world.gw, `settings autojoin true lounge`)).toContain('yes');

  // Another one's registration is nobody's business.
  const carol = await world.user();
  expect((await registered(carol, world.gw)).toString()).not.toContain('alice');

  await first.logout();
  await isThere(bob, 'alice', false);
  const second = await world.user({ name: first.name });
  await second.expect((stanza) => {
    const invite = stanza.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('invite');
    return stanza.attrs.from === world.room('lounge') && invite !== undefined;
  }, 'the invitation');
  await isThere(bob, 'alice', true);

  // Who wants to stays without a client.
  expect(await inWords(second, world.gw, 'settings stay-connected yes')).toContain('yes');
  await second.logout();
  const third = await world.user({ name: first.name });
  await third.barrier(world.gw);
  await isThere(bob, 'alice', true);
  expect(await inWords(third, world.gw, 'settings stay-connected no')).toContain('no');

  await third.request(world.gw, 'set', query(xml('remove')));
  const told = await third.expect({ name: 'message', from: world.gw });
  expect(told.getChildText('body')).toContain('SILC key');
  await isThere(bob, 'alice', false);
  expect((await registered(third, world.gw)).getChild('registered')).toBeUndefined();
});

scenario('all that the gateway keeps of a user is deleted once it is confirmed', async (world) => {
  const bob = await world.native('bob');
  const alice = await world.user();
  expect(await carryOut(alice, world.gw, 'register', [{ nick: 'alice' }])).toContain('registered as alice');
  await alice.expect({ name: 'presence', from: world.gw, type: 'subscribe' });
  await alice.tell(world.silcUser('bob'), 'hello');
  await bob.log.find('private-message');
  const before = await inWords(alice, world.gw, 'identity');
  expect(await inWords(alice, world.gw, 'trusted-keys list')).toContain('bob');
  expect(await carryOut(alice, world.gw, 'unregister', [{ sure: '0' }])).toContain('Nothing was changed');
  expect(await inWords(alice, world.gw, 'identity')).toBe(before);
  expect(await carryOut(alice, world.gw, 'unregister', [{ sure: '1' }])).toContain('somebody new');
  await isThere(bob, 'alice', false);
  expect(await inWords(alice, world.gw, 'trusted-keys list')).toContain('No keys');
  expect(await inWords(alice, world.gw, 'identity')).not.toBe(before);
});
