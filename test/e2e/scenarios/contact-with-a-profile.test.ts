import { expect } from 'vitest';
import { errorReply, iqResult, xml } from '../../../src/component/stanza.js';
import { capsHash } from '../../../src/mapping/caps.js';
import { infoQuery } from '../../../src/mapping/disco.js';
import { every } from '../../mapping/profile/sample.js';
import { presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

const NS_PUBSUB = 'http://jabber.org/protocol/pubsub';
const NS_MOOD = 'http://jabber.org/protocol/mood';

// Contract 4: user attributes map to vCard, vCard4 and PEP.
scenario('what a SILC user tells by attributes is seen as of any contact', async (world) => {
  const address = world.silcUser('bob');
  const alice = await world.user();
  const info = infoQuery(undefined, [{ category: 'client', type: 'pc' }], [`${NS_MOOD}+notify`]);
  alice.onRequest((iq) =>
    iq.getChild('query')?.attrs.node === `urn:test#${capsHash(info)}`
      ? iqResult(iq, info)
      : errorReply(iq, 'cancel', 'service-unavailable'),
  );
  const caps = {
    xmlns: 'http://jabber.org/protocol/caps',
    hash: 'sha-1',
    node: 'urn:test',
    ver: capsHash(info),
  };
  await alice.send(xml('presence', {}, xml('c', caps)));
  await subscribe(alice, address);
  const bob = await world.native('bob');
  bob.session.setAttributes(every);

  const hasPicture = (hash: string | null | undefined): boolean =>
    hash !== null && hash !== undefined && hash !== '';
  let hash: string | null | undefined;
  await expect
    .poll(
      async () => {
        const presence = await presenceOf(alice, address, undefined, 50_000);
        hash = presence.getChild('x', 'vcard-temp:x:update')?.getChildText('photo');
        return hasPicture(hash) && presence.getChildText('status')?.includes('Having tea');
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  const event = await alice.expect({ name: 'message', from: address, type: 'headline' });
  expect(String(event.getChild('event'))).toContain('<happy');

  const card = (await alice.request(address, 'get', xml('vCard', { xmlns: 'vcard-temp' }))).getChild('vCard');
  expect(card?.getChildText('FN')).toBe('Alice Liddell');
  expect(card?.getChildText('DESC')).toContain('Signed with this key.');
  const newer = xml('vcard', { xmlns: 'urn:ietf:params:xml:ns:vcard-4.0' });
  expect(String(await alice.request(address, 'get', newer))).toContain('<utc-offset>+0200</utc-offset>');
  const items = async (node: string, id?: string) => {
    const asked = xml('items', { node }, id === undefined ? undefined : xml('item', { id }));
    const answer = await alice.request(address, 'get', xml('pubsub', { xmlns: NS_PUBSUB }, asked));
    return answer.getChild('pubsub')?.getChild('items')?.getChild('item');
  };
  expect((await items('urn:xmpp:avatar:metadata'))?.attrs.id).toBe(hash);
  const data = (await items('urn:xmpp:avatar:data', hash ?? ''))?.getChildText('data');
  expect(data).toBe(card?.getChild('PHOTO')?.getChildText('BINVAL'));
  expect(String(await items('http://jabber.org/protocol/geoloc'))).toContain('<lat>51.7519444</lat>');

  const time = (await alice.request(address, 'get', xml('time', { xmlns: 'urn:xmpp:time' }))).getChild(
    'time',
  );
  expect(time?.getChildText('tzo')).toBe('+02:00');
  // Who tells no time zone has no time.
  await world.native('carol');
  await expect(
    alice.request(world.silcUser('carol'), 'get', xml('time', { xmlns: 'urn:xmpp:time' })),
  ).rejects.toMatchObject({ condition: 'service-unavailable' });

  // Not there any more: nobody tells anything.
  await bob.session.quit();
  await presenceOf(alice, address, 'unavailable', 50_000);
  await expect(items(NS_MOOD)).rejects.toMatchObject({ condition: 'item-not-found' });
});
