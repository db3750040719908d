import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { babbleprint, displayFingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { fromHex } from '../../../src/silc/bytes.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { scenario } from '../support/scenario.js';

const INFO = 'http://jabber.org/protocol/disco#info';
const ITEMS = 'http://jabber.org/protocol/disco#items';

// Contract 4: a SILC user answers disco, vCard, last activity, version and ping; by its own address without any room.
scenario('a SILC user can be asked who it is, by address and as an occupant', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('Bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  const stranger = await world.user();
  await alice.join(room, 'alice');
  const [whois] = await bob.session.whois('bob');
  const fingerprint = fromHex(whois?.user.fingerprint ?? '');
  expect(fingerprint).toHaveLength(20);

  for (const [user, address] of [
    [stranger, world.silcUser('bob')],
    [alice, world.silcUser('bob')],
    [alice, `${room}/Bob`],
  ] as const) {
    const info = (await user.request(address, 'get', xml('query', { xmlns: INFO }))).getChild('query', INFO);
    const isOccupant = address.includes('/');
    expect(info?.getChildren('identity').map(({ attrs }) => attrs)).toEqual([
      { category: 'client', type: 'pc' },
      ...(isOccupant ? [] : [{ category: 'pubsub', type: 'pep' }]),
    ]);
    const features = info?.getChildren('feature').map(({ attrs }) => attrs.var);
    expect(features).toEqual([
      ...(isOccupant ? [] : ['http://jabber.org/protocol/caps']),
      INFO,
      ITEMS,
      ...(isOccupant ? [] : ['http://jabber.org/protocol/nick']),
      ...(isOccupant
        ? []
        : ['', '#auto-subscribe', '#filtered-notifications', '#last-published', '#retrieve-items'].map(
            (ability) => `http://jabber.org/protocol/pubsub${ability}`,
          )),
      'http://jabber.org/protocol/xhtml-im',
      'jabber:iq:last',
      'jabber:iq:version',
      // Direct invitations go to the address of a user, not to an occupant.
      ...(isOccupant ? [] : ['jabber:x:conference']),
      'urn:ietf:params:xml:ns:vcard-4.0',
      'urn:xmpp:bob',
      'urn:xmpp:ping',
      'urn:xmpp:time',
      'vcard-temp',
    ]);

    const vcard = (await user.request(address, 'get', xml('vCard', { xmlns: 'vcard-temp' }))).getChild(
      'vCard',
    );
    expect(vcard?.getChildText('FN')).toBe('Bob of the tests');
    expect(vcard?.getChildText('NICKNAME')).toBe('Bob');
    expect(vcard?.getChildText('JABBERID')).toBe(world.silcUser('bob'));
    const description = vcard?.getChildText('DESC');
    expect(description).toContain(displayFingerprint(fingerprint));
    expect(description).toContain(babbleprint(fingerprint));

    // Each feature that is announced has an answer.
    await user.request(address, 'get', xml('query', { xmlns: ITEMS }));
    await user.request(address, 'get', xml('ping', { xmlns: 'urn:xmpp:ping' }));
    const last = await user.request(address, 'get', xml('query', { xmlns: 'jabber:iq:last' }));
    expect(last.getChild('query')?.attrs['seconds']).toMatch(/^\d+$/);
    const version = await user.request(address, 'get', xml('query', { xmlns: 'jabber:iq:version' }));
    expect(version.getChild('query')?.getChildText('name')).toBe('SILC client');
  }

  const nobody = world.silcUser('nobody');
  for (const query of [
    xml('query', { xmlns: INFO }),
    xml('vCard', { xmlns: 'vcard-temp' }),
    xml('ping', { xmlns: 'urn:xmpp:ping' }),
    xml('query', { xmlns: 'jabber:iq:last' }),
    xml('query', { xmlns: 'jabber:iq:version' }),
  ]) {
    await expect(stranger.request(nobody, 'get', query)).rejects.toMatchObject({
      type: 'cancel',
      // As Jabber servers answer for accounts: clients take it for a contact who is offline.
      condition: query.attrs.xmlns === INFO ? 'service-unavailable' : 'item-not-found',
    });
    await expect(stranger.request(`${room}/Bob`, 'get', query)).rejects.toMatchObject({
      // XEP-0045, 6.6 has a condition of its own for discovery.
      condition: [INFO, ITEMS].includes(query.attrs.xmlns ?? '') ? 'bad-request' : 'not-acceptable',
    });
  }

  // Where two have the nick, the answer says how to tell them apart.
  await world.native('bob', { keyPair: keyPairNamed('another bob') });
  const card = xml('vCard', { xmlns: 'vcard-temp' });
  const refusal = await stranger.request(world.silcUser('bob'), 'get', card).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ type: 'cancel', condition: 'conflict' });
  const addresses = [...String(refusal).matchAll(/(bob\*[0-9a-f]+!@\S+) <xmpp:/g)].map(
    (match) => match[1] ?? '',
  );
  expect(addresses).toHaveLength(2);
  for (const address of addresses) {
    const answer = await stranger.request(address, 'get', xml('vCard', { xmlns: 'vcard-temp' }));
    expect(answer.getChild('vCard')?.getChildText('NICKNAME')?.toLowerCase()).toBe('bob');
    expect(answer.getChild('vCard')?.getChildText('JABBERID')).toBe(address);
  }
});
