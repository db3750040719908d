import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { correspondents, presenceOf } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

const NS = 'urn:xmpp:blocking';

// XEP-0191 at the gateway: what a blocked SILC user writes does not reach the user, under whatever nickname.
scenario('a SILC user who is blocked is not heard until that ends', async (world) => {
  const { alice, bob, address, sender } = await correspondents(world);

  const list = async (): Promise<readonly (string | undefined)[]> => {
    const answer = await alice.request(world.gw, 'get', xml('blocklist', { xmlns: NS }));
    return (answer.getChild('blocklist', NS)?.getChildren('item') ?? []).map(({ attrs }) => attrs.jid);
  };
  const set = (name: string) =>
    alice.request(world.gw, 'set', xml(name, { xmlns: NS }, xml('item', { jid: address })));
  expect(await list()).toEqual([]);
  await set('block');
  expect(await list()).toEqual([address]);
  await presenceOf(alice, address, 'unavailable');
  await bob.session.nick('robert');
  await bob.session.tell(sender.clientId, 'can you hear me?');
  await bob.session.ping();
  const id = await alice.tell(address, 'no');
  await alice.expect({ name: 'message', from: address, id, type: 'error', error: 'not-acceptable' });

  await bob.session.nick('bob');
  await set('unblock');
  expect(await list()).toEqual([]);
  await presenceOf(alice, address);
  await bob.session.tell(sender.clientId, 'and now?');
  await alice.expect({ name: 'message', from: address, body: 'and now?' });
  expect(alice.received.some((stanza) => stanza.getChildText('body') === 'can you hear me?')).toBe(false);

  const refused = alice.request(
    world.gw,
    'set',
    xml('block', { xmlns: NS }, xml('item', { jid: world.room('lounge') })),
  );
  await expect(refused).rejects.toMatchObject({ condition: 'jid-malformed' });
});
