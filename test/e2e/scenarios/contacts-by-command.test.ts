import { expect } from 'vitest';
import { iqResult, xml } from '../../../src/component/stanza.js';
import { carryOut, inWords } from '../support/commands.js';
import { presenceOf } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

const ROSTERX = 'http://jabber.org/protocol/rosterx';

// XEP-0144 where the client has it, else requests; XEP-0012 of a contact who has gone.
scenario('SILC users come into the list by a command, and are listed by it', async (world) => {
  const [bobs, carols] = [world.silcUser('bob'), world.silcUser('carol')];
  const [bob] = [await world.native('bob'), await world.native('carol')];
  const alice = await world.user();
  expect(await inWords(alice, world.gw, 'contacts list')).toBe('You have no SILC contacts.');
  await alice.tell(bobs, 'hello');
  await bob.log.find('private-message');

  // A client that knows nothing of it: whom Alice has written to is proposed, and asks for her presence.
  const asked = await carryOut(alice, world.gw, 'contacts', [{ what: 'add' }, { people: 'bob\ncarol' }]);
  expect(asked).toContain(`${bobs} asks for your presence`);
  for (const contact of [bobs, carols]) {
    const request = await presenceOf(alice, contact, 'subscribe');
    expect(request.getChild('nick', 'http://jabber.org/protocol/nick')).toBeDefined();
  }
  await alice.send(xml('presence', { to: bobs, type: 'subscribed' }));
  await alice.send(xml('presence', { to: bobs, type: 'subscribe' }));
  await presenceOf(alice, bobs, undefined, 20_000);
  expect(await inWords(alice, world.gw, 'contacts list')).toContain(`${bobs} – online`);

  // One that can take them is offered them.
  const dave = await world.user();
  dave.onRequest((iq) =>
    iqResult(
      iq,
      xml('query', { xmlns: 'http://jabber.org/protocol/disco#info' }, xml('feature', { var: ROSTERX })),
    ),
  );
  const offered = await carryOut(dave, world.gw, 'contacts', [{ what: 'add' }, { people: 'bob, carol' }]);
  expect(offered).toContain(`${carols} was offered to your client.`);
  const offer = await dave.expect((stanza) => stanza.getChild('x', ROSTERX) !== undefined, 'the offer');
  const items = offer.getChild('x', ROSTERX)?.getChildren('item') ?? [];
  expect(items.map(({ attrs }) => [attrs['action'], attrs.jid])).toEqual([
    ['add', bobs],
    ['add', carols],
  ]);
  await dave.expectNothing(world.gw, (stanza) => stanza.attrs.type === 'subscribe');

  await bob.session.quit();
  await presenceOf(alice, bobs, 'unavailable');
  const last = await alice.request(bobs, 'get', xml('query', { xmlns: 'jabber:iq:last' }));
  expect(Number(last.getChild('query')?.attrs['seconds'])).toBeLessThan(60);
  await expect(dave.request(bobs, 'get', xml('query', { xmlns: 'jabber:iq:last' }))).rejects.toMatchObject({
    condition: 'item-not-found',
  });
});
